"""What is wrong with one image."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from renditions.reconciliation import Kind
from renditions.reconciliation.comparison import Clock, Execution, express_owner, is_stuck, judge
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOCK = Clock(NOW)


def stored(minutes: float = 60) -> StoredObject:
    return StoredObject("a.jpg", "new", 7, NOW - timedelta(minutes=minutes))


def record_of(status: str, etag: str | None = "new", started_at: str | None = None) -> ImageRecord:
    return ImageRecord(
        "s3://in/a.jpg", status, execution_arn="arn", etag=etag, sequencer="0062", started_at=started_at
    )


@pytest.mark.parametrize(
    "record, kind",
    [
        (None, Kind.UNRECORDED),
        (record_of("COMPLETED", "old"), Kind.OUTDATED),
        (record_of("PROCESSING", "old"), Kind.OUTDATED),
        (record_of("FAILED", "old"), Kind.OUTDATED),
        (record_of("REJECTED", "old"), Kind.OUTDATED),
        (record_of("COMPLETED", "old", "2026-11-20T10:00:00.000Z"), Kind.OUTDATED),
        (record_of("COMPLETED", "old", "2026-11-20T11:30:00.000Z"), Kind.ROLLED_BACK),
        (record_of("REJECTED", "old", "2026-11-20T11:30:00.000Z"), Kind.ROLLED_BACK),
        (record_of("DELETED", None), Kind.REVIVED),
        (record_of("FAILED"), Kind.FAILED),
        (record_of("COMPLETED"), None),
        (record_of("REJECTED"), None),
        (record_of("PROCESSING"), None),
        (record_of("DELETING", None), None),
    ],
    ids=str,
)
def test_a_record_that_does_not_match_its_object_is_found(
    record: ImageRecord | None, kind: Kind | None
) -> None:
    assert judge(stored(), record, CLOCK) is kind


@pytest.mark.parametrize(
    "uploaded_at, kind",
    [("2026-11-20T11:00:00Z", None), ("2026-11-20T10:58:00Z", Kind.OUTDATED), (None, None)],
)
def test_the_same_bytes_stored_again_later_are_found(uploaded_at: str | None, kind: Kind | None) -> None:
    """A copy onto itself changes the metadata and not the ETag."""
    record = replace(record_of("COMPLETED"), uploaded_at=uploaded_at)
    assert judge(stored(), record, CLOCK) is kind


@pytest.mark.parametrize("record", [None, record_of("DELETED", None), record_of("COMPLETED", "old")], ids=str)
def test_an_object_whose_event_may_still_arrive_is_left_alone(record: ImageRecord | None) -> None:
    assert judge(stored(minutes=14), record, CLOCK) is None
    assert judge(stored(minutes=16), record, CLOCK) is not None


@pytest.mark.parametrize(
    "execution, stuck",
    [
        (None, True),
        (Execution(running=False, since=NOW - timedelta(minutes=16)), True),
        (Execution(running=False, since=NOW - timedelta(minutes=14)), False),
        (Execution(running=True, since=NOW - timedelta(hours=24, minutes=14)), False),
        (Execution(running=True, since=NOW - timedelta(hours=24, minutes=16)), True),
    ],
    ids=["unknown", "ended", "just ended", "running", "running for too long"],
)
def test_a_record_in_work_is_stuck_without_a_running_execution(
    execution: Execution | None,
    stuck: bool,  # noqa: FBT001
) -> None:
    assert is_stuck(execution, CLOCK) is stuck


EXPRESS = "arn:aws:states:us-east-1:123456789012:express:renditions-image-pipeline-express:name:id"


@pytest.mark.parametrize("minutes, stuck", [(19, False), (21, True)])
def test_a_record_of_an_express_execution_is_stuck_once_that_must_be_over(
    minutes: int,
    stuck: bool,  # noqa: FBT001
) -> None:
    """Five minutes after the claim, and the grace period. Step Functions does not describe such an execution."""
    claimed = (NOW - timedelta(minutes=minutes)).isoformat()
    record = replace(record_of("PROCESSING", started_at=claimed), execution_arn=EXPRESS)
    owner = express_owner(record)
    assert owner is not None
    assert is_stuck(owner, CLOCK) is stuck


@pytest.mark.parametrize("arn", [None, "arn:aws:states:us-east-1:123456789012:execution:renditions:express"])
def test_another_owner_is_asked_for(arn: str | None) -> None:
    record = replace(record_of("PROCESSING", started_at=NOW.isoformat()), execution_arn=arn)
    assert express_owner(record) is None
