"""Where an execution failed, and what to do about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.aws.advice import OTHERWISE, advice
from cli.aws.failures import Failure, parse_since, where
from cli.aws.images import ImageRecord
from cli.errors import UsageError
from cli.show.wording import age, cut
from tests.contract.asl import states
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


def test_the_branch_that_failed_is_told_from_those_that_were_stopped_or_had_to_try_twice() -> None:
    history = [*BRANCHES, plain(14, 11, "ParallelStateFailed"), plain(15, 14, "ExecutionFailed")]
    assert where("FAILED", history) == "MakeRenditions / Watermark"


def test_a_stopped_execution_was_where_it_had_not_left() -> None:
    assert where("ABORTED", [*BRANCHES, plain(14, 0, "ExecutionAborted")]) == "MakeRenditions / Watermark"


def test_an_engine_that_links_no_events_tells_the_state_only() -> None:
    history = [{**one, "previousEventId": 0} for one in BRANCHES if "Watermark" not in str(one)]
    assert where("FAILED", history) == "MakeRenditions"


@pytest.mark.parametrize(
    "text, moment",
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-11-20T03:00+00:00", datetime(2026, 11, 20, 3, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_age_or_a_moment(text: str, moment: datetime) -> None:
    assert parse_since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "7", "7w", "yesterday", "-3h"])
def test_any_other_time_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="90m, 24h or 7d"):
        parse_since(text, NOW)


def named_errors() -> set[str]:
    """Every error that the definitions try again for."""
    found = {name for one in states("Task") for retry in one.body["Retry"] for name in retry["ErrorEquals"]}
    return {name for name in found if "ConditionalCheckFailed" not in name}


@pytest.mark.parametrize("error", sorted(named_errors() | {"AccessDenied", "States.DataLimitExceeded"}))
def test_there_is_advice_for_every_error_that_the_state_machines_know(error: str) -> None:
    assert OTHERWISE not in advice(error)


def test_advice_for_an_unknown_error_leads_to_the_log_and_to_a_redrive() -> None:
    assert "log" in advice("KeyError")
    assert "renditions redrive" in advice("KeyError")
    assert "`renditions redrive`" not in advice("States.DataLimitExceeded")


RECORD = ImageRecord.from_item(COMPLETED)


def failure(**changes: Any) -> Failure:
    found: dict[str, Any] = {
        "arn": RECORD.execution_arn, "machine": "m", "status": "FAILED", "stopped": NOW, "where": "", "error": "Oops",
        "cause": "", "input": "{}", "image": RECORD.image_uri, "record": RECORD,
    }  # fmt: skip
    return Failure(**{**found, **changes})


def test_an_image_that_is_well_or_another_executions_needs_nothing() -> None:
    assert failure().repaired == "The image is COMPLETED."
    assert "newer execution owns the image" in failure(arn="arn:older").repaired
    assert failure(record=None).repaired == ""


def test_a_long_cause_is_cut_at_a_character() -> None:
    text = cut("ü" * 1000)
    assert len(text.encode()) <= 1024
    assert text.endswith("ü…")
    assert cut("short") == "short"


@pytest.mark.parametrize(
    "seconds, text", [(5, "5 s"), (300, "5 min"), (3 * 3600, "3 h"), (50 * 3600, "2 days"), (-9, "0 s")]
)
def test_an_age_has_one_unit(seconds: int, text: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == text
