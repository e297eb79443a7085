"""Reading the history of an execution."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cli.aws.executions import Execution, parse_visits

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def event(second: int, kind: str, state: str) -> Any:
    details = "stateEnteredEventDetails" if kind.endswith("Entered") else "stateExitedEventDetails"
    return {"timestamp": START + timedelta(seconds=second), "type": kind, details: {"name": state}}


def test_states_are_in_the_order_of_entry_with_the_time_spent_in_each() -> None:
    events = [
        {"timestamp": START, "type": "ExecutionStarted"},
        event(0, "TaskStateEntered", "ClaimImage"),
        event(1, "TaskStateExited", "ClaimImage"),
        event(1, "ParallelStateEntered", "MakeRenditions"),
        event(2, "TaskStateEntered", "Thumbnail"),
        event(2, "TaskStateEntered", "Large"),
        event(5, "TaskStateExited", "Thumbnail"),
    ]
    visits = parse_visits(events)
    assert [visit.state for visit in visits] == ["ClaimImage", "MakeRenditions", "Thumbnail", "Large"]
    assert [visit.left is None for visit in visits] == [False, True, False, True]
    assert visits[2].left == START + timedelta(seconds=5)


def test_the_current_states_are_those_that_were_not_exited() -> None:
    visits = parse_visits(
        [event(1, "ParallelStateEntered", "MakeRenditions"), event(2, "TaskStateEntered", "Large")]
    )
    execution = Execution("arn", "FAILED", START, START, "Oops", None, tuple(visits))
    assert execution.current_states() == "MakeRenditions, Large"
