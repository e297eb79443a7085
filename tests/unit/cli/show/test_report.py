"""What `renditions status` tells of an execution."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cli.aws.executions import Execution, Visit
from cli.show.report import Found, report
from tests.unit.cli.example_outcomes import RECORD

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
CLAIM = Visit("ClaimImage", START, START + timedelta(milliseconds=20))
STUCK = Visit("ValidateImage", START + timedelta(milliseconds=20))


def shown(execution: Execution | None, link: str | None = None) -> str:
    return "\n".join(line.plain for line in report(Found(RECORD, execution, link)))


def test_a_failed_execution_shows_where_it_ended_and_why() -> None:
    stopped = START + timedelta(seconds=3)
    failed = Execution("arn:e", "FAILED", START, stopped, "MemoryError", "No room.", (CLAIM, STUCK))
    text = shown(failed, "https://console/e")
    assert "FAILED in 3.0 s" in text
    assert "ClaimImage         20 ms" in text
    assert "ValidateImage      ended here" in text
    assert "MemoryError" in text
    assert "No room." in text
    assert "https://console/e" in text


def test_a_running_execution_shows_where_it_is() -> None:
    text = shown(Execution("arn:e", "RUNNING", START, None, None, None, (CLAIM, STUCK)))
    assert "ValidateImage      is here now" in text


def test_an_execution_that_aws_has_forgotten_is_said_to_be_so() -> None:
    assert "it forgets after 90 days" in shown(None)


def test_a_deleted_image_shows_since_when() -> None:
    gone = replace(RECORD, status="DELETED", deleted_at="2026-11-20T12:10:00Z", renditions=())
    text = "\n".join(line.plain for line in report(Found(gone, None, None)))
    assert "Status      DELETED" in text
    assert "Deleted     2026-11-20T12:10:00Z" in text
