"""What is wrong with one image."""

from datetime import UTC, datetime, timedelta

import pytest

from renditions.errors import InvalidSettings
from renditions.reconciliation import Kind, Places
from renditions.reconciliation.comparison import Clock, Known, Run, StoredObject, is_stuck, judge

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOCK = Clock(NOW)


def stored(minutes: float = 60) -> StoredObject:
    return StoredObject("a.jpg", "new", 7, NOW - timedelta(minutes=minutes))


def known(status: str, etag: str = "new") -> Known:
    return Known("s3://in/a.jpg", status, etag, "0062", "arn", "")


@pytest.mark.parametrize(
    "record, kind",
    [
        (None, Kind.UNRECORDED),
        (known("COMPLETED", "old"), Kind.OUTDATED),
        (known("PROCESSING", "old"), Kind.OUTDATED),
        (known("FAILED", "old"), Kind.OUTDATED),
        (known("REJECTED", "old"), Kind.OUTDATED),
        (known("DELETED", ""), Kind.REVIVED),
        (known("FAILED"), Kind.FAILED),
        (known("COMPLETED"), None),
        (known("REJECTED"), None),
        (known("PROCESSING"), None),
        (known("DELETING", ""), None),
    ],
    ids=str,
)
def test_a_record_that_does_not_fit_its_object_is_named(record: Known | None, kind: Kind | None) -> None:
    assert judge(stored(), record, CLOCK) is kind


@pytest.mark.parametrize("record", [None, known("DELETED", ""), known("COMPLETED", "old")], ids=str)
def test_an_object_whose_event_may_still_come_is_left_alone(record: Known | None) -> None:
    assert judge(stored(minutes=14), record, CLOCK) is None
    assert judge(stored(minutes=16), record, CLOCK) is not None


@pytest.mark.parametrize(
    "run, stuck",
    [
        (None, True),
        (Run(running=False, since=NOW - timedelta(minutes=16)), True),
        (Run(running=False, since=NOW - timedelta(minutes=14)), False),
        (Run(running=True, since=NOW - timedelta(minutes=130)), False),
        (Run(running=True, since=NOW - timedelta(minutes=136)), True),
    ],
    ids=["unknown", "ended", "just ended", "runs", "runs longer than it may"],
)
def test_a_record_in_work_is_stuck_when_nobody_works_on_it(run: Run | None, stuck: bool) -> None:  # noqa: FBT001
    assert is_stuck(run, CLOCK) is stuck


def test_a_function_without_its_places_does_not_start_and_names_them_all() -> None:
    with pytest.raises(InvalidSettings, match="UPLOADS_BUCKET, IMAGES_TABLE must be set"):
        Places.from_environment({"RENDITIONS_BUCKET": "made", "IMAGE_PIPELINE_ARN": "arn"})
