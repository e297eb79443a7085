"""One page of the executions of a state machine, newest first, each with the image that it is about."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions_cli.aws.dead_letters import parse_event
from renditions_cli.aws.sdk_errors import concerns_every_request
from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.console.messages import Refused, Request
from renditions_cli.console.subject import image_of_input

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE = 25  # rows; each costs one DescribeExecution, once
AT_ONCE = 8
STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
MOST_REMEMBERED = 10_000
NO_MACHINE = "There is no such state machine. It may have been deleted: deploy the stack again."
NO_PAGE = "This page of the list has expired. Go back to the first page."


def machines(outputs: Outputs) -> dict[str, str]:
    """Return the state machines of the stack: their names in this console and their ARNs."""
    found = {
        "image_pipeline": outputs.image_pipeline,
        "image_deleted": outputs.image_deleted,
        "execution_failed": outputs.execution_failed,
    }
    return {name: arn for name, arn in found.items() if arn}


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists executions. Remembers their images, because inputs never change."""

    images: dict[str, str] = field(default_factory=dict)  # by execution

    def page(self, stack: Stack, request: Request) -> dict[str, Any]:
        """Return ``executions`` and ``next``, the token of the following page or null."""
        client = stack.step_functions()
        try:
            page = client.list_executions(**list_parameters(stack.outputs, request))
        except client.exceptions.StateMachineDoesNotExist:
            raise Refused(404, NO_MACHINE) from None
        except client.exceptions.InvalidToken:
            raise Refused(400, NO_PAGE) from None
        self.read_images(client, [one["executionArn"] for one in page["executions"]])
        rows = [row({**one}, self.images.get(one["executionArn"])) for one in page["executions"]]
        return {"executions": rows, "next": page.get("nextToken")}

    def read_images(self, client: "SFNClient", arns: Sequence[str]) -> None:
        """Remember the images of these executions, as far as Step Functions describes them now."""
        if len(self.images) > MOST_REMEMBERED:
            self.images.clear()
        unknown = [arn for arn in arns if arn not in self.images]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(lambda arn: read_image(client, arn), unknown)
        self.images.update({arn: one for arn, one in zip(unknown, found, strict=True) if one is not None})


def list_parameters(outputs: Outputs, request: Request) -> Any:
    """Return the parameters of ListExecutions. Raises Refused for a machine or a status that does not exist."""
    machine = machines(outputs).get(request.parameter("machine"))
    status, token = request.query.get("status", ""), request.query.get("next", "")
    if machine is None:
        raise Refused(404, NO_MACHINE)
    if status not in {"", *STATUSES}:
        raise Refused(400, "There is no such status.")
    optional = {"statusFilter": status, "nextToken": token}
    return {"stateMachineArn": machine, "maxResults": PAGE} | {
        name: value for name, value in optional.items() if value
    }


def row(listed: Mapping[str, Any], image: str | None) -> dict[str, Any]:
    """Return one row of the list. ``image``: None if the input could not be read."""
    return {
        "arn": listed["executionArn"],
        "name": listed["name"],
        "status": listed["status"],
        "started": listed["startDate"],
        "stopped": listed.get("stopDate"),
        "redrives": listed.get("redriveCount", 0),
        "image": image,
    }


def read_image(client: "SFNClient", arn: str) -> str | None:
    """Return the image of an execution, empty if it has none; None if Step Functions does not describe it now."""
    try:
        described = client.describe_execution(executionArn=arn)
    except ClientError as error:
        if concerns_every_request(error) and "Throttl" not in error.response["Error"]["Code"]:
            raise
        return None
    return image_of_input(parse_event(described.get("input") or ""))
