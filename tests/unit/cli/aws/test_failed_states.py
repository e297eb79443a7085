"""The state in which an execution ended."""

from typing import Any

from cli.aws.failed_states import failed_states


def entered(number: int, before: int, state: str, kind: str = "Task") -> dict[str, Any]:
    event: dict[str, Any] = {"id": number, "previousEventId": before, "type": f"{kind}StateEntered"}
    return event | {"stateEnteredEventDetails": {"name": state}}


def exited(number: int, before: int, state: str) -> dict[str, Any]:
    event: dict[str, Any] = {"id": number, "previousEventId": before, "type": "TaskStateExited"}
    return event | {"stateExitedEventDetails": {"name": state}}


def plain(number: int, before: int, kind: str) -> dict[str, Any]:
    return {"id": number, "previousEventId": before, "type": kind}


BRANCHES = [
    plain(1, 0, "ExecutionStarted"),
    entered(2, 0, "ClaimImage"),
    exited(3, 2, "ClaimImage"),
    entered(4, 3, "MakeRenditions", "Parallel"),
    plain(5, 4, "ParallelStateStarted"),
    entered(6, 5, "Thumbnail"),
    entered(7, 5, "Watermark"),
    plain(8, 7, "TaskScheduled"),
    plain(9, 6, "TaskScheduled"),
    plain(10, 9, "TaskFailed"),
    plain(11, 8, "TaskFailed"),
    plain(12, 10, "TaskSucceeded"),
    exited(13, 12, "Thumbnail"),
]


def test_the_failed_branch_is_not_one_that_was_aborted_or_retried() -> None:
    history = [*BRANCHES, plain(14, 11, "ParallelStateFailed"), plain(15, 14, "ExecutionFailed")]
    assert failed_states("FAILED", history) == "MakeRenditions / Watermark"


def test_an_aborted_execution_was_in_the_states_that_it_had_not_exited() -> None:
    history = [*BRANCHES, plain(14, 0, "ExecutionAborted")]
    assert failed_states("ABORTED", history) == "MakeRenditions / Watermark"


def test_a_history_without_links_gives_only_the_state() -> None:
    history = [{**one, "previousEventId": 0} for one in BRANCHES if "Watermark" not in str(one)]
    assert failed_states("FAILED", history) == "MakeRenditions"
