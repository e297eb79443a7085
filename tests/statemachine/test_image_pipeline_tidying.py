"""Renditions that no record names any more expire after a while. Those that a record names never do."""

import pytest

from tests.renditions import NAMES
from tests.statemachine import definitions
from tests.statemachine.conftest import Impatient
from tests.statemachine.definitions import rounds
from tests.statemachine.outcomes import BROKEN, BUG, THROTTLED, After, Outcome, Raised, Silent
from tests.statemachine.test_image_deleted import again
from tests.statemachine.test_image_pipeline_faults import wait_for_files
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY
from tests.statemachine.world import Event, World, status_change

REJECTING = [
    *("ClaimImage", "ValidateImage", "ReadVerdict", "RecordRejection", "IsPreviousServed"),
    "PublishRejectionPreviousServed",
]
RETIRING = ["RetireSuperseded", "RetireLeftovers", "RetireOwnRenditions"]
# The state that follows each of them.
END = {
    "RetireSuperseded": "NotRetired",
    "RetireLeftovers": "Rejected",
    "RetireOwnRenditions": "Superseded",
}


@pytest.fixture
def done(world: World, photo: bytes) -> Event:
    """A completed image."""
    upload = world.upload(photo)
    assert world.run(upload).path == WAY
    world.received("subscribers")
    return upload


def overwrite(world: World, upload: Event, photo: bytes, state: str) -> Event:
    """Upload to the same key again, so that the execution enters ``state``."""
    if state == "RetireLeftovers":
        return again(world, upload, b"")
    if state == "RetireOwnRenditions":
        world.will("Thumbnail", Raised("SourceGone"))
    return again(world, upload, photo + b"\0")


def named(world: World, upload: Event) -> set[str]:
    """Return the keys that the record names."""
    record = world.record(upload)
    assert record is not None
    return {rendition["key"] for rendition in record["renditions"].values()}


def test_an_overwritten_image_keeps_its_files_for_a_while(world: World, done: Event, photo: bytes) -> None:
    old = named(world, done)
    newer = again(world, done, photo + b"\0")
    execution = world.run(newer)
    assert execution.path == OVERWRITING
    new = named(world, newer)
    assert not old & new
    assert world.files(newer) == old | new, "a page that still shows the old ones keeps working"
    assert world.expiring(newer) == old
    assert len(world.received("subscribers")) == 1


def test_a_file_that_expires_is_otherwise_unchanged(world: World, done: Event, photo: bytes) -> None:
    [key, *_] = named(world, done)
    record = world.record(done)
    assert record is not None
    bucket = record["renditions"]["thumbnail"]["bucket"]
    before = world.s3.get_object(Bucket=bucket, Key=key)
    world.run(again(world, done, photo + b"\0"))
    after = world.s3.get_object(Bucket=bucket, Key=key)
    for what in ("ContentType", "CacheControl", "Metadata", "ETag"):
        assert after[what] == before[what]
    assert after["Body"].read() == before["Body"].read()


def test_an_image_that_is_uploaded_again_no_longer_expires(world: World, done: Event, photo: bytes) -> None:
    first = named(world, done)
    world.run(again(world, done, photo + b"\0"))
    second = named(world, done)
    world.run(again(world, done, photo))
    assert named(world, done) == first
    assert world.expiring(done) == second


def test_uploading_the_same_file_again_loses_nothing(world: World, done: Event, photo: bytes) -> None:
    assert world.run(again(world, done, photo)).path == OVERWRITING
    assert world.files(done) == named(world, done)
    assert world.expiring(done) == set()


def test_a_rejected_upload_leaves_the_previous_image_in_use_and_says_so(world: World, done: Event) -> None:
    before = world.record(done)
    assert before is not None
    bad = again(world, done, b"")
    execution = world.run(bad)
    assert execution.path == [*REJECTING, "RetireLeftovers", "Rejected"]
    assert world.expiring(done) == set()
    record = world.record(done)
    assert record is not None
    assert (record["status"], record["etag"]) == ("REJECTED", bad["detail"]["object"]["etag"])
    newest = {
        "status",
        "status_shard",
        "status_since",
        "execution_arn",
        "etag",
        "sequencer",
        "started_at",
        "completed_at",
        "reason",
        "reason_code",
    }
    assert {name: record[name] for name in set(record) - newest} == {
        name: before[name] for name in set(before) - newest
    }
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image rejected, previous one kept"
    assert message.notice["renditions"] == {}
    assert message.notice["served"] == {"etag": before["etag"], "version": before["version"]}
    assert message.email.startswith(
        "Your image was rejected.\nThe previous image under this key is still available.\n"
    )


def test_with_the_setting_remove_a_rejected_upload_takes_the_previous_image_away(
    world: World, done: Event
) -> None:
    old = named(world, done)
    definition = definitions.substitute(definitions.read("image_pipeline"), {"RejectionPrefix": "no_"})
    world.services.states |= definitions.senders({"RejectionPrefix": "no_"})
    execution = world.run(again(world, done, b""), definition=definition)
    assert execution.path[-3:] == ["PublishRejection", "RetireLeftovers", "Rejected"]
    assert world.expiring(done) == old
    record = world.record(done)
    assert record is not None
    assert (record["renditions"], record["served_etag"], record["version"]) == ({}, "", "")
    [message] = world.received("subscribers")
    assert message.notice["served"] == {"etag": "", "version": ""}


def test_the_renditions_of_a_failed_upload_stay_for_its_redrive(
    world: World, done: Event, photo: bytes
) -> None:
    newer = again(world, done, photo + b"\0")
    world.will("Watermark", After(lambda: wait_for_files(world, newer, 2 * len(NAMES) - 1), BUG))
    failed = world.run(newer)
    world.run(status_change(failed, newer), "execution_failed")
    assert len(world.files(newer)) == 2 * len(NAMES) - 1
    late = again(world, done, b"")
    late["detail"]["object"]["sequencer"] = "0"
    assert world.run(late).path[-1] == "Duplicate"
    assert world.expiring(newer) == set()
    assert world.run(newer).path == OVERWRITING
    assert len(world.expiring(newer)) == len(NAMES)


@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_the_other_notices_are_sent_again_too(
    world: World, done: Event, photo: bytes, faults: dict[str, Outcome], impatient: Impatient
) -> None:
    for state, data in (("PublishReplacement", photo + b"\0"), ("PublishRejectionPreviousServed", b"")):
        world.will(state, faults["SNS"], Silent())
        execution = world.run(again(world, done, data), definition=impatient("image_pipeline"))
        assert (execution.status, execution.attempts(state)) == ("SUCCEEDED", 3)
        assert len(world.received("subscribers")) == 1


def test_renditions_made_before_a_rejection_expire(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will(
        "Watermark", After(lambda: wait_for_files(world, upload, len(NAMES) - 1), Raised("CorruptImage"))
    )
    execution = world.run(upload)
    assert execution.path[-2:] == ["RetireLeftovers", "Rejected"]
    assert len(world.files(upload)) == len(NAMES) - 1
    assert world.expiring(upload) == world.files(upload)


def test_renditions_of_the_loser_of_a_race_expire(world: World, done: Event, photo: bytes) -> None:
    slow = again(world, done, photo + b"\0")
    fast = again(world, done, photo + b"\1")
    world.will("SaveMetadata", After(lambda: world.run(fast)))
    execution = world.run(slow)
    assert execution.path[-2:] == ["RetireOwnRenditions", "Superseded"]
    assert len(world.files(done)) == 3 * len(NAMES)
    assert world.expiring(done) == world.files(done) - named(world, fast)


@pytest.mark.parametrize("state", RETIRING)
def test_a_failure_to_retire_files_does_not_fail_the_execution(
    world: World, done: Event, photo: bytes, state: str
) -> None:
    newer = overwrite(world, done, photo, state)
    world.will(state, BUG)
    execution = world.run(newer)
    assert (execution.status, execution.path[-2:]) == ("SUCCEEDED", [state, END[state]])
    assert execution.attempts(state) == 1
    assert len(world.received("subscribers")) == (0 if state == "RetireOwnRenditions" else 1)
    assert world.received("operators") == []


@pytest.mark.parametrize("state", RETIRING)
def test_every_transient_error_of_tidying_is_retried(
    world: World, done: Event, photo: bytes, state: str
) -> None:
    for errors in rounds("image_pipeline", state):
        newer = overwrite(world, done, photo, state)
        world.will(state, *[Raised(error) for error in errors])
        execution = world.run(newer)
        assert execution.path[-1] == (state if state == "RetireSuperseded" else END[state])
        assert execution.errors(state) == errors
        assert execution.attempts(state) == len(errors) + 1


@pytest.mark.parametrize("state", RETIRING)
def test_tidying_that_times_out_is_retried(
    world: World, done: Event, photo: bytes, state: str, impatient: Impatient
) -> None:
    newer = overwrite(world, done, photo, state)
    world.will(state, Silent(), BUG)  # a quick answer, since real work may take longer than the second
    execution = world.run(newer, definition=impatient("image_pipeline"))
    assert execution.path[-2:] == [state, END[state]]
    assert execution.errors(state) == ["States.Timeout", "KeyError"]
