"""Duplicate, late and out-of-order events, and originals that change while they are processed."""

from io import BytesIO

import pytest
from PIL import Image

from tests.contract.test_notice import SERVED
from tests.renditions import BRANCHES
from tests.statemachine.conftest import Impatient
from tests.statemachine.definitions import rounds
from tests.statemachine.outcomes import BROKEN, BUG, THROTTLED, After, Outcome, Raised, ReplyLost, Silent
from tests.statemachine.test_image_pipeline_rejections import SENTENCE
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY, assert_completed
from tests.statemachine.world import Event, World, status_change

# After SourceGone, if the key has no object.
VANISHED = [
    *("ConfirmGone", "IsGone", "RecordDeletion", "IsFirstDeletion", "RemoveRenditions", "PublishDeletion"),
]


@pytest.fixture
def other_photo() -> bytes:
    """Another JPEG, 60 × 90 pixels."""
    file = BytesIO()
    Image.new("RGB", (60, 90), "teal").save(file, "JPEG")
    return file.getvalue()


def again(world: World, upload: Event, data: bytes) -> Event:
    """Upload to the same key again."""
    return world.upload(data, upload["detail"]["object"]["key"])


def assert_nothing_happens(world: World, upload: Event) -> None:
    """Deliver an event that is too late: nothing is written, and nobody is notified."""
    world.received("subscribers")
    before = world.record(upload)
    execution = world.run(upload)
    assert (execution.status, execution.path) == ("SUCCEEDED", ["ClaimImage", "Duplicate"])
    assert execution.errors("ClaimImage") == ["DynamoDB.ConditionalCheckFailedException"], (
        "refused once, not retried"
    )
    assert world.record(upload) == before
    assert world.received("subscribers") == []


def test_an_event_that_is_delivered_twice_is_processed_once(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    assert world.run(upload).path == WAY
    assert_nothing_happens(world, upload)


def test_an_event_that_is_delivered_again_during_processing_is_a_duplicate(
    world: World, photo: bytes
) -> None:
    upload = world.upload(photo)
    world.will("ValidateImage", After(lambda: assert_nothing_happens(world, upload)))
    execution = world.run(upload)
    assert execution.path == WAY
    assert_completed(world, upload, execution)


def test_an_event_of_another_bucket_gets_no_record_and_no_function_runs(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    upload["detail"]["bucket"]["name"] = "not-ours"
    execution = world.run(upload)
    assert (execution.status, execution.path) == ("SUCCEEDED", ["ClaimImage", "Duplicate"])
    assert world.record(upload) is None
    assert world.received("subscribers") == []


def test_a_rejected_upload_is_not_validated_twice(world: World) -> None:
    upload = world.upload(b"")
    assert world.run(upload).path[-1] == "Rejected"
    assert_nothing_happens(world, upload)


def test_an_older_event_after_a_newer_one_changes_nothing(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    newer = again(world, older, other_photo)
    execution = world.run(newer)
    assert_nothing_happens(world, older)
    record = world.record(newer)
    assert record is not None
    assert (record["execution_arn"], record["width"], record["height"]) == (execution.arn, 60, 90)


def test_a_newer_event_keeps_what_is_served_until_it_completes(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    world.run(older)
    first = world.record(older)
    assert first is not None
    newer = again(world, older, other_photo)
    during: list[Event | None] = []
    world.will("ValidateImage", After(lambda: during.append(world.record(newer))))
    execution = world.run(newer)
    assert execution.path == OVERWRITING
    [record] = during
    assert record is not None
    assert (record["status"], record["etag"]) == ("PROCESSING", newer["detail"]["object"]["etag"])
    assert record["served_etag"] == older["detail"]["object"]["etag"]
    assert {name: record[name] for name in SERVED} == {name: first[name] for name in SERVED}
    assert not {"completed_at", "reason_code", "reason"} & set(record)
    done = world.record(newer)
    assert done is not None
    assert (done["width"], done["height"], done["status"]) == (60, 90, "COMPLETED")
    assert done["served_etag"] == done["etag"]


def test_a_rejected_image_that_is_replaced_by_a_good_one_loses_its_reason(world: World, photo: bytes) -> None:
    bad = world.upload(b"")
    world.run(bad)
    world.received("subscribers")
    good = again(world, bad, photo)
    execution = world.run(good)
    assert_completed(world, good, execution)
    record = world.record(good)
    assert record is not None
    assert not {"reason", "reason_code"} & set(record)


def test_a_failed_image_is_processed_again_by_its_own_event(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("ValidateImage", BUG)
    failed = world.run(upload)
    world.run(status_change(failed, upload), "execution_failed")
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["reason_code"]) == ("FAILED", "KeyError")
    world.begin()
    execution = world.run(upload)
    assert execution.path == OVERWRITING, "the failed run may have left renditions"
    assert_completed(world, upload, execution)
    done = world.record(upload)
    assert done is not None
    assert not {"reason", "reason_code"} & set(done)


def test_a_claim_whose_reply_was_lost_is_still_the_claim_of_this_execution(
    world: World, photo: bytes
) -> None:
    upload = world.upload(photo)
    world.will("ClaimImage", ReplyLost())
    execution = world.run(upload)
    assert execution.path == WAY
    assert execution.attempts("ClaimImage") == 2
    assert_completed(world, upload, execution)


def test_a_completion_whose_reply_was_lost_is_repeated_and_notified_once(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("SaveMetadata", ReplyLost())
    execution = world.run(upload)
    assert execution.path == WAY
    assert_completed(world, upload, execution)


def test_a_rejection_whose_reply_was_lost_is_repeated_and_notified_once(world: World) -> None:
    upload = world.upload(b"")
    world.will("RecordRejection", ReplyLost())
    execution = world.run(upload)
    assert execution.path[-1] == "Rejected"
    assert len(world.received("subscribers")) == 1


@pytest.mark.parametrize("state", ["ValidateImage", *BRANCHES])
def test_an_original_that_is_deleted_before_it_is_read_is_told_as_deleted(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(photo)
    world.will(state, After(lambda: delete(world, upload)))
    execution = world.run(upload)
    way = (
        ["ClaimImage", "ValidateImage", "MakeRenditions"]
        if state != "ValidateImage"
        else ["ClaimImage", "ValidateImage"]
    )
    assert (execution.status, execution.path) == ("SUCCEEDED", [*way, *VANISHED])
    # The next branch to read the original is not always the one during whose call it was deleted.
    assert "SourceGone" in [error for name in execution.entered for error in execution.errors(name)]
    assert execution.attempts(state) == 1
    [message] = world.received("subscribers")
    assert message.notice["status"] == "DELETED"
    assert world.received("operators") == []
    assert world.versions(upload) == set()


def test_an_overwriting_upload_that_vanishes_takes_the_previous_image_with_it(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    world.run(older)
    newer = again(world, older, other_photo)
    world.delete(newer)
    world.received("subscribers")
    assert world.run(newer).path[-6:] == VANISHED
    record = world.record(newer)
    assert record is not None
    assert set(record) == {
        *("image_uri", "status", "execution_arn", "origin", "sequencer", "started_at", "first_uploaded_at"),
        *("status_shard", "status_since", "context", "context_attributes"),
        *("completed_at", "deleted_at", "expires_at", "renditions"),
    }
    assert world.versions(newer) == set()
    [message] = world.received("subscribers")
    assert message.notice["status"] == "DELETED"


def test_an_original_that_is_replaced_before_it_is_read_ends_as_superseded(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    upload = world.upload(photo)
    del upload["detail"]["object"]["version-id"]
    newer: list[Event] = []
    world.will("ValidateImage", After(lambda: newer.append(again(world, upload, other_photo))))
    execution = world.run(upload)
    assert execution.path[2:] == ["ConfirmGone", "IsGone", "RetireOwnRenditions", "Superseded"]
    assert world.received("subscribers") == []
    assert world.run(newer[0]).path == OVERWRITING


def test_a_version_that_was_replaced_is_still_processed_by_its_event(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    again(world, older, other_photo)
    execution = world.run(older)
    assert execution.path == WAY
    assert_completed(world, older, execution)


def test_several_uploads_that_vanished_are_told_as_deleted_once(world: World, photo: bytes) -> None:
    """Their events arrive after that of the deletion, which found no record."""
    uploads = [world.upload(photo)]
    uploads += [again(world, uploads[0], data) for data in (photo + b"\0", b"")]
    world.delete(uploads[0])
    assert world.run(uploads[0]).path[-6:] == VANISHED
    first = world.record(uploads[0])
    assert first is not None
    for late in uploads[1:]:
        execution = world.run(late)
        assert execution.path[-3:] == ["IsFirstDeletion", "RetireOwnRenditions", "Superseded"]
        record = world.record(late)
        assert record is not None
        assert (record["status"], record["deleted_at"]) == ("DELETED", first["deleted_at"])
    assert [one.notice["status"] for one in world.received("subscribers")] == ["DELETED"]


def test_an_upload_whose_deletion_is_recorded_meanwhile_tells_nothing(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    deletion = world.delete(upload)
    world.will("RecordDeletion", After(lambda: world.run(deletion, "image_deleted")))
    execution = world.run(upload)
    assert execution.path[-4:] == ["IsGone", "RecordDeletion", "RetireOwnRenditions", "Superseded"]
    assert [one.notice["status"] for one in world.received("subscribers")] == ["DELETED"]


@pytest.mark.parametrize("state, service", [("RecordDeletion", "DynamoDB"), ("PublishDeletion", "SNS")])
@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_the_states_of_a_vanished_upload_retry_their_services(
    world: World, photo: bytes, state: str, service: str, faults: dict[str, Outcome], impatient: Impatient
) -> None:
    upload = world.upload(photo)
    world.delete(upload)
    world.will(state, faults[service], Silent())
    execution = world.run(upload, definition=impatient("image_pipeline"))
    assert (execution.path[-6:], execution.attempts(state)) == (VANISHED, 3)
    assert len(world.received("subscribers")) == 1


@pytest.mark.parametrize("state", ["ConfirmGone", "RemoveRenditions"])
def test_the_functions_of_a_vanished_upload_retry_every_transient_error(
    world: World, photo: bytes, state: str, impatient: Impatient
) -> None:
    for errors in rounds("image_pipeline", state):
        upload = world.upload(photo)
        world.delete(upload)
        world.will(state, *[Raised(error) for error in errors])
        execution = world.run(upload)
        assert (execution.path[-6:], execution.errors(state)) == (VANISHED, errors)
    upload = world.upload(photo)
    world.delete(upload)
    world.will(state, Silent())
    execution = world.run(upload, definition=impatient("image_pipeline"))
    assert (execution.path[-6:], set(execution.errors(state))) == (VANISHED, {"States.Timeout"})


def delete(world: World, upload: Event) -> None:
    found = upload["detail"]["object"]
    world.s3.delete_object(
        Bucket=upload["detail"]["bucket"]["name"], Key=found["key"], VersionId=found["version-id"]
    )


def test_an_execution_that_lost_the_record_does_not_complete_it(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    newer = again(world, older, other_photo)
    world.will("SaveMetadata", After(lambda: world.run(newer)))
    execution = world.run(older)
    way = [*WAY[: WAY.index("IsOverwrite")], "RetireOwnRenditions", "Superseded"]
    assert (execution.status, execution.path) == ("SUCCEEDED", way)
    assert_newer_wins(world, newer)


def test_an_execution_that_lost_the_record_does_not_reject_it(
    world: World, photo: bytes, other_photo: bytes
) -> None:
    older = world.upload(photo)
    newer = again(world, older, other_photo)
    world.will("ValidateImage", Raised("CorruptImage", SENTENCE))
    world.will("RecordRejection", After(lambda: world.run(newer)))
    execution = world.run(older)
    way = [
        "ClaimImage",
        "ValidateImage",
        "ReadVerdict",
        "RecordRejection",
        "RetireOwnRenditions",
        "Superseded",
    ]
    assert (execution.status, execution.path) == ("SUCCEEDED", way)
    assert_newer_wins(world, newer)


def assert_newer_wins(world: World, newer: Event) -> None:
    """Check that the record and the one message are those of the newer upload."""
    record = world.record(newer)
    assert record is not None
    assert (record["status"], record["width"], record["etag"]) == (
        "COMPLETED",
        60,
        newer["detail"]["object"]["etag"],
    )
    [message] = world.received("subscribers")
    assert message.notice["image"]["etag"] == newer["detail"]["object"]["etag"]
    assert message.notice["execution"]["arn"] == record["execution_arn"]
