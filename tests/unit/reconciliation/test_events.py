"""The events that S3 did not send."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from renditions.contracts import Upload
from renditions.reconciliation.comparison import Known
from renditions.reconciliation.events import execution_name, next_sequencer, object_created, object_deleted

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEAD = {"ContentLength": 7, "ETag": '"abc"', "LastModified": MOMENT, "VersionId": "v1"}
hexadecimal = st.text("0123456789ABCDEF", min_size=1, max_size=20).filter(lambda text: text.strip("0"))


def known(sequencer: str) -> Known:
    return Known("s3://in/a.jpg", "COMPLETED", "abc", sequencer, "arn", "")


@given(hexadecimal, st.integers(1, 4))
def test_a_reconciliation_wins_over_the_record_however_often_it_is_repeated(own: str, times: int) -> None:
    for _ in range(times):
        following = next_sequencer(known(own))
        assert following > own
        own = following


@given(hexadecimal, hexadecimal, st.integers(1, 4))
def test_it_loses_against_every_later_event_of_s3(own: str, other: str, times: int) -> None:
    """S3 fills the shorter sequencer up with zeros on the right before it compares them."""
    later = max(own, other, key=lambda one: one.ljust(40, "0"))
    earlier = min(own, other, key=lambda one: one.ljust(40, "0"))
    if later.ljust(40, "0") == earlier.ljust(40, "0"):
        return
    made = earlier
    for _ in range(times):
        made = next_sequencer(known(made))
    assert made < later


@given(hexadecimal)
def test_for_an_image_without_a_record_it_loses_against_every_event(other: str) -> None:
    assert next_sequencer(None) < other


def test_it_has_the_shape_of_s3_s_own_event_and_says_that_it_is_none() -> None:
    event = object_created("in", HEAD, "ö a+b.jpg", None)
    assert Upload.from_event(event) == Upload("in", "ö a+b.jpg", "abc", "v1", 7)
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["detail"]["reason"] == "Reconcile"
    assert event["time"] == "2026-11-20T12:00:00Z"


def test_an_object_of_a_bucket_without_versions_has_none_in_its_event() -> None:
    head = {name: value for name, value in HEAD.items() if name != "VersionId"}
    assert Upload.from_event(object_created("in", head, "a.jpg", None)).version_id is None


def test_a_deletion_tells_of_the_marker_that_hides_the_object() -> None:
    marker = {"VersionId": "m1", "LastModified": MOMENT}
    hidden = object_deleted("in", "a.jpg", marker, known("0062"), MOMENT)
    gone = object_deleted("in", "a.jpg", None, known("0062"), MOMENT)
    assert hidden["detail"]["deletion-type"] == "Delete Marker Created"
    assert hidden["detail"]["object"] == {
        "key": "a.jpg",
        "etag": "abc",
        "version-id": "m1",
        "sequencer": "00620",
    }
    assert gone["detail"]["deletion-type"] == "Permanently Deleted"


def test_the_same_facts_make_the_same_event_and_name_and_others_another() -> None:
    event = object_created("in", HEAD, "a.jpg", known("0062"))
    assert event == object_created("in", HEAD, "a.jpg", known("0062"))
    others = (
        object_created("in", HEAD, "a.jpg", known("00620")),
        object_created("in", HEAD, "b.jpg", known("0062")),
        object_created("in", {**HEAD, "ETag": '"abd"'}, "a.jpg", known("0062")),
    )
    names = {execution_name(one, 1) for one in (event, *others)}
    assert len(names | {execution_name(event, 2)}) == 5
    assert all(len(name) <= 78 for name in names)
