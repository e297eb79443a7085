"""Executions that failed, timed out or were stopped: where, why, and whether their image is well by now."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cli.aws.advice import advice
from cli.aws.dead_letters import image_of, parse_event
from cli.aws.executions import sentence
from cli.aws.images import ImageRecord, read_records
from cli.aws.stack import Stack
from cli.errors import UsageError
from cli.show.wording import cut

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

ENDS = ("FAILED", "TIMED_OUT", "ABORTED")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# "It is repaired": nothing is left to do for an image in one of these.
DONE = frozenset({"COMPLETED", "REJECTED", "DELETED"})


@dataclass(frozen=True, slots=True)
class Failure:
    """An execution that did not succeed. ``where``: the states in which it ended; ``image`` is empty without one.

    ``error`` and ``cause`` may be empty for a time-out or an abort; ``cause`` has at most 1 KiB. ``input`` is what a
    new execution would get. ``record`` is the image's as it is now.
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
        return f"The image is {record.status}." if record.status in DONE else ""

    @property
    def error_name(self) -> str:
        """The error, or what stands for it."""
        return self.error or self.status

    def to_json(self) -> dict[str, Any]:
        """What --json prints: the time in ISO 8601."""
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
    """``90m``, ``24h``, ``7d`` before ``now``, or a date and time (of this machine's zone unless it names one)."""
    if found := re.fullmatch(r"(\d+)([mhd])", text):
        return now - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        message = f"--since {text} is neither 90m, 24h or 7d nor a time like 2026-11-20T03:00."
        raise UsageError(message) from None


def find_failures(stack: Stack, since: datetime) -> Iterator[Failure]:
    """Those that ended since then, machine by machine and status by status, the newest first."""
    pages = stack.step_functions().get_paginator("list_executions")
    machines = [one for one in (stack.outputs.image_pipeline, stack.outputs.image_deleted) if one]
    for machine in machines:
        for status in ENDS:
            for page in pages.paginate(stateMachineArn=machine, statusFilter=status):  # type: ignore[arg-type]
                arns = [
                    one["executionArn"]
                    for one in page["executions"]
                    if one.get("stopDate", one["startDate"]) >= since
                ]
                yield from read_failures(stack, arns)


def read_failures(stack: Stack, arns: Iterable[str]) -> list[Failure]:
    """These executions, whatever became of them, with the records of their images.

    Raises UsageError for one that Step Functions has forgotten.
    """
    client = stack.step_functions()
    found = [describe_known(client, arn) for arn in arns]
    images = [image_of(parse_event(one.get("input", ""))) for one in found]
    table = stack.outputs.images_table
    records = read_records(stack.dynamodb(), table, list(dict.fromkeys(filter(None, images))))
    return [
        describe(client, one, image, records.get(image)) for one, image in zip(found, images, strict=True)
    ]


def describe_known(client: "SFNClient", arn: str) -> "DescribeExecutionOutputTypeDef":
    """What Step Functions says about an execution."""
    try:
        return client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        message = (
            f"Step Functions does not know {arn}: it forgets 90 days after the end. `renditions reconcile` "
        )
        raise UsageError(message + "starts its image anew.") from None


def describe(
    client: "SFNClient", found: "DescribeExecutionOutputTypeDef", image: str, record: ImageRecord | None
) -> Failure:
    """One of them, with the place where it ended."""
    return Failure(
        arn=found["executionArn"],
        machine=found["stateMachineArn"],
        status=found["status"],
        stopped=found.get("stopDate") or found["startDate"],
        where=where(found["status"], read_history(client, found["executionArn"])),
        error=found.get("error") or "",
        cause=cut(sentence(found.get("cause")) or ""),
        input=found.get("input", ""),
        image=image,
        record=record,
    )


def read_history(client: "SFNClient", arn: str) -> list[Mapping[str, Any]]:
    """What happened, in order, without the data."""
    pages = client.get_paginator("get_execution_history")
    return [
        event
        for page in pages.paginate(executionArn=arn, includeExecutionData=False)
        for event in page["events"]
    ]


def where(status: str, history: Iterable[Mapping[str, Any]]) -> str:
    """The state that failed, with the Parallel state around it: ``MakeRenditions / Watermark``.

    An event names the one before it, so the way back from the last failure leads past the state that it was in. An
    engine that names none tells only which states were entered and not left, and so do a time-out and an abort.
    """
    events = {event["id"]: event for event in history}
    failures = [event for event in events.values() if is_failure(event["type"])]
    names = list(way_back(events, failures[-1])) if failures and status == "FAILED" else []
    return " / ".join(reversed(names or still_entered(events.values())))


def is_failure(kind: str) -> bool:
    """Whether an event of this type says that a task did not succeed; those of states and executions come after it."""
    return kind.endswith(("Failed", "TimedOut")) and not kind.startswith(("Execution", "Parallel"))


def way_back(events: Mapping[int, Mapping[str, Any]], event: Mapping[str, Any] | None) -> Iterator[str]:
    """The states that hold ``event``, the innermost first: those entered on the way back and not left again."""
    left: set[str] = set()
    while event is not None:
        if "stateExitedEventDetails" in event:
            left.add(event["stateExitedEventDetails"]["name"])
        entered = event.get("stateEnteredEventDetails", {}).get("name")
        if entered and entered not in left:
            yield entered
        event = events.get(event.get("previousEventId", 0))


def still_entered(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """The states that were entered and not left, the innermost first."""
    names: list[str] = []
    for event in events:
        if "stateEnteredEventDetails" in event:
            names.append(event["stateEnteredEventDetails"]["name"])
        elif "stateExitedEventDetails" in event and event["stateExitedEventDetails"]["name"] in names:
            names.remove(event["stateExitedEventDetails"]["name"])
    return names[::-1]
