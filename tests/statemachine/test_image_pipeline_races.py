"""Duplicate, late and out-of-order events, and originals that change while they are processed."""

from io import BytesIO

import pytest
from PIL import Image

from tests.statemachine.outcomes import BUG, After, Raised, ReplyLost
from tests.statemachine.test_image_pipeline_rejections import SENTENCE
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY, assert_completed
from tests.statemachine.world import Event, World, status_change

FACTS = {
    "version_id",
    "version",
    "resizer",
    "format",
    "width",
    "height",
    "bytes",
    "frames",
    "orientation",
    "has_alpha",
    "taken_at",
    "camera",
    "dominant_colour",
    "placeholder",
    "completed_at",
    "reason_code",
    "reason",
}


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


def test_a_newer_event_removes_the_old_facts_at_once(world: World, photo: bytes, other_photo: bytes) -> None:
    older = world.upload(photo)
    world.run(older)
    newer = again(world, older, other_photo)
    during: list[Event | None] = []
    world.will("ValidateImage", After(lambda: during.append(world.record(newer))))
    execution = world.run(newer)
    assert execution.path == OVERWRITING
    [record] = during
    assert record is not None
    assert (record["status"], record["etag"]) == ("PROCESSING", newer["detail"]["object"]["etag"])
    assert record["renditions"] == {}
    assert not FACTS & set(record)
    done = world.record(newer)
    assert done is not None
    assert (done["width"], done["height"], done["status"]) == (60, 90, "COMPLETED")


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


@pytest.mark.parametrize("state", ["ValidateImage", "Thumbnail", "Medium", "Large", "Watermark"])
def test_an_original_that_is_deleted_before_it_is_read_ends_as_superseded(
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
    end = ["Superseded"] if state == "ValidateImage" else ["RetireOwnRenditions", "Superseded"]
    assert (execution.status, execution.path) == ("SUCCEEDED", [*way, *end])
    # The next branch to read the original is not always the one during whose call it was deleted.
    assert "SourceGone" in [error for name in execution.entered for error in execution.errors(name)]
    assert execution.attempts(state) == 1
    assert world.received("subscribers") == []
    assert world.received("operators") == []


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
