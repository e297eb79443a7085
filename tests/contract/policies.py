"""The policies of the buckets and the topic with given parameters, and whom they allow what.

The emulator's own engines decide, in this process: that of CloudFormation, with patterns and rules, and that of IAM.
They know no policy variables, so the one in use is filled in here.
"""

import json
from dataclasses import dataclass
from typing import Any

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.services.cloudformation import engine

from tests.contract.conftest import read_whole_template

TOPIC = "arn:aws:sns:us-east-1:000000000000:notices"
RESOURCES = {
    "UploadsBucket": {
        "PhysicalResourceId": "uploads",
        "Attributes": {"Arn": "arn:aws:s3:::uploads"},
    },
    "RenditionsBucket": {
        "PhysicalResourceId": "renditions",
        "Attributes": {"Arn": "arn:aws:s3:::renditions"},
    },
    "NotificationsTopic": {"PhysicalResourceId": TOPIC},
    "MalwareScanRole": {"Attributes": {"Arn": "arn:aws:iam::000000000000:role/scan"}},
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a role, and the organization of its account. Without an account: an anonymous request."""

    account: str
    name: str = "camera"
    organization: str = ""

    @property
    def arn(self) -> str:
        """The ARN of the role."""
        return f"arn:aws:iam::{self.account}:role/{self.name}" if self.account else "*"


def deployed(**parameters: str) -> dict[str, dict[str, Any]]:
    """Return each policy that a stack has. Raises ValueError if CloudFormation refuses the parameters."""
    template = read_whole_template()
    given = [{"Key": name, "Value": value} for name, value in parameters.items()]
    values = engine._resolve_parameters(template, given)
    conditions = engine._evaluate_conditions(template, values)
    engine._evaluate_rules(template, values, conditions)
    return {
        name: engine._resolve_refs(
            one["Properties"]["PolicyDocument"], RESOURCES, values, conditions, {}, "renditions", "id"
        )
        for name, one in template["Resources"].items()
        if name in {"UploadsBucketPolicy", "RenditionsBucketPolicy", "NotificationsTopicPolicy"}
        and conditions.get(one.get("Condition"), True)
    }


def allows(
    policy: dict[str, Any], caller: Caller, action: str, resource: str, *, tls: bool = True, **keys: str
) -> bool:
    """Return whether the policy of a resource allows ``action``. ``keys``: of the request, such as sns_Protocol."""
    filled = json.dumps(policy).replace("${aws:PrincipalAccount}", caller.account)
    context = EvalContext(
        principal_arn=caller.arn,
        principal_type="AssumedRole",
        principal_account=caller.account,
        action=action,
        resource_arn=resource,
        region="us-east-1",
        secure_transport=tls,
        service_context={name.lower().replace("_", ":"): value for name, value in keys.items()},
        principal_keys={"aws:principalorgid": caller.organization} if caller.organization else {},
    )
    return bool(evaluate_resource_policy(filled, context).decision == "Allow")
