"""Originals that cannot become renditions: the uploader is told, and no operator."""

import pytest

from renditions import errors
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import Raised
from tests.statemachine.world import CONSOLE, UPLOADS, Event, World, execution_section, uri

LEAVES = [leaf.__name__ for leaf in errors.ImageRejected.__subclasses__()]
SENTENCE = 'It\'s 9 × 9 {pixels}, "tiny" \\ zu klein; at least 10 × 10 are asked for.'
TELL = ["ReadVerdict", "RecordRejection", "PublishRejection", "RetireLeftovers", "Rejected"]


def assert_rejected(world: World, upload: Event, execution: Execution, code: str, sentence: str) -> None:
    """The record and the one message of an image that was refused."""
    assert (execution.status, execution.error) == ("SUCCEEDED", None)
    record = world.record(upload)
    assert record is not None
    found = upload["detail"]["object"]
    assert record == {
        "image_uri": uri(upload),
        "status": "REJECTED",
        "execution_arn": execution.arn,
        "etag": found["etag"],
        "sequencer": found["sequencer"],
        "reason_code": code,
        "reason": sentence,
        "started_at": record["started_at"],
        "first_uploaded_at": record["started_at"],
        "completed_at": record["completed_at"],
        "renditions": {},
    }
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image rejected"
    assert message.attributes == {"status": "REJECTED", "bucket": UPLOADS}
    assert message.notice == {
        "schema_version": "1",
        "status": "REJECTED",
        "image": {"uri": uri(upload), "etag": found["etag"]},
        "renditions": {},
        "reason": {"code": code, "sentence": sentence},
        "execution": execution_section(execution.arn, record),
    }
    assert message.email.splitlines() == [
        "Your image was rejected.",
        "",
        f"Original: {uri(upload)}",
        f"Reason: {sentence}",
        f"Reason code: {code}",
        "",
        "Upload a corrected file to try again.",
        "",
        "Execution in the AWS console:",
        f"{CONSOLE}/{execution.arn}",
    ]
    assert world.received("operators") == []


@pytest.mark.parametrize("code", LEAVES)
def test_a_rejection_by_validation_is_recorded_and_published(world: World, photo: bytes, code: str) -> None:
    upload = world.upload(photo)
    world.will("ValidateImage", Raised(code, SENTENCE))
    execution = world.run(upload)
    assert execution.path == ["ClaimImage", "ValidateImage", *TELL]
    assert execution.attempts("ValidateImage") == 1, "a rejection is never retried"
    assert_rejected(world, upload, execution, code, SENTENCE)


@pytest.mark.parametrize("code", LEAVES)
def test_a_rejection_found_while_one_rendition_is_made_is_recorded_and_published(
    world: World, photo: bytes, code: str
) -> None:
    upload = world.upload(photo)
    world.will("Watermark", Raised(code, SENTENCE))
    execution = world.run(upload)
    assert execution.path == ["ClaimImage", "ValidateImage", "MakeRenditions", *TELL]
    assert execution.attempts("Watermark") == 1
    assert_rejected(world, upload, execution, code, SENTENCE)


@pytest.mark.parametrize("branch", ["Thumbnail", "Medium", "Large"])
def test_any_branch_may_find_that_the_pixels_are_damaged(world: World, photo: bytes, branch: str) -> None:
    upload = world.upload(photo)
    world.will(branch, Raised("CorruptImage", SENTENCE))
    execution = world.run(upload)
    assert execution.path[2:] == ["MakeRenditions", *TELL]
    assert_rejected(world, upload, execution, "CorruptImage", SENTENCE)


def test_all_branches_may_find_it_at_once_and_it_is_told_once(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    for state in ("Thumbnail", "Medium", "Large", "Watermark"):
        world.will(state, Raised("CorruptImage", SENTENCE))
    execution = world.run(upload)
    assert_rejected(world, upload, execution, "CorruptImage", SENTENCE)
    world.begin()  # how many of the four were asked at all is the engine's affair


@pytest.mark.parametrize(
    "data, code",
    [(b"", "EmptyFile"), (b"Dear diary, this is no picture at all.", "UnsupportedFormat")],
    ids=["empty", "text"],
)
def test_a_file_that_is_no_picture_is_rejected_with_a_sentence(world: World, data: bytes, code: str) -> None:
    upload = world.upload(data)
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert record["reason"].endswith(".")
    assert_rejected(world, upload, execution, code, record["reason"])


def test_a_picture_that_breaks_off_is_rejected_wherever_that_is_found(world: World, photo: bytes) -> None:
    upload = world.upload(photo[: len(photo) * 2 // 3])
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert_rejected(world, upload, execution, "CorruptImage", record["reason"])


def test_a_key_with_a_line_break_is_taken_as_it_is(world: World, photo: bytes) -> None:
    """Moto's S3 takes no such key, so the function's verdict is scripted; all else handles the key."""
    upload = world.upload(photo)
    upload["detail"]["object"]["key"] += "/two\nlines.jpg"
    world.services.script.keys.add(upload["detail"]["object"]["key"])
    world.will("ValidateImage", Raised("CorruptImage", SENTENCE))
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert record["image_uri"] == uri(upload)
    assert record["image_uri"].endswith("/two\nlines.jpg")
    [message] = world.received("subscribers")
    assert (execution.path[-1], message.notice["image"]["uri"]) == ("Rejected", uri(upload))
