"""Originals that are rejected: the uploader is notified, and no operator."""

import json

import pytest

from renditions import errors
from tests.renditions import BRANCHES, states_of
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import Raised
from tests.statemachine.world import CONSOLE, UPLOADS, Event, World, execution_section, uri

LEAVES = [leaf.__name__ for leaf in errors.ImageRejected.__subclasses__()]
SENTENCE = 'It\'s 9 × 9 {pixels}, "tiny" \\ zu klein; at least 10 × 10 are asked for.'
RECORDING = ["ReadVerdict", "RecordRejection", "IsPreviousServed"]
REJECTING = [*RECORDING, "PublishRejection", "RetireLeftovers", "Rejected"]
NOTHING = {"etag": "", "version": ""}


def assert_rejected(world: World, upload: Event, execution: Execution, code: str, sentence: str) -> None:
    """Check the record and the one message of a rejected image."""
    assert (execution.status, execution.error) == ("SUCCEEDED", None)
    record = world.record(upload)
    assert record is not None
    found = upload["detail"]["object"]
    assert record == {
        "image_uri": uri(upload),
        "status": "REJECTED",
        "execution_arn": execution.arn,
        "origin": "upload",
        "etag": found["etag"],
        "sequencer": found["sequencer"],
        "reason_code": code,
        "reason": sentence,
        "uploaded_at": upload["time"],
        "started_at": record["started_at"],
        "first_uploaded_at": record["started_at"],
        "status_shard": record["status_shard"],
        "status_since": record["completed_at"],
        "completed_at": record["completed_at"],
        "context": "{}",
        "context_attributes": "{}",
        "renditions": {},
        "served_etag": "",
        "version": "",
    }
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image rejected"
    assert message.attributes == {"status": "REJECTED", "bucket": UPLOADS, "origin": "upload"}
    assert message.notice == {
        "schema_version": "1",
        "status": "REJECTED",
        "origin": "upload",
        "image": {"uri": uri(upload), "etag": found["etag"]},
        "context": {},
        "renditions": {},
        "served": NOTHING,
        "reason": {"code": code, "sentence": sentence},
        "execution": execution_section(execution.arn, record),
    }
    assert message.email.splitlines() == [
        "Your image was rejected.",
        "",
        "Original:",
        json.dumps(uri(upload)),
        "",
        f"Reason: {code}",
        sentence,
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
    assert execution.path == ["ClaimImage", "ValidateImage", *REJECTING]
    assert execution.attempts("ValidateImage") == 1, "a rejection is never retried"
    assert_rejected(world, upload, execution, code, SENTENCE)


@pytest.mark.parametrize("code", LEAVES)
def test_a_rejection_by_a_branch_is_recorded_and_published(world: World, photo: bytes, code: str) -> None:
    upload = world.upload(photo)
    world.will("Watermark", Raised(code, SENTENCE))
    execution = world.run(upload)
    assert execution.path == ["ClaimImage", "ValidateImage", "MakeRenditions", *REJECTING]
    assert execution.attempts("Watermark") == 1
    assert_rejected(world, upload, execution, code, SENTENCE)


@pytest.mark.parametrize("branch", states_of(watermarked=False))
def test_any_branch_may_find_damaged_pixels(world: World, photo: bytes, branch: str) -> None:
    upload = world.upload(photo)
    world.will(branch, Raised("CorruptImage", SENTENCE))
    execution = world.run(upload)
    assert execution.path[2:] == ["MakeRenditions", *REJECTING]
    assert_rejected(world, upload, execution, "CorruptImage", SENTENCE)


def test_all_branches_may_reject_at_once_with_one_message(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    for state in BRANCHES:
        world.will(state, Raised("CorruptImage", SENTENCE))
    execution = world.run(upload)
    assert_rejected(world, upload, execution, "CorruptImage", SENTENCE)
    world.begin()  # each engine decides how many of them it still calls


@pytest.mark.parametrize(
    "data, code",
    [(b"", "EmptyFile"), (b"Dear diary, this is not an image at all.", "UnsupportedFormat")],
    ids=["empty", "text"],
)
def test_a_file_that_is_not_an_image_is_rejected_with_a_sentence(
    world: World, data: bytes, code: str
) -> None:
    upload = world.upload(data)
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert record["reason"].endswith(".")
    assert_rejected(world, upload, execution, code, record["reason"])


def test_a_truncated_image_is_rejected_wherever_that_is_found(world: World, photo: bytes) -> None:
    upload = world.upload(photo[: len(photo) * 2 // 3])
    execution = world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert_rejected(world, upload, execution, "CorruptImage", record["reason"])


def test_a_key_with_a_line_break_is_kept_exactly(world: World, photo: bytes) -> None:
    """S3 in moto does not accept such a key, so the error of the function is scripted."""
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
