"""Services that throttle or fail, processes that are killed, and bugs: retried, or visible as failures."""

import time

import pytest

from tests.renditions import BRANCHES, NAMES
from tests.statemachine import definitions
from tests.statemachine.conftest import Impatient
from tests.statemachine.history import cause_of
from tests.statemachine.outcomes import (
    BROKEN,
    BUG,
    KILLED,
    THROTTLED,
    After,
    Outcome,
    Raised,
    ReplyLost,
    Silent,
)
from tests.statemachine.test_image_pipeline_success import WAY, assert_completed
from tests.statemachine.world import RENDITIONS, Event, World

FUNCTIONS = ["ValidateImage", *BRANCHES]
DATABASE = ["ClaimImage", "SaveMetadata", "RecordRejection"]
MESSAGES = ["PublishCompletion", "PublishRejection"]
ATTEMPTS = 1 + 10  # of a call to DynamoDB or SNS


def retry_errors() -> list[str]:
    """Return every error that every Lambda task retries."""
    state = definitions.read("image_pipeline")["States"]["ValidateImage"]
    names = [error for retrier in state["Retry"] for error in retrier["ErrorEquals"]]
    return [name for name in names if name not in {"States.Timeout", "NotScannedYet"}]


def original(state: str, photo: bytes) -> bytes:
    """Return a file whose execution enters this state: an empty one for a rejection."""
    return b"" if "Rejection" in state else photo


# ── Lambda ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", FUNCTIONS)
def test_a_function_that_is_throttled_twice_is_called_a_third_time(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(photo)
    world.will(state, THROTTLED["Lambda"], THROTTLED["Lambda"])
    execution = world.run(upload)
    assert execution.path == WAY
    assert execution.errors(state) == ["Lambda.TooManyRequestsException"] * 2
    assert {name: execution.attempts(name) for name in FUNCTIONS} == {
        name: 3 if name == state else 1 for name in FUNCTIONS
    }
    assert_completed(world, upload, execution)


@pytest.mark.parametrize("error", retry_errors())
def test_every_transient_error_of_a_function_is_retried(world: World, photo: bytes, error: str) -> None:
    """All five tasks fail with it once, in one execution."""
    upload = world.upload(photo)
    for state in FUNCTIONS:
        world.will(state, Raised(error))
    execution = world.run(upload)
    assert execution.path == WAY
    assert {state: execution.errors(state) for state in FUNCTIONS} == {state: [error] for state in FUNCTIONS}
    assert_completed(world, upload, execution)


def test_throttling_of_every_task_outlasts_all_other_retriers(world: World, photo: bytes) -> None:
    """Throttling for minutes, and then an outage of which every attempt is needed."""
    upload = world.upload(photo)
    for state in FUNCTIONS:
        world.will(state, *[THROTTLED["Lambda"]] * 12, *[BROKEN["Lambda"]] * 8)
    execution = world.run(upload)
    assert execution.path == WAY
    assert_completed(world, upload, execution)


@pytest.mark.parametrize("state", FUNCTIONS)
def test_a_lambda_service_that_keeps_failing_fails_the_execution_in_that_state(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(photo)
    world.will(state, *[BROKEN["Lambda"]] * 9)
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("FAILED", "Lambda.ServiceException")
    assert execution.errors(state) == ["Lambda.ServiceException"] * 9
    assert_failed_in(world, upload, execution.path[-1], state)


@pytest.mark.parametrize("state", FUNCTIONS)
def test_a_process_that_is_killed_once_is_called_again(world: World, photo: bytes, state: str) -> None:
    upload = world.upload(photo)
    world.will(state, KILLED)
    execution = world.run(upload)
    assert execution.path == WAY
    assert (execution.errors(state), execution.attempts(state)) == (["Runtime.ExitError"], 2)
    assert_completed(world, upload, execution)


@pytest.mark.parametrize("state", FUNCTIONS)
def test_an_image_that_kills_every_process_fails_after_three(world: World, photo: bytes, state: str) -> None:
    """If memory runs out, it will do so again: two more attempts, not eight."""
    upload = world.upload(photo)
    world.will(state, *[KILLED] * 3)
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("FAILED", "Runtime.ExitError")
    assert execution.attempts(state) == 3
    assert_failed_in(world, upload, execution.path[-1], state)


def test_an_upload_that_is_not_scanned_yet_waits_for_its_verdict(world: World, photo: bytes) -> None:
    """With MalwareScan=on. More often than other errors are retried, and it does not use up their attempts."""
    upload = world.upload(photo)
    world.will("ValidateImage", *[Raised("NotScannedYet")] * 20, *[THROTTLED["Lambda"]] * 7)
    execution = world.run(upload)
    assert execution.path == WAY
    assert execution.attempts("ValidateImage") == 28
    assert_completed(world, upload, execution)


@pytest.mark.parametrize(
    "error, attempts", [("NotScannedYet", 62), ("ScanFailed", 1)], ids=["never scanned", "scan failed"]
)
def test_an_upload_without_a_verdict_fails_and_is_not_read(
    world: World, photo: bytes, error: str, attempts: int
) -> None:
    upload = world.upload(photo)
    world.will("ValidateImage", *[Raised(error)] * attempts)
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("FAILED", error)
    assert execution.attempts("ValidateImage") == attempts
    assert_failed_in(world, upload, execution.path[-1], "ValidateImage")


@pytest.mark.parametrize("state", FUNCTIONS)
def test_a_bug_fails_the_execution_at_once_in_its_state(world: World, photo: bytes, state: str) -> None:
    upload = world.upload(photo)
    world.will(state, BUG)
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("FAILED", "KeyError")
    assert (cause_of(execution)["errorMessage"], execution.attempts(state)) == ("'width'", 1)
    assert_failed_in(world, upload, execution.path[-1], state)


def assert_failed_in(world: World, upload: Event, last: str, state: str) -> None:
    """Check that it stopped in the state, so that a redrive continues there, and that nobody was notified yet."""
    assert last == ("MakeRenditions" if state in BRANCHES else state)
    record = world.record(upload)
    assert record is not None
    assert record["status"] == "PROCESSING"
    assert world.received("subscribers") == []


def test_the_renditions_of_the_other_branches_are_kept_when_one_fails(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("Watermark", After(lambda: wait_for_files(world, upload, len(NAMES) - 1), BUG))
    execution = world.run(upload)
    assert (execution.status, execution.error) == ("FAILED", "KeyError")
    assert {name.rpartition("/")[2] for name in files(world, upload)} == {
        f"{name}.webp" for name in NAMES if name != "watermark"
    }


def files(world: World, upload: Event) -> list[str]:
    found = world.s3.list_objects_v2(Bucket=RENDITIONS, Prefix=upload["detail"]["object"]["key"])
    return [entry["Key"] for entry in found.get("Contents", [])]


def wait_for_files(world: World, upload: Event, count: int) -> None:
    while len(files(world, upload)) < count:
        time.sleep(0.05)


# ── DynamoDB and SNS ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "state, service", [*((one, "DynamoDB") for one in DATABASE), *((one, "SNS") for one in MESSAGES)]
)
@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_a_table_or_topic_that_fails_twice_is_called_a_third_time(
    world: World, photo: bytes, state: str, service: str, faults: dict[str, Outcome]
) -> None:
    upload = world.upload(original(state, photo))
    world.will(state, *[faults[service]] * 2)
    execution = world.run(upload)
    assert execution.status == "SUCCEEDED"
    assert (execution.attempts(state), len(execution.errors(state))) == (3, 2)
    assert len(world.received("subscribers")) == 1


@pytest.mark.parametrize("state", DATABASE)
def test_a_table_that_keeps_failing_fails_the_execution_in_that_state(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(original(state, photo))
    world.will(state, *[THROTTLED["DynamoDB"]] * ATTEMPTS)
    execution = world.run(upload)
    assert (execution.status, execution.error) == (
        "FAILED",
        "DynamoDB.ProvisionedThroughputExceededException",
    )
    assert (execution.path[-1], execution.attempts(state)) == (state, ATTEMPTS)
    assert world.received("subscribers") == []


@pytest.mark.parametrize("state", MESSAGES)
def test_a_topic_that_keeps_failing_fails_the_execution_after_the_record(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(original(state, photo))
    world.will(state, *[BROKEN["SNS"]] * ATTEMPTS)
    execution = world.run(upload)
    assert execution.status == "FAILED"
    assert (execution.path[-1], execution.attempts(state)) == (state, ATTEMPTS)
    record = world.record(upload)
    assert record is not None
    assert record["status"] == {"PublishCompletion": "COMPLETED", "PublishRejection": "REJECTED"}[state]
    assert world.received("subscribers") == []


def test_a_message_whose_reply_was_lost_is_sent_again(world: World, photo: bytes) -> None:
    """Twice is better than never: both messages name the same execution."""
    world.will("PublishCompletion", ReplyLost())
    execution = world.run(world.upload(photo))
    assert execution.status == "SUCCEEDED"
    first, second = world.received("subscribers")
    assert first.notice == second.notice


# ── Time-outs ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "ending, states",
    [
        ("accepted", [*WAY[:2], *BRANCHES, "SaveMetadata", "PublishCompletion"]),
        ("rejected", ["RecordRejection", "PublishRejection"]),
    ],
)
def test_a_service_that_does_not_answer_in_time_is_called_again(
    world: World, photo: bytes, ending: str, states: list[str], impatient: Impatient
) -> None:
    upload = world.upload(photo if ending == "accepted" else b"")
    for state in states:
        world.will(state, Silent())
    execution = world.run(upload, definition=impatient("image_pipeline"))
    assert execution.status == "SUCCEEDED"
    assert [set(execution.errors(state)) for state in states] == [{"States.Timeout"}] * len(states)
    assert len(world.received("subscribers")) == 1


# ── Input ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", [{}, {"detail": {}}, {"detail": {"bucket": {"name": "b"}}}])
def test_an_input_that_is_not_an_upload_fails_and_writes_nothing(world: World, document: Event) -> None:
    execution = world.run(document)
    assert (execution.status, execution.path) == ("FAILED", ["ClaimImage"])
    assert execution.error == "States.Runtime"
    assert world.services.script.calls == [], "no service was called"
    assert world.received("subscribers") == []
