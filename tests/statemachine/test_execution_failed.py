"""The state machine execution_failed: marks the record and notifies subscribers and operators."""

import json
from typing import Any

import pytest

from tests.statemachine.conftest import Impatient
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BROKEN, BUG, THROTTLED, After, ReplyLost, Silent
from tests.statemachine.world import (
    CONSOLE,
    UPLOADS,
    Event,
    Message,
    World,
    event,
    execution_section,
    status_change,
    uri,
)

ENTRY = ["IsErrorNamed", "HasInput", "ReadUpload", "IsUpload"]
WAY = [*ENTRY, "MarkFailed", "PublishFailure", "NotifyOperators"]
OPERATORS_ONLY = [*ENTRY, "MarkFailed", "NotifyOperators"]
ATTEMPTS = 1 + 10


@pytest.fixture
def failed(world: World, photo: bytes) -> tuple[Execution, Event]:
    """An execution that failed because of a bug, and the upload that started it."""
    upload = world.upload(photo)
    world.will("ValidateImage", BUG)
    execution = world.run(upload)
    assert execution.status == "FAILED"
    return execution, upload


def follow(world: World, change: Event) -> Execution:
    return world.run(change, "execution_failed")


def assert_marked(world: World, upload: Event, arn: str, code: str, sentence: str) -> None:
    """Check that the record, the subscribers' message and the e-mail say FAILED."""
    record = world.record(upload)
    assert record is not None
    found = upload["detail"]["object"]
    assert record == {
        "image_uri": uri(upload),
        "status": "FAILED",
        "execution_arn": arn,
        "etag": found["etag"],
        "sequencer": found["sequencer"],
        "reason_code": code,
        "reason": sentence,
        "started_at": record["started_at"],
        "first_uploaded_at": record["first_uploaded_at"],
        "completed_at": record["completed_at"],
        "renditions": {},
    }
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image failed"
    assert message.attributes == {"status": "FAILED", "bucket": UPLOADS}
    assert message.notice == {
        "schema_version": "1",
        "status": "FAILED",
        "image": {"uri": uri(upload), "etag": found["etag"]},
        "renditions": {},
        "reason": {"code": code, "sentence": sentence},
        "execution": execution_section(arn, record),
    }
    assert message.email.splitlines() == [
        "Your image could not be processed because of an error in the pipeline. The file itself was not rejected.",
        "",
        f"Original: {uri(upload)}",
        sentence,
        "",
        "The operators have been notified. You do not need to upload the file again.",
        "",
        "Execution in the AWS console:",
        f"{CONSOLE}/{arn}",
    ]


def assert_operators_notified(world: World, change: Event, error: str) -> Message:
    """Check the one message: which execution, its status and error, and the link to it."""
    detail = change["detail"]
    [message] = world.received("operators")
    assert message.subject == "Renditions: execution failed"
    assert message.attributes == {"status": detail["status"]}
    assert message.body == message.email
    lines = message.body.splitlines()
    assert lines[:4] == [
        f"An execution ended with status {detail['status']}.",
        "",
        f"Execution: {detail['name']}",
        f"Error: {error}",
    ]
    assert lines[5:] == [
        "",
        "Open the execution to see where it stopped and why, and to redrive it:",
        f"{CONSOLE}/{detail['executionArn']}",
    ]
    return message


def test_a_failed_execution_marks_its_record_and_notifies_everyone(
    world: World, failed: tuple[Execution, Event]
) -> None:
    execution, upload = failed
    change = status_change(execution, upload)
    followed = follow(world, change)
    assert (followed.status, followed.path) == ("SUCCEEDED", WAY)
    assert_marked(
        world, upload, execution.arn, "KeyError", "The execution ended with status FAILED and error KeyError."
    )
    message = assert_operators_notified(world, change, "KeyError")
    assert f"\nInput: {change['detail']['input']}\n" in message.body


def test_a_mark_whose_reply_was_lost_is_repeated_and_notified(
    world: World, failed: tuple[Execution, Event]
) -> None:
    execution, upload = failed
    change = status_change(execution, upload)
    world.will("MarkFailed", ReplyLost())
    followed = follow(world, change)
    assert (followed.status, followed.path, followed.attempts("MarkFailed")) == ("SUCCEEDED", WAY, 2)
    assert_marked(
        world, upload, execution.arn, "KeyError", "The execution ended with status FAILED and error KeyError."
    )
    assert_operators_notified(world, change, "KeyError")


@pytest.mark.parametrize("status", ["TIMED_OUT", "ABORTED"])
@pytest.mark.parametrize("error", ["null", "absent"])
def test_a_status_without_an_error_is_the_error_name(
    world: World, failed: tuple[Execution, Event], status: str, error: str
) -> None:
    execution, upload = failed
    change = status_change(execution, upload, status=status, error=None, cause=None)
    if error == "absent":
        del change["detail"]["error"], change["detail"]["cause"]
    followed = follow(world, change)
    assert (followed.status, followed.path) == ("SUCCEEDED", ["IsErrorNamed", "NameErrorByStatus", *WAY[1:]])
    assert_marked(
        world, upload, execution.arn, status, f"The execution ended with status {status} and error {status}."
    )
    assert_operators_notified(world, change, status)


@pytest.mark.parametrize("key", ['it\'s {0} "q" \\n +%2B Zoë 🎉.jpg', "k" * 1024], ids=["odd", "long"])
def test_an_odd_or_long_key_is_kept_exactly(world: World, photo: bytes, key: str) -> None:
    upload = world.upload(photo, key)
    world.will("ValidateImage", BUG)
    execution = world.run(upload)
    change = status_change(execution, upload)
    assert follow(world, change).path == WAY
    assert_marked(
        world, upload, execution.arn, "KeyError", "The execution ended with status FAILED and error KeyError."
    )
    assert_operators_notified(world, change, "KeyError")


def test_the_example_event_is_processed(world: World) -> None:
    """Its execution has not claimed an image here, so a record is created that is FAILED."""
    change = event("execution_failed")
    assert follow(world, change).path == WAY
    upload = json.loads(change["detail"]["input"])
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["execution_arn"]) == ("FAILED", change["detail"]["executionArn"])


# ── Who may mark the record ───────────────────────────────────────────────────────────────────────────────────────


def assert_only_operators_are_notified(world: World, change: Event, upload: Event, error: str) -> None:
    """Check that the record stays unchanged, and that subscribers get no message."""
    world.received("subscribers")
    before = world.record(upload)
    followed = follow(world, change)
    assert (followed.status, followed.path) == ("SUCCEEDED", OPERATORS_ONLY)
    assert followed.errors("MarkFailed") == ["DynamoDB.ConditionalCheckFailedException"]
    assert world.record(upload) == before
    assert world.received("subscribers") == []
    assert_operators_notified(world, change, error)


def test_a_failure_after_a_newer_upload_leaves_the_record_unchanged(
    world: World, failed: tuple[Execution, Event], photo: bytes
) -> None:
    execution, upload = failed
    newer = world.upload(photo, upload["detail"]["object"]["key"])
    assert world.run(newer).status == "SUCCEEDED"
    assert_only_operators_are_notified(world, status_change(execution, upload), newer, "KeyError")


def test_a_failure_during_a_newer_upload_leaves_the_record_unchanged(
    world: World, failed: tuple[Execution, Event], photo: bytes
) -> None:
    execution, upload = failed
    newer = world.upload(photo, upload["detail"]["object"]["key"])
    change = status_change(execution, upload)
    world.will(
        "ValidateImage", After(lambda: assert_only_operators_are_notified(world, change, newer, "KeyError"))
    )
    assert world.run(newer).status == "SUCCEEDED"


def test_a_failed_duplicate_does_not_mark_the_image_of_the_other_execution(
    world: World, photo: bytes
) -> None:
    """Both have the same sequencer, but the second execution failed, not the image."""
    upload = world.upload(photo)
    assert world.run(upload).status == "SUCCEEDED"
    world.will("ClaimImage", *[THROTTLED["DynamoDB"]] * ATTEMPTS)
    duplicate = world.run(upload)
    error = "DynamoDB.ProvisionedThroughputExceededException"
    assert (duplicate.status, duplicate.error) == ("FAILED", error)
    assert_only_operators_are_notified(world, status_change(duplicate, upload), upload, error)


@pytest.mark.parametrize(
    "state, status", [("PublishCompletion", "COMPLETED"), ("PublishRejection", "REJECTED")]
)
def test_a_failure_to_publish_does_not_change_the_record(
    world: World, photo: bytes, state: str, status: str
) -> None:
    upload = world.upload(photo if status == "COMPLETED" else b"")
    world.will(state, *[BROKEN["SNS"]] * ATTEMPTS)
    execution = world.run(upload)
    assert execution.status == "FAILED"
    assert execution.error is not None
    assert_only_operators_are_notified(world, status_change(execution, upload), upload, execution.error)
    record = world.record(upload)
    assert record is not None
    assert record["status"] == status


def test_an_execution_that_failed_before_its_claim_leaves_a_record(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("ClaimImage", *[BROKEN["DynamoDB"]] * ATTEMPTS)
    execution = world.run(upload)
    assert world.record(upload) is None
    assert execution.error is not None
    assert follow(world, status_change(execution, upload)).path == WAY
    assert_marked(
        world,
        upload,
        execution.arn,
        execution.error,
        f"The execution ended with status FAILED and error {execution.error}.",
    )


def test_an_execution_that_failed_before_its_claim_replaces_the_older_record(
    world: World, photo: bytes
) -> None:
    older = world.upload(photo)
    world.run(older)
    world.received("subscribers")
    newer = world.upload(photo, older["detail"]["object"]["key"])
    world.will("ClaimImage", *[BROKEN["DynamoDB"]] * ATTEMPTS)
    execution = world.run(newer)
    assert execution.error is not None
    assert follow(world, status_change(execution, newer)).path == WAY
    assert_marked(
        world,
        newer,
        execution.arn,
        execution.error,
        f"The execution ended with status FAILED and error {execution.error}.",
    )


# ── Executions of something else ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sent", [{}, [], "text", 7, {"detail": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]
)
def test_an_execution_without_an_upload_concerns_only_the_operators(world: World, sent: Any) -> None:
    execution = world.run({})
    change = status_change(execution, sent)
    followed = follow(world, change)
    assert (followed.status, followed.path) == ("SUCCEEDED", [*ENTRY, "NotifyOperators"])
    assert world.received("subscribers") == []
    assert execution.error is not None
    assert_operators_notified(world, change, execution.error)


@pytest.mark.parametrize("sent", ["null", "absent"])
def test_an_input_that_is_too_large_for_the_event_notifies_only_the_operators(
    world: World, failed: tuple[Execution, Event], sent: str
) -> None:
    execution, upload = failed
    change = status_change(execution, upload, input=None, inputDetails={"included": False})
    if sent == "absent":
        del change["detail"]["input"]
    followed = follow(world, change)
    assert (followed.status, followed.path) == (
        "SUCCEEDED",
        ["IsErrorNamed", "HasInput", "NoteMissingInput", "NotifyOperators"],
    )
    assert world.received("subscribers") == []
    message = assert_operators_notified(world, change, "KeyError")
    assert "\nInput: not included in the event because of its size\n" in message.body


# ── Services that fail ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["MarkFailed", "PublishFailure", "NotifyOperators"])
@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_a_service_that_fails_twice_is_called_a_third_time(
    world: World, failed: tuple[Execution, Event], state: str, faults: dict[str, Any]
) -> None:
    execution, upload = failed
    fault = faults["DynamoDB" if state == "MarkFailed" else "SNS"]
    world.will(state, fault, fault)
    followed = follow(world, status_change(execution, upload))
    assert (followed.status, followed.path) == ("SUCCEEDED", WAY)
    assert (followed.attempts(state), len(followed.errors(state))) == (3, 2)
    assert len(world.received("subscribers")) == len(world.received("operators")) == 1


@pytest.mark.parametrize("state", ["MarkFailed", "PublishFailure", "NotifyOperators"])
def test_a_service_that_keeps_failing_fails_the_execution_in_that_state(
    world: World, failed: tuple[Execution, Event], state: str
) -> None:
    execution, upload = failed
    world.will(state, *[BROKEN["DynamoDB" if state == "MarkFailed" else "SNS"]] * ATTEMPTS)
    followed = follow(world, status_change(execution, upload))
    assert (followed.status, followed.path[-1]) == ("FAILED", state)
    assert followed.attempts(state) == ATTEMPTS


def test_a_service_that_does_not_answer_in_time_is_called_again(
    world: World, failed: tuple[Execution, Event], impatient: Impatient
) -> None:
    execution, upload = failed
    for state in WAY[4:]:
        world.will(state, Silent())
    change = status_change(execution, upload)
    followed = world.run(change, "execution_failed", definition=impatient("execution_failed"))
    assert (followed.status, followed.path) == ("SUCCEEDED", WAY)
    assert [followed.errors(state) for state in WAY[4:]] == [["States.Timeout"]] * 3
