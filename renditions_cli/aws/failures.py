"""Executions that failed, timed out or were aborted: the error, the image, and whether anything is left to do."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.records import ImageRecord, batch_get
from renditions_cli.aws.advice import advice
from renditions_cli.aws.causes import error_message, shortened
from renditions_cli.aws.dead_letters import image_of, parse_event
from renditions_cli.aws.images import may_have_record
from renditions_cli.aws.remaining import Facts, Statuses, nothing_left
from renditions_cli.aws.sdk_errors import concerns_every_request, response_error
from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

FAILED_STATUSES = ("FAILED", "TIMED_OUT", "ABORTED")
# An execution ends within the time limit of its state machine, and can be redriven in the fourteen days after its end.
LONGEST_BEFORE_END = timedelta(days=15)
PAGE = 1000  # the most that one request returns
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

NO_IMAGE = (
    "The input is not an event of this stack, so a redrive does not help. Find out who started the execution."
)
ANOTHER_STACK = "The execution does not belong to this stack."

Description = Mapping[str, Any]  # of an execution, as Step Functions answers


@dataclass(frozen=True, slots=True)
class Failure:
    """An execution that did not succeed. ``where``: the states in which it ended, if they were read.

    ``error`` and ``cause`` may be empty for a timeout or an abort; ``cause`` has at most 1 KiB. ``input`` is the input
    for a new execution. ``image`` is empty if the input is not an event about an image of this stack. ``record`` is the
    current record of the image. ``repaired``: why nothing is left to do; empty if something is. ``hopeless``: why a
    redrive does not help; empty if it may.
    """

    arn: str
    machine: str
    is_deletion: bool
    status: str
    started: datetime
    stopped: datetime
    error: str
    cause: str
    input: str
    image: str
    sequencer: str
    record: ImageRecord | None
    repaired: str = ""
    hopeless: str = ""
    where: str = ""

    @property
    def error_name(self) -> str:
        """The error, or the status of an execution without one."""
        return self.error or self.status

    @property
    def advice(self) -> str:
        """What to do about it, by its error and status."""
        return self.hopeless or advice(self.error_name, self.status)

    @property
    def facts(self) -> Facts:
        """What decides whether anything is left to do."""
        return Facts(self.arn, self.machine, self.is_deletion, self.status, self.sequencer, self.record)

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with the time in ISO 8601."""
        return {
            "execution_arn": self.arn,
            "status": self.status,
            "stopped": self.stopped.isoformat(),
            "image": self.image or None,
            "where": self.where or None,
            "error": self.error or None,
            "cause": self.cause or None,
            "advice": self.advice,
            "repaired": self.repaired or None,
            "record_status": self.record.status if self.record else None,
        }


def parse_since(text: str, now: datetime) -> datetime:
    """Parse ``90m``, ``24h`` or ``7d`` before ``now``, or a date and time, by default in this machine's time zone."""
    try:
        if found := re.fullmatch(r"(\d{1,9})([mhd])", text, re.ASCII):
            return now - timedelta(**{UNITS[found[2]]: int(found[1])})
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # not a time, or before the year 1
        message = f"--since {text[:80]} is not valid. Use 90m, 24h or 7d, or a time such as 2026-11-20T03:00."
        raise UsageError(message) from None


def find_failures(stack: Stack, since: datetime) -> list[Failure]:
    """Return the executions that ended after ``since``, the oldest first."""
    client = stack.step_functions()
    found = [one for listed in list_failed(stack, since) if (one := describe_listed(client, listed))]
    return sorted(make_failures(stack, found), key=lambda one: one.stopped)


def read_failures(stack: Stack, arns: Iterable[str]) -> list[Failure]:
    """Return these executions, whatever their status. Raises UsageError if Step Functions does not know one."""
    client = stack.step_functions()
    return make_failures(stack, [describe(client, arn) for arn in arns])


def list_failed(stack: Stack, since: datetime) -> Iterator[Description]:
    """Yield the failed executions of both state machines that ended after ``since``, as Step Functions lists them."""
    client = stack.step_functions()
    for machine in filter(None, (stack.outputs.image_pipeline, stack.outputs.image_deleted)):
        for status in FAILED_STATUSES:
            for one in list_recent(client, machine, status, since - LONGEST_BEFORE_END):
                if one.get("stopDate", one["startDate"]) >= since:
                    yield one


def list_recent(
    client: "SFNClient", machine: str, status: str | None, start: datetime
) -> Iterator[Description]:
    """Yield the executions that started after ``start``, with a status or with any. The newest come first."""
    wanted: Any = {"stateMachineArn": machine, "PaginationConfig": {"PageSize": PAGE}}
    if status:
        wanted["statusFilter"] = status
    for page in client.get_paginator("list_executions").paginate(**wanted):
        for one in page["executions"]:
            if one["startDate"] < start:
                return
            yield {**one}


def describe_listed(client: "SFNClient", listed: Description) -> Description | None:
    """Return what Step Functions says about a listed execution; None if it has been deleted since.

    If it refuses to describe this one, for example because the key of its input is disabled, the refusal is the cause.
    """
    try:
        return {**client.describe_execution(executionArn=listed["executionArn"])}
    except client.exceptions.ExecutionDoesNotExist:
        return None
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return {**listed, "error": error.response["Error"]["Code"], "cause": response_error(error)}


def describe(client: "SFNClient", arn: str) -> Description:
    """Return what Step Functions says about an execution. Raises UsageError if it does not exist."""
    try:
        return {**client.describe_execution(executionArn=arn)}
    except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn):
        message = (
            f"There is no execution {arn}. Step Functions deletes executions 90 days after their end. "
            "Use `renditions reconcile` to process the image again."
        )
        raise UsageError(message) from None


def make_failures(stack: Stack, found: Sequence[Description]) -> list[Failure]:
    """Combine executions with the records of their images, and decide what is left to do."""
    failures = [make_failure(one, stack.outputs) for one in found]
    uris = [one.image for one in failures if one.image]
    records = batch_get(stack.dynamodb(), stack.outputs.images_table, uris)
    statuses = Statuses(stack.step_functions())
    with_records = [replace(one, record=records.get(one.image)) for one in failures]
    return [replace(one, repaired=nothing_left(one.facts, statuses)) for one in with_records]


def make_failure(found: Description, outputs: Outputs) -> Failure:
    """Return the failure without the record of its image."""
    machine = found["stateMachineArn"]
    event = parse_event(found.get("input") or "")
    return Failure(
        arn=found["executionArn"],
        machine=machine,
        is_deletion=machine == outputs.image_deleted,
        status=found["status"],
        started=found["startDate"],
        stopped=found.get("stopDate") or found["startDate"],
        error=found.get("error") or "",
        cause=shortened(error_message(found.get("cause")) or ""),
        input=found.get("input") or "",
        image=image_in(event, outputs),
        sequencer=sequencer_of(event),
        record=None,
        hopeless=why_hopeless(machine, image_in(event, outputs), outputs),
    )


def image_in(event: Any, outputs: Outputs) -> str:
    """Return the image of an S3 event for this stack; an empty string for anything that someone may have started."""
    image = image_of(event)
    belongs = image.startswith(f"s3://{outputs.uploads_bucket}/") and may_have_record(image)
    return image if belongs and sequencer_of(event) else ""


def why_hopeless(machine: str, image: str, outputs: Outputs) -> str:
    """Return why a redrive does not help; an empty string if it may."""
    if machine == outputs.execution_failed:
        return ""
    if machine not in {outputs.image_pipeline, outputs.image_deleted}:
        return ANOTHER_STACK
    return "" if image else NO_IMAGE


def sequencer_of(event: Any) -> str:
    """Return the sequencer of an S3 event; an empty string for any other document."""
    try:
        found = event["detail"]["object"]["sequencer"]
    except (KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def status_change(failure: Failure) -> str:
    """Return the event that EventBridge sends when an execution ends like this one, as JSON."""
    _, _, _, region, account, *_, name = failure.arn.split(":")
    detail = {
        "executionArn": failure.arn,
        "stateMachineArn": failure.machine,
        "name": name,
        "status": failure.status,
        "startDate": milliseconds(failure.started),
        "stopDate": milliseconds(failure.stopped),
        "input": failure.input,
        "output": None,
        "error": failure.error or None,
        "cause": failure.cause or None,
    }
    event = {
        "version": "0",
        "id": f"redrive-{name}",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": account,
        "time": failure.stopped.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [failure.arn],
        "detail": detail,
    }
    return json.dumps(event)


def milliseconds(moment: datetime) -> int:
    """Return the Unix time in milliseconds, as in events of Step Functions."""
    return int(moment.timestamp() * 1000)
