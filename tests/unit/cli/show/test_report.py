"""The report of `renditions status`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from renditions_cli.aws.execution_history import StateVisit
from renditions_cli.aws.executions import Execution
from renditions_cli.show.report import ImageReport, report_lines
from tests.unit.cli.example_outcomes import RECORD

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
CLAIM = StateVisit("ClaimImage", START, START + timedelta(milliseconds=20))
STUCK = StateVisit("ValidateImage", START + timedelta(milliseconds=20))


def shown(execution: Execution | None, link: str | None = None) -> str:
    return "\n".join(
        line.plain for line in report_lines(ImageReport(RECORD.image_uri, RECORD, execution, link))
    )


def test_a_failed_execution_shows_where_it_ended_and_why() -> None:
    stopped = START + timedelta(seconds=3)
    failed = Execution("arn:e", "FAILED", START, stopped, "MemoryError", "No room.", (CLAIM, STUCK))
    text = shown(failed, "https://console/e")
    assert "FAILED in 3.0 s" in text
    assert "ClaimImage     20 ms" in text
    assert "ValidateImage  ended here" in text
    assert "MemoryError" in text
    assert "No room." in text
    assert "https://console/e" in text


def test_a_running_execution_shows_where_it_is() -> None:
    text = shown(Execution("arn:e", "RUNNING", START, None, None, None, (CLAIM, STUCK)))
    assert "ValidateImage  running" in text


def test_an_execution_that_no_longer_exists_is_reported() -> None:
    assert "deletes executions 90 days after their end" in shown(None)


def test_a_deleted_image_shows_when_it_was_deleted() -> None:
    gone = replace(RECORD, status="DELETED", deleted_at="2026-11-20T12:10:00Z", renditions=())
    text = "\n".join(line.plain for line in report_lines(ImageReport(gone.image_uri, gone)))
    assert "Status      DELETED" in text
    assert "Deleted     2026-11-20T12:10:00Z" in text


def test_focus_and_crop_are_shown_if_the_uploader_stated_them() -> None:
    framed = replace(RECORD, focus="0.4,0.3", crop="0,0,0.5,1")
    text = "\n".join(line.plain for line in report_lines(ImageReport(framed.image_uri, framed)))
    assert "Focus       0.4,0.3" in text
    assert "Crop        0,0,0.5,1" in text
    assert "Focus" not in shown(None)


def test_the_context_is_shown_with_escapes() -> None:
    noted = replace(RECORD, context={"tenant": "a\u202eb", "project": "Über 2026"})
    text = "\n".join(line.plain for line in report_lines(ImageReport(noted.image_uri, noted)))
    assert "Context     tenant: a\\u202eb\n              project: Über 2026" in text


def test_the_earlier_upload_that_is_still_served_is_named_as_such() -> None:
    rejected = replace(RECORD, status="REJECTED", reason="No picture.", etag="new", served_etag="abc")
    text = "\n".join(line.plain for line in report_lines(ImageReport("s3://in/a.jpg", rejected)))
    assert "Served      An earlier upload, until a newer one is completed." in text
    assert "Its ETag    abc" in text
    redone = replace(rejected, origin="backfill", etag="abc")
    text = "\n".join(line.plain for line in report_lines(ImageReport("s3://in/a.jpg", redone)))
    assert "Served      What was made of this upload before, until a newer one is completed." in text
    assert "Served" not in shown(None)


def test_an_execution_that_cannot_be_read_leaves_the_record() -> None:
    report = ImageReport("s3://in/a.jpg", RECORD, message="DescribeExecution failed: key disabled.")
    text = "\n".join(line.plain for line in report_lines(report))
    assert "Status      COMPLETED" in text
    assert "Execution   DescribeExecution failed: key disabled." in text
