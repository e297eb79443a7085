"""The sessions of the roles of functions and state machines: who signed a call, and clients for each role."""

import hashlib
from dataclasses import dataclass
from typing import Any

from tests.e2e.cloud import Cloud


@dataclass(frozen=True)
class Session:
    """A session whose keys are derived from names, as the emulator does, so that they are known here."""

    role: str
    key: str
    secret: str
    token: str

    def client(self, cloud: Cloud, service: str) -> Any:
        """Return a client with the permissions of the role."""
        return cloud.session.client(
            service,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            aws_session_token=self.token,
        )


def sessions(cloud: Cloud) -> dict[str, Session]:
    """Map the logical ID of each role of a function or state machine to its session."""
    logical = _logical_ids(cloud)
    found: dict[str, Session] = {}
    for function in cloud.session.client("lambda").list_functions()["Functions"]:
        role = logical[function["Role"].rpartition("/")[2]]
        found[role] = _of_function(role, function["FunctionArn"], function["Role"])
    for machine in cloud.executions.list_state_machines()["stateMachines"]:
        arn = cloud.executions.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["roleArn"]
        role = logical[arn.rpartition("/")[2]]
        found[role] = _of_machine(role, arn)
    return found


def of_function(cloud: Cloud, name: str) -> Session:
    """Return the session of the role of a function, in any stack."""
    found = cloud.session.client("lambda").get_function_configuration(FunctionName=name)
    return _of_function(name, found["FunctionArn"], found["Role"])


def role_arns(cloud: Cloud) -> dict[str, str]:
    """Map the logical ID of each role of the stack to its ARN."""
    roles = {role["RoleName"]: role["Arn"] for role in cloud.session.client("iam").list_roles()["Roles"]}
    return {logical: roles[name] for name, logical in _logical_ids(cloud).items() if name in roles}


def _logical_ids(cloud: Cloud) -> dict[str, str]:
    """Map the name of each role to its logical ID."""
    stack = cloud.session.client("cloudformation")
    resources = stack.describe_stack_resources(StackName="renditions")["StackResources"]
    return {one["PhysicalResourceId"]: one["LogicalResourceId"] for one in resources}


def _of_function(role: str, function: str, arn: str) -> Session:
    # As in ministack.core.lambda_runtime.execution_credentials.
    digest = hashlib.sha256(f"{function}:{arn}".encode()).hexdigest()
    secret, token = (hashlib.sha256(f"{what}:{digest}".encode()).hexdigest() for what in ("secret", "token"))
    return Session(role, f"ASIA{digest[:16].upper()}", secret, token)


def _of_machine(role: str, arn: str) -> Session:
    # As in tests.faults.launcher.
    digest = hashlib.sha256(f"states:{arn}".encode()).hexdigest()
    return Session(role, f"ASIA{digest[:16].upper()}", f"secret{digest}", f"token{digest}")
