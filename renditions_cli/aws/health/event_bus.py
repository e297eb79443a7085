"""Check of the event bus that gets the notices."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from renditions_cli.aws.health.finding import Finding, Mark
from renditions_cli.aws.health.target import Target

NAME = "event bus"


def event_bus(target: Target) -> Iterator[Finding]:
    """Yield whether the bus of EventBusArn exists: EventBridge accepts events for one that does not, and drops them."""
    arn = target.parameters.get("EventBusArn")
    if not arn:
        return
    _, _, _, region, account, resource = arn.split(":", 5)
    if account != target.stack.outputs.image_pipeline.split(":")[4]:
        text = f"{arn} belongs to another account, which must see to it that the bus exists."
        yield Finding(NAME, Mark.NOTE, text, "Its policy must contain the statement in docs/accounts.md.")
        return
    events = target.session.client("events", region_name=region)
    try:
        events.describe_event_bus(Name=resource.partition("/")[2])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        text = f"{arn} does not exist. EventBridge drops the events, without an error."
        remedy = "Create it, or correct EventBusArn. The records have what was lost: `renditions list`."
        yield Finding(NAME, Mark.TO_DO, text, remedy)
        return
    yield Finding(NAME, Mark.WELL, f"{arn} exists")
