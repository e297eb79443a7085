"""Deploy a prepared template with a change set, and wait until the stack is usable."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError, WaiterError

from renditions_cli.errors import DeployFailed
from renditions_cli.local.template import ARTIFACTS_BUCKET, Prepared

if TYPE_CHECKING:
    from renditions_cli.local.session import LocalSession

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# Everything is on this machine, so poll often. 60 seconds in total.
_POLL_OFTEN = {"Delay": 0.1, "MaxAttempts": 600}


def deploy(
    session: "LocalSession", prepared: Prepared, stack_name: str, parameters: Mapping[str, str]
) -> dict[str, str]:
    """Create or update the stack and return its outputs. Parameters that are not given keep their defaults.

    Raises DeployFailed, which lists each failed resource with its reason.
    """
    location = upload(session, prepared)
    cloudformation = session.client("cloudformation")
    kind = "UPDATE" if _exists(cloudformation, stack_name) else "CREATE"
    change_set = _create_change_set(cloudformation, stack_name, kind, location, parameters)
    if _has_changes(cloudformation, change_set):
        _execute(cloudformation, change_set, stack_name, kind)
    elif kind == "UPDATE":
        _switch(cloudformation, stack_name, location, parameters)
    _wait_until_usable(session, stack_name)
    return outputs(cloudformation, stack_name)


def upload(session: "LocalSession", prepared: Prepared) -> str:
    """Upload the template and its artifacts to the artifacts bucket. Returns the URL of the template."""
    s3 = session.client("s3")
    s3.create_bucket(Bucket=ARTIFACTS_BUCKET)
    for artifact in prepared.artifacts:
        s3.put_object(Bucket=ARTIFACTS_BUCKET, Key=artifact.key, Body=artifact.data)
    s3.put_object(Bucket=ARTIFACTS_BUCKET, Key=prepared.key, Body=prepared.body.encode())
    return f"{session.endpoint_url}/{ARTIFACTS_BUCKET}/{prepared.key}"


def delete_stack(session: "LocalSession", stack_name: str) -> None:
    """Delete the stack with all its resources, if it exists. Raises DeployFailed, which lists what remains."""
    cloudformation = session.client("cloudformation")
    if not _exists(cloudformation, stack_name):
        return
    since = _last_event(cloudformation, stack_name)
    cloudformation.delete_stack(StackName=stack_name)
    _wait_for_stack(cloudformation, "stack_delete_complete", stack_name, since)


def outputs(cloudformation: Any, stack_name: str) -> dict[str, str]:
    """Return the outputs of the stack, name → value."""
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _exists(cloudformation: Any, stack_name: str) -> bool:
    try:
        stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    except (
        ClientError
    ):  # CloudFormation reports "does not exist" as ValidationError, without a code of its own
        return False
    return bool(stack["StackStatus"] != "REVIEW_IN_PROGRESS")


def _create_change_set(
    cloudformation: Any, stack_name: str, kind: str, location: str, parameters: Mapping[str, str]
) -> str:
    """Create a change set and return its ARN at once. Raises DeployFailed if CloudFormation rejects the template."""
    try:
        created = cloudformation.create_change_set(
            StackName=stack_name,
            ChangeSetName=f"local-{uuid4().hex}",
            ChangeSetType=kind,
            TemplateURL=location,
            Parameters=_listed(parameters),
            Capabilities=CAPABILITIES,
        )
    except ClientError as error:
        raise _rejected(error) from error
    return str(created["Id"])


def _listed(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def _rejected(error: ClientError) -> DeployFailed:
    return DeployFailed(f"CloudFormation rejected the template: {error.response['Error']['Message']}")


def _has_changes(cloudformation: Any, change_set: str) -> bool:
    """Wait for the change set. Returns whether it changes anything. Raises DeployFailed if it could not be created."""
    try:
        waiter = cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(ChangeSetName=change_set, WaiterConfig=_POLL_OFTEN)
    except WaiterError as error:
        found = cloudformation.describe_change_set(ChangeSetName=change_set)
        reason = str(found.get("StatusReason", error))
        # The AWS CLI checks the same texts: CloudFormation has no code for it.
        if "didn't contain changes" not in reason and "No updates are to be performed" not in reason:
            raise DeployFailed(f"CloudFormation rejected the template: {reason}") from error
        cloudformation.delete_change_set(ChangeSetName=change_set)
        return False
    return True


def _execute(cloudformation: Any, change_set: str, stack_name: str, kind: str) -> None:
    since = _last_event(cloudformation, stack_name)
    cloudformation.execute_change_set(ChangeSetName=change_set)
    _wait_for_stack(cloudformation, f"stack_{kind.lower()}_complete", stack_name, since)


def _switch(cloudformation: Any, stack_name: str, location: str, parameters: Mapping[str, str]) -> None:
    """Update the stack if parameters switch resources on or off, which the emulator's change sets do not notice."""
    since = _last_event(cloudformation, stack_name)
    try:
        cloudformation.update_stack(
            StackName=stack_name,
            TemplateURL=location,
            Parameters=_listed(parameters),
            Capabilities=CAPABILITIES,
        )
    except ClientError as error:
        if "No updates are to be performed" in error.response["Error"]["Message"]:
            return
        raise _rejected(error) from error
    _wait_for_stack(cloudformation, "stack_update_complete", stack_name, since)


def _wait_for_stack(cloudformation: Any, waiter: str, stack_name: str, since: datetime | None) -> None:
    try:
        cloudformation.get_waiter(waiter).wait(StackName=stack_name, WaiterConfig=_POLL_OFTEN)
    except WaiterError as error:
        reasons = list(_failures(cloudformation, stack_name, since)) or [str(error)]
        lines = "".join(f"\n  {reason}" for reason in reasons)
        raise DeployFailed(f"The stack {stack_name} did not reach {waiter}:{lines}") from error


def _last_event(cloudformation: Any, stack_name: str) -> datetime | None:
    events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
    return max((event["Timestamp"] for event in events), default=None)


def _failures(cloudformation: Any, stack_name: str, since: datetime | None) -> Iterator[str]:
    """Yield one line per resource that failed after ``since``. Findings from before the deployment come first."""
    findings = cloudformation.describe_events(StackName=stack_name)["OperationEvents"]
    for event in _after(since, findings):
        if event.get("ValidationStatus") == "FAILED":
            yield _reason(event, event.get("ValidationStatusReason"))
    for event in _after(since, cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]):
        if event["ResourceStatus"].endswith("FAILED"):
            yield _reason(event, event.get("ResourceStatusReason"))


def _after(since: datetime | None, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    recent = [event for event in events if since is None or event["Timestamp"] > since]
    return sorted(recent, key=lambda event: event["Timestamp"])


def _reason(event: dict[str, Any], reason: str | None) -> str:
    return f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason or 'no reason given'}"


def _wait_until_usable(session: "LocalSession", stack_name: str) -> None:
    """Wait until all tables are active: on the emulator that is a moment after the stack is complete."""
    cloudformation = session.client("cloudformation")
    waiter = session.client("dynamodb").get_waiter("table_exists")
    for resource in cloudformation.describe_stack_resources(StackName=stack_name)["StackResources"]:
        if resource["ResourceType"] == "AWS::DynamoDB::Table":
            waiter.wait(TableName=resource["PhysicalResourceId"], WaiterConfig=_POLL_OFTEN)
