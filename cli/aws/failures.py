"""Executions that failed, timed out or were aborted: where, why, and whether the image has been repaired since."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.aws.advice import advice
from cli.aws.causes import error_message, shortened
from cli.aws.dead_letters import image_of, parse_event
from cli.aws.stack import Stack
from cli.errors import UsageError
from renditions.records import ImageRecord, batch_get

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

FAILED_STATUSES = ("FAILED", "TIMED_OUT", "ABORTED")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# An image with one of these statuses needs nothing more.
SETTLED = frozenset({"COMPLETED", "REJECTED", "DELETED"})


@dataclass(frozen=True, slots=True)
class Failure:
    """An execution that did not succeed. ``where``: the states in which it ended; ``image`` may be empty.

    ``error`` and ``cause`` may be empty for a timeout or an abort; ``cause`` has at most 1 KiB. ``input`` is the input
    for a new execution. ``record`` is the current record of the image.
    """

    arn: str
    machine: str
    status: str
    stopped: datetime
    where: str
    error: str
    cause: str
    input: str
    image: str
    record: ImageRecord | None

    @property
    def repaired(self) -> str:
        """Why nothing is left to do; empty if something is."""
        record = self.record
        if record is None:
            return ""
        if record.execution_arn != self.arn:
            return f"A newer execution owns the image, which is {record.status}."
        return f"The image is {record.status}." if record.status in SETTLED else ""

    @property
    def error_name(self) -> str:
        """The error, or the status of an execution without one."""
        return self.error or self.status

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
            "advice": advice(self.error_name),
            "repaired": self.repaired or None,
            "record_status": self.record.status if self.record else None,
        }


def parse_since(text: str, now: datetime) -> datetime:
    """Parse ``90m``, ``24h`` or ``7d`` before ``now``, or a date and time, by default in this machine's time zone."""
    if found := re.fullmatch(r"(\d+)([mhd])", text):
        return now - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        message = f"--since {text} is not valid. Use 90m, 24h or 7d, or a time such as 2026-11-20T03:00."
        raise UsageError(message) from None


def find_failures(stack: Stack, since: datetime) -> Iterator[Failure]:
    """Yield the executions that ended after ``since``, by state machine and status, the newest first."""
    pages = stack.step_functions().get_paginator("list_executions")
    machines = [one for one in (stack.outputs.image_pipeline, stack.outputs.image_deleted) if one]
    for machine in machines:
        for status in FAILED_STATUSES:
            for page in pages.paginate(stateMachineArn=machine, statusFilter=status):  # type: ignore[arg-type]
                arns = [
                    one["executionArn"]
                    for one in page["executions"]
                    if one.get("stopDate", one["startDate"]) >= since
                ]
                yield from read_failures(stack, arns)


def read_failures(stack: Stack, arns: Iterable[str]) -> list[Failure]:
    """Return these executions, whatever their status, with the records of their images.

    Raises UsageError if Step Functions has deleted one.
    """
    client = stack.step_functions()
    found = [describe_execution(client, arn) for arn in arns]
    images = [image_of(parse_event(one.get("input", ""))) for one in found]
    table = stack.outputs.images_table
    records = batch_get(stack.dynamodb(), table, list(dict.fromkeys(filter(None, images))))
    return [
        make_failure(client, one, image, records.get(image)) for one, image in zip(found, images, strict=True)
    ]


def describe_execution(client: "SFNClient", arn: str) -> "DescribeExecutionOutputTypeDef":
    """Return what Step Functions says about an execution. Raises UsageError if it does not exist."""
    try:
        return client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        message = (
            f"There is no execution {arn}. Step Functions deletes executions 90 days after their end. "
            "Use `renditions reconcile` to process the image again."
        )
        raise UsageError(message) from None


def make_failure(
    client: "SFNClient", found: "DescribeExecutionOutputTypeDef", image: str, record: ImageRecord | None
) -> Failure:
    """Combine an execution with its history and the record of its image."""
    return Failure(
        arn=found["executionArn"],
        machine=found["stateMachineArn"],
        status=found["status"],
        stopped=found.get("stopDate") or found["startDate"],
        where=failed_states(found["status"], read_history(client, found["executionArn"])),
        error=found.get("error") or "",
        cause=shortened(error_message(found.get("cause")) or ""),
        input=found.get("input", ""),
        image=image,
        record=record,
    )


def read_history(client: "SFNClient", arn: str) -> list[Mapping[str, Any]]:
    """Return the events of an execution in order, without their data."""
    pages = client.get_paginator("get_execution_history")
    return [
        event
        for page in pages.paginate(executionArn=arn, includeExecutionData=False)
        for event in page["events"]
    ]


def failed_states(status: str, history: Iterable[Mapping[str, Any]]) -> str:
    """Return the state that failed, inside its Parallel state: ``MakeRenditions / Watermark``.

    Each event names the previous one, so the chain from the last failure leads back to the entry of its state. Without
    that chain, the states that were entered and not exited must do: for a timeout, an abort, and an engine without it.
    """
    events = {event["id"]: event for event in history}
    failures = [event for event in events.values() if is_failure(event["type"])]
    names = list(enclosing_states(events, failures[-1])) if failures and status == "FAILED" else []
    return " / ".join(reversed(names or open_states(events.values())))


def is_failure(kind: str) -> bool:
    """Whether events of this type report a failed task. The failures of states and executions only follow from it."""
    return kind.endswith(("Failed", "TimedOut")) and not kind.startswith(("Execution", "Parallel"))


def enclosing_states(
    events: Mapping[int, Mapping[str, Any]], event: Mapping[str, Any] | None
) -> Iterator[str]:
    """Yield the states that contain ``event``, the innermost first: on the way back entered, but not exited."""
    left: set[str] = set()
    while event is not None:
        if "stateExitedEventDetails" in event:
            left.add(event["stateExitedEventDetails"]["name"])
        entered = event.get("stateEnteredEventDetails", {}).get("name")
        if entered and entered not in left:
            yield entered
        event = events.get(event.get("previousEventId", 0))


def open_states(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the states that were entered and not exited, the innermost first."""
    names: list[str] = []
    for event in events:
        if "stateEnteredEventDetails" in event:
            names.append(event["stateEnteredEventDetails"]["name"])
        elif "stateExitedEventDetails" in event and event["stateExitedEventDetails"]["name"] in names:
            names.remove(event["stateExitedEventDetails"]["name"])
    return names[::-1]
