"""The execution that processed an image, as Step Functions describes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.aws.causes import error_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a state. ``left`` is None while the execution is there, or if it ended there."""

    state: str
    entered: datetime
    left: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with times in ISO 8601."""
        left = self.left.isoformat() if self.left else None
        return {"state": self.state, "entered": self.entered.isoformat(), "left": left}


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of the state machine, with its states in order.

    ``cause`` is the message of a function's error, or the cause that Step Functions gives.
    """

    arn: str
    status: str
    started: datetime
    stopped: datetime | None
    error: str | None
    cause: str | None
    visits: tuple[Visit, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with times in ISO 8601."""
        return {
            "arn": self.arn,
            "status": self.status,
            "started": self.started.isoformat(),
            "stopped": self.stopped.isoformat() if self.stopped else None,
            "error": self.error,
            "cause": self.cause,
            "states": [visit.to_json() for visit in self.visits],
        }

    def current_states(self) -> str:
        """Return the states in which the execution is, or was when it ended."""
        return ", ".join(visit.state for visit in self.visits if visit.left is None)


def read_execution(step_functions: "SFNClient", arn: str) -> Execution | None:
    """Return the execution, or None if Step Functions has deleted it, which it does 90 days after the end."""
    try:
        found = step_functions.describe_execution(executionArn=arn)
    except step_functions.exceptions.ExecutionDoesNotExist:
        return None
    pages = step_functions.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=False
    )
    events = (event for page in pages for event in page["events"])
    return Execution(
        arn=arn,
        status=found["status"],
        started=found["startDate"],
        stopped=found.get("stopDate"),
        error=found.get("error"),
        cause=error_message(found.get("cause")),
        visits=tuple(parse_visits(events)),
    )


def parse_visits(events: "Iterable[HistoryEventTypeDef]") -> list[Visit]:
    """Return the states in the order in which they were entered, those of parallel branches interleaved."""
    visits: list[Visit] = []
    for event in events:
        if entered := event.get("stateEnteredEventDetails"):
            visits.append(Visit(entered["name"], event["timestamp"]))
        elif left := event.get("stateExitedEventDetails"):
            leave(visits, left["name"], event["timestamp"])
    return visits


def leave(visits: list[Visit], state: str, moment: datetime) -> None:
    """Set the end of the latest visit of ``state``."""
    for number, visit in reversed(list(enumerate(visits))):
        if visit.state == state and visit.left is None:
            visits[number] = Visit(state, visit.entered, moment)
            return
