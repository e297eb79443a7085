"""The events that S3 did not send."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from renditions.contracts import Upload
from renditions.reconciliation.events import execution_name, next_sequencer, object_created, object_deleted
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject
from renditions.storage.originals import DeleteMarker

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
STORED = StoredObject("a.jpg", "abc", 7, MOMENT, "v1")
hexadecimal = st.text("0123456789ABCDEF", min_size=1, max_size=20).filter(lambda text: text.strip("0"))


def record(sequencer: str) -> ImageRecord:
    return ImageRecord("s3://in/a.jpg", "COMPLETED", etag="abc", sequencer=sequencer)


@given(hexadecimal, st.integers(1, 4))
def test_a_repeated_reconciliation_always_wins_over_the_record(own: str, times: int) -> None:
    for _ in range(times):
        following = next_sequencer(record(own))
        assert following > own
        own = following


@given(hexadecimal, hexadecimal, st.integers(1, 4))
def test_it_loses_against_every_later_event_of_s3(own: str, other: str, times: int) -> None:
    """S3 pads the shorter sequencer with zeros on the right before it compares them."""
    later = max(own, other, key=lambda one: one.ljust(40, "0"))
    earlier = min(own, other, key=lambda one: one.ljust(40, "0"))
    if later.ljust(40, "0") == earlier.ljust(40, "0"):
        return
    made = earlier
    for _ in range(times):
        made = next_sequencer(record(made))
    assert made < later


@given(hexadecimal)
def test_without_a_record_it_loses_against_every_event(other: str) -> None:
    assert next_sequencer(None) < other


def test_a_made_event_has_the_format_of_s3_and_names_its_origin() -> None:
    event = object_created("in", replace(STORED, key="ö a+b.jpg"), None)
    assert Upload.from_event(event) == Upload("in", "ö a+b.jpg", "abc", "v1", 7)
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["detail"]["reason"] == "Reconcile"
    assert event["time"] == "2026-11-20T12:00:00Z"
    assert event["resources"] == ["arn:aws:s3:::in"]


def test_a_made_event_names_the_bucket_in_its_partition() -> None:
    created = object_created("in", STORED, None, partition="aws-cn")
    deleted = object_deleted("in", "a.jpg", None, record("0062"), MOMENT, partition="aws-cn")
    assert created["resources"] == deleted["resources"] == ["arn:aws-cn:s3:::in"]


def test_an_event_has_no_version_id_in_a_bucket_without_versioning() -> None:
    event = object_created("in", replace(STORED, version_id=""), None)
    assert "version-id" not in event["detail"]["object"]
    assert Upload.from_event(event).version_id is None


def test_the_event_of_a_deletion_contains_the_delete_marker() -> None:
    marker = DeleteMarker("m1", MOMENT)
    hidden = object_deleted("in", "a.jpg", marker, record("0062"), MOMENT)
    gone = object_deleted("in", "a.jpg", None, record("0062"), MOMENT)
    assert hidden["detail"]["deletion-type"] == "Delete Marker Created"
    assert hidden["detail"]["object"] == {
        "key": "a.jpg",
        "etag": "abc",
        "version-id": "m1",
        "sequencer": "00620",
    }
    assert gone["detail"]["deletion-type"] == "Permanently Deleted"


def test_the_same_facts_make_the_same_event_and_execution_name() -> None:
    event = object_created("in", STORED, record("0062"))
    assert event == object_created("in", STORED, record("0062"))
    others = (
        object_created("in", STORED, record("00620")),
        object_created("in", replace(STORED, key="b.jpg"), record("0062")),
        object_created("in", replace(STORED, etag="abd"), record("0062")),
    )
    names = {execution_name(one, 1) for one in (event, *others)}
    assert len(names | {execution_name(event, 2)}) == 5
    assert all(len(name) <= 78 for name in names)
