"""The state in which an execution ended, from its history."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.aws.sdk_errors import concerns_every_request

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


def read_failed_states(client: "SFNClient", arn: str, status: str) -> str:
    """Return the state in which the execution ended; an empty string if Step Functions refuses its history."""
    try:
        return failed_states(status, read_history(client, arn))
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return ""


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
