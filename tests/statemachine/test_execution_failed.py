"""The state machine execution_failed: marks the record and notifies subscribers and operators."""

import json
from typing import Any

import pytest

from tests.statemachine import definitions
from tests.statemachine.conftest import Impatient
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BROKEN, BUG, THROTTLED, After, Raised, ReplyLost, Silent
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
WAY = [*ENTRY, "MarkFailed", "IsPreviousServedOnFailure", "PublishFailure", "NotifyOperators"]
CALLING = ["MarkFailed", "PublishFailure", "NotifyOperators"]
READING = ["KeepIdentity", "ReadCompleted", "ReadRejected", "ReadDeleted"]
UNFINISHED = [*READING, "NoteUnfinished", "NotifyOperators"]
OPERATORS_ONLY = [*ENTRY, "MarkFailed", *UNFINISHED]
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
        "status_shard": record["status_shard"],
        "status_since": record["completed_at"],
        "execution_arn": arn,
        "origin": "upload",
        "etag": found["etag"],
        "sequencer": found["sequencer"],
        "reason_code": code,
        "reason": sentence,
        "uploaded_at": upload["time"],
        "started_at": record["started_at"],
        "first_uploaded_at": record["first_uploaded_at"],
        "completed_at": record["completed_at"],
        "context": "{}",
        "context_attributes": "{}",
        "renditions": {},
        "served_etag": "",
        "version": "",
    }
    assert record["status_shard"] in {f"FAILED#{number}" for number in range(9)}
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image failed"
    assert message.attributes == {"status": "FAILED", "bucket": UPLOADS, "origin": "upload"}
    assert message.notice == {
        "schema_version": "1",
        "status": "FAILED",
        "origin": "upload",
        "image": {"uri": uri(upload), "etag": found["etag"]},
        "context": {},
        "renditions": {},
        "served": {"etag": "", "version": ""},
        "reason": {"code": code, "sentence": sentence},
        "execution": execution_section(arn, record),
    }
    assert message.email.splitlines() == [
        "Your image could not be processed because of an error in the pipeline.",
        "The file itself was not rejected.",
        "",
        "Original:",
        json.dumps(uri(upload)),
        "",
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
    assert lines[:6] == [
        f"An execution ended with status {detail['status']}.",
        "",
        "Execution:",
        detail["name"],
        f"Error: {error}",
        "Input:",
    ]
    assert lines[7:] == [
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
    assert f"\nInput:\n{change['detail']['input']}\n" in message.body


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


def test_a_failure_keeps_what_is_served_and_says_so(world: World, photo: bytes) -> None:
    """Even if it died before its claim, over the record of the earlier upload."""
    for state in ("ClaimImage", "ValidateImage"):
        older = world.upload(photo)
        world.run(older)
        before = world.record(older)
        assert before is not None
        newer = world.upload(photo + b"\0", older["detail"]["object"]["key"])
        world.will(state, *([BROKEN["DynamoDB"]] * ATTEMPTS if state == "ClaimImage" else [BUG]))
        execution = world.run(newer)
        world.received("subscribers")
        followed = follow(world, status_change(execution, newer))
        assert followed.path == [*WAY[:-2], "PublishFailurePreviousServed", "NotifyOperators"]
        record = world.record(newer)
        assert record is not None
        assert (record["status"], record["etag"]) == ("FAILED", newer["detail"]["object"]["etag"])
        for name in ("renditions", "served_etag", "version", "width", "placeholder"):
            assert record[name] == before[name]
        [message] = world.received("subscribers")
        assert message.subject == "Renditions: image failed, previous one kept"
        assert message.notice["served"] == {"etag": before["etag"], "version": before["version"]}
        assert "\nThe previous image under this key is still available.\n" in message.email
        assert world.expiring(newer) == set()


# ── The record has the outcome already ────────────────────────────────────────────────────────────────────────────

SETTLED = ["TidyRenditions", "NotifyOperatorsOfSettled"]
REJECTED = ["ReadCompleted", "ReadRejected", "IsPreviousServedOnRejection"]


def assert_settled(world: World, upload: Event, before: Any, followed: Execution) -> Message:
    """Check that the outcome in the record was told once, and that the operators know. Returns the one message."""
    assert followed.status == "SUCCEEDED"
    assert world.record(upload) == before | {"settled_by": followed.arn}
    [message] = world.received("subscribers")
    assert message.attributes == {"status": before["status"], "bucket": UPLOADS, "origin": "upload"}
    assert message.notice["status"] == before["status"]
    assert message.notice["execution"] == execution_section(before["execution_arn"], before)
    [to_operators] = world.received("operators")
    assert to_operators.subject == "Renditions: execution failed, image settled"
    lines = to_operators.body.splitlines()
    assert lines[0] == "An execution ended with status FAILED, but after its record was written."
    assert lines[5:8] == ["Image:", json.dumps(uri(upload)), f"Record: {before['status']}"]
    assert lines[-1] == f"{CONSOLE}/{before['execution_arn']}"
    return message


@pytest.mark.parametrize("state, data, previous, path", [
    ("PublishCompletion", "photo", "", ["ReadCompleted", "PublishCompletion"]),
    ("PublishReplacement", "photo", "an image", ["ReadCompleted", "PublishCompletion"]),
    ("PublishRejection", "empty", "", [*REJECTED, "PublishRejection"]),
    ("PublishRejectionPreviousServed", "empty", "an image", [*REJECTED, "PublishRejectionPreviousServed"]),
])  # fmt: skip
def test_an_outcome_whose_notice_could_not_be_published_is_told_from_the_record(
    world: World,
    photo: bytes,
    state: str,
    data: str,
    previous: str,
    path: list[str],
) -> None:
    """With the same document and e-mail as usual, and the old files are retired."""
    upload = world.upload(photo)
    if previous:
        world.run(upload)
    again = world.upload(photo + b"\0" if data == "photo" else b"", upload["detail"]["object"]["key"])
    usual = world.upload(photo + b"\0" if data == "photo" else b"")
    world.run(usual)
    world.received("subscribers")
    world.will(state, *[BROKEN["SNS"]] * ATTEMPTS)
    execution = world.run(again)
    assert (execution.status, execution.path[-1]) == ("FAILED", state)
    before = world.record(again)
    followed = follow(world, status_change(execution, again))
    assert followed.path == [*ENTRY, "MarkFailed", "KeepIdentity", *path, *SETTLED]
    message = assert_settled(world, again, before, followed)
    assert message.notice["image"]["etag"] == again["detail"]["object"]["etag"]
    named = {one["key"] for one in before["renditions"].values()} if before else set()
    assert world.files(again) - world.expiring(again) == named


def test_an_outcome_that_an_earlier_release_recorded_is_told(world: World, photo: bytes) -> None:
    """An execution that was running during the update. Its record lacks what the notice has got since."""
    upload = world.upload(photo)
    world.will("PublishCompletion", *[BROKEN["SNS"]] * ATTEMPTS)
    execution = world.run(upload)
    world.forget(
        upload, "focus", "crop", "preset", "sha256", "context", "context_attributes", "origin", "recipe"
    )
    assert follow(world, status_change(execution, upload)).status == "SUCCEEDED"
    [message] = world.received("subscribers")
    image = message.notice["image"]
    assert [image[name] for name in ("focus", "crop", "preset", "sha256", "recipe")] == [""] * 5
    assert message.notice["origin"] == message.attributes["origin"] == "upload"
    assert message.notice["context"] == {}


def test_a_vanished_upload_whose_notice_could_not_be_published_is_told(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.delete(upload)
    world.will("PublishDeletion", *[BROKEN["SNS"]] * ATTEMPTS)
    execution = world.run(upload)
    assert execution.path[-1] == "PublishDeletion"
    before = world.record(upload)
    followed = follow(world, status_change(execution, upload))
    assert followed.path == [*ENTRY, "MarkFailed", *READING, "PublishDeletion", *SETTLED]
    assert_settled(world, upload, before, followed)


def test_a_new_upload_or_success_forgets_who_settled_the_last_one(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("PublishCompletion", *[BROKEN["SNS"]] * ATTEMPTS)
    follow(world, status_change(world.run(upload), upload))
    settled = world.record(upload)
    assert settled is not None
    assert "settled_by" in settled
    world.run(world.upload(b"", upload["detail"]["object"]["key"]))
    rejected = world.record(upload)
    assert rejected is not None
    assert "settled_by" not in rejected


def settle(world: World, photo: bytes, outcome: str) -> Event:
    """Let the notice of an outcome fail. Returns the event about the failed execution."""
    publish = {
        "ReadCompleted": "PublishCompletion", "ReadRejected": "PublishRejection", "ReadDeleted": "PublishDeletion",
    }[outcome]  # fmt: skip
    upload = world.upload(b"" if outcome == "ReadRejected" else photo)
    if outcome == "ReadDeleted":
        world.delete(upload)
    world.will(publish, *[BROKEN["SNS"]] * ATTEMPTS)
    change = status_change(world.run(upload), upload)
    world.received("subscribers")
    world.received("operators")
    return change


CALLED = {
    "ReadCompleted": "PublishCompletion",
    "ReadRejected": "PublishRejection",
    "ReadDeleted": "PublishDeletion",
}


@pytest.mark.parametrize("reader", CALLED)
@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_the_states_that_settle_an_image_retry_their_services(
    world: World, photo: bytes, reader: str, faults: dict[str, Any], impatient: Impatient
) -> None:
    change = settle(world, photo, reader)
    world.will(reader, faults["DynamoDB"], Silent())
    world.will(CALLED[reader], faults["SNS"], Silent())
    world.will("NotifyOperatorsOfSettled", faults["SNS"], Silent())
    followed = world.run(change, "execution_failed", definition=impatient("execution_failed"))
    assert (followed.status, followed.path[-1]) == ("SUCCEEDED", "NotifyOperatorsOfSettled")
    for state in (reader, CALLED[reader], "NotifyOperatorsOfSettled"):
        assert followed.attempts(state) == 3
    assert len(world.received("subscribers")) == len(world.received("operators")) == 1


def test_every_transient_error_of_tidying_is_retried_and_any_other_is_let_go(
    world: World, photo: bytes, impatient: Impatient
) -> None:
    retriers = definitions.read("execution_failed")["States"]["TidyRenditions"]["Retry"]
    errors = [name for one in retriers for name in one["ErrorEquals"] if name != "States.Timeout"]
    change = settle(world, photo, "ReadCompleted")
    for at in range(0, len(errors), 2):
        world.will("TidyRenditions", *[Raised(error) for error in errors[at : at + 2]], BUG)
        followed = follow(world, change)
        assert followed.errors("TidyRenditions") == [*errors[at : at + 2], "KeyError"]
        assert (followed.status, followed.path[-1]) == ("SUCCEEDED", "NotifyOperatorsOfSettled")
    world.will("TidyRenditions", Silent(), BUG)
    followed = world.run(change, "execution_failed", definition=impatient("execution_failed"))
    assert followed.errors("TidyRenditions") == ["States.Timeout", "KeyError"]


def test_a_replacement_that_is_marked_failed_retries_its_publishing(
    world: World, photo: bytes, impatient: Impatient
) -> None:
    for state, outcome in (
        ("PublishFailurePreviousServed", photo + b"\0"),
        ("PublishRejectionPreviousServed", b""),
    ):
        upload = world.upload(photo)
        world.run(upload)
        again = world.upload(outcome, upload["detail"]["object"]["key"])
        if outcome:
            world.will("ValidateImage", BUG)
        else:
            world.will(state, *[BROKEN["SNS"]] * ATTEMPTS)
        change = status_change(world.run(again), again)
        world.will(state, BROKEN["SNS"], Silent())
        followed = world.run(change, "execution_failed", definition=impatient("execution_failed"))
        assert (followed.status, followed.attempts(state)) == ("SUCCEEDED", 3)


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
    assert "\nInput:\nnot included in the event because of its size\n" in message.body


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
    for state in CALLING:
        world.will(state, Silent())
    change = status_change(execution, upload)
    followed = world.run(change, "execution_failed", definition=impatient("execution_failed"))
    assert (followed.status, followed.path) == ("SUCCEEDED", WAY)
    assert [set(followed.errors(state)) for state in CALLING] == [{"States.Timeout"}] * 3
