"""Where an execution failed, and whether its image has been repaired."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.aws.failures import Failure, failed_states, parse_since
from cli.errors import UsageError
from renditions.records import ImageRecord
from tests.unit.cli.aws.test_images import COMPLETED

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


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


@pytest.mark.parametrize(
    "text, moment",
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-11-20T03:00+00:00", datetime(2026, 11, 20, 3, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_age_or_a_date(text: str, moment: datetime) -> None:
    assert parse_since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "7", "7w", "yesterday", "-3h"])
def test_any_other_time_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="90m, 24h or 7d"):
        parse_since(text, NOW)


RECORD = ImageRecord.from_item(COMPLETED)


def failure(**changes: Any) -> Failure:
    found: dict[str, Any] = {
        "arn": RECORD.execution_arn, "machine": "m", "status": "FAILED", "stopped": NOW, "where": "", "error": "Oops",
        "cause": "", "input": "{}", "image": RECORD.image_uri, "record": RECORD,
    }  # fmt: skip
    return Failure(**{**found, **changes})


def test_a_completed_image_or_one_of_a_newer_execution_counts_as_repaired() -> None:
    assert failure().repaired == "The image is COMPLETED."
    assert "newer execution owns the image" in failure(arn="arn:older").repaired
    assert failure(record=None).repaired == ""
