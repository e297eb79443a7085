"""What an execution leaves behind stays small: documents, history, record. And what its waits are."""

import json
from typing import Any

import pytest

from renditions import errors
from tests.statemachine import definitions
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BUG, KILLED, THROTTLED, Raised
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY
from tests.statemachine.world import Event, World, status_change

LONGEST = "ключ/" * 113 + "k" * 7  # 113 × 9 + 7 = 1,024 bytes, as many as S3 allows
ORDINARY = "photographs/2026/a holiday by the sea/" + "beach" * 40 + ".jpg"  # 242 bytes: a long one


LONGEST_KEYS = pytest.mark.parametrize("key", ["k" * 1023, LONGEST], ids=["ascii", "cyrillic"])
# The longest that Step Functions keeps of a cause.
LONG_CAUSE = "x" * 32_000


@LONGEST_KEYS
def test_every_document_of_a_success_stays_under_8_kib_even_with_the_longest_key(
    world: World, photo: bytes, key: str
) -> None:
    """Of the 256 KiB that Step Functions allows. The largest hold the key five times, at a kilobyte each."""
    for number, way in enumerate((WAY, OVERWRITING)):
        execution = world.run(world.upload(photo + b"\0" * number, f"{key[:-1]}s"))
        assert execution.path == way
        assert larger_than(8, execution) == {}


@LONGEST_KEYS
def test_every_document_of_a_rejection_stays_under_8_kib_even_with_the_longest_sentence(
    world: World, photo: bytes, key: str
) -> None:
    for state in ("ValidateImage", "Large"):
        world.will(state, Raised("CorruptImage", "w" * errors.LONGEST_SENTENCE))
        execution = world.run(world.upload(photo, f"{key[:-1]}{state[0]}"))
        assert execution.path[-1] == "Rejected"
        assert larger_than(8, execution) == {}


@LONGEST_KEYS
def test_every_document_of_a_failure_stays_under_8_kib_once_its_cause_was_left_behind(
    world: World, photo: bytes, key: str
) -> None:
    """What comes in is the event as AWS sends it: only that, and what two Choice states hand on, holds the cause."""
    upload = world.upload(photo, f"{key[:-1]}f")
    world.will("Large", BUG)
    failed = world.run(upload)
    assert larger_than(8, failed) == {}
    change = status_change(failed, upload, cause=LONG_CAUSE, error="E" * 256)
    followed = world.run(change, "execution_failed")
    assert followed.path[-1] == "NotifyOperators"
    passed_on = {where for where in larger_than(8, followed) if "Execution" not in where}
    assert {where.split()[1] for where in passed_on if where.split()[1]} <= {
        "IsErrorNamed",
        "HasInput",
        "ReadUpload",
    }
    assert "PassStateExited ReadUpload output" not in passed_on


@LONGEST_KEYS
def test_every_document_of_a_deletion_stays_under_8_kib_even_with_the_longest_key(
    world: World, photo: bytes, key: str
) -> None:
    execution = world.run(world.delete(world.upload(photo, f"{key[:-1]}d")), "image_deleted")
    assert execution.path[-1] == "PublishDeletion"
    assert larger_than(8, execution) == {}


def larger_than(kib: int, execution: Execution) -> dict[str, int]:
    """Inputs and outputs that are too large, in bytes of JSON; engines escape and space it in their own ways."""
    found = {where: json.dumps(json.loads(text), ensure_ascii=False) for where, text in execution.documents()}
    return {where: len(text.encode()) for where, text in found.items() if len(text.encode()) >= kib * 1024}


def test_a_history_has_at_most_sixty_events_with_the_retries_of_a_bad_day(world: World, photo: bytes) -> None:
    """Of the 25,000 that an execution may have. A success has 48, of an overwritten image 53; each retry adds three."""
    upload = world.upload(photo)
    for state in ("ClaimImage", "SaveMetadata"):
        world.will(state, THROTTLED["DynamoDB"])
    world.will("ValidateImage", THROTTLED["Lambda"])
    world.will("Large", KILLED)
    assert len(succeeded(world, upload).events) <= 60
    overwriting = world.upload(photo + b"\0", upload["detail"]["object"]["key"])
    world.will("Watermark", KILLED)
    world.will("RetireSuperseded", THROTTLED["Lambda"])
    assert len(succeeded(world, overwriting).events) <= 60
    for state in ("ConfirmDeleted", "RemoveRenditions"):
        world.will(state, *[THROTTLED["Lambda"]] * 4)
    world.will("RecordDeletion", THROTTLED["DynamoDB"])
    deletion = world.delete(upload)
    assert len(succeeded(world, deletion, "image_deleted").events) <= 60


def succeeded(world: World, document: Event, machine: str = "image_pipeline") -> Execution:
    execution = world.run(document, machine)
    assert execution.status == "SUCCEEDED"
    return execution


def test_a_record_takes_at_most_4_kb(world: World, photo: bytes) -> None:
    """Four units of write capacity; with a key of ordinary length it is one or two."""
    upload = world.upload(photo, ORDINARY)
    world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert _dynamodb_size(record) <= 4096


def _dynamodb_size(value: Any) -> int:
    """Bytes as DynamoDB counts them: names and values in UTF-8, a number at most 21, a map three and one each."""
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + _dynamodb_size(inner) for name, inner in value.items())
    return len(value.encode()) if isinstance(value, str) else 21


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_every_task_and_every_machine_has_an_end_in_time(machine: str) -> None:
    definition = definitions.read(machine)
    assert definition["TimeoutSeconds"] == 7200
    seconds = {
        name: state["TimeoutSeconds"]
        for name, state in definitions.states(definition).items()
        if state["Type"] == "Task"
    }
    functions = {
        name
        for name, state in definitions.states(definition).items()
        if ":lambda:" in state.get("Resource", "")
    }
    assert seconds == {name: 300 if name in functions else 60 for name in seconds}


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_every_retry_backs_off_by_doubling_up_to_a_minute_with_full_jitter(machine: str) -> None:
    """With the declared attempts a passing fault is waited out for minutes; a killed process gets two more tries."""
    definition = definitions.read(machine)
    definition["States"].pop("RetireSuperseded", None)  # a completion waits for it: three tries, no more
    found = list(definitions.retriers(definition))
    assert found
    for retrier in found:
        assert {name: retrier[name] for name in BACK_OFF} == BACK_OFF
        killed = "Runtime.ExitError" in retrier["ErrorEquals"]
        database_or_topic = "States.TaskFailed" in retrier["ErrorEquals"]
        assert retrier["MaxAttempts"] == (2 if killed else 10 if database_or_topic else 8)


BACK_OFF = {"IntervalSeconds": 2, "BackoffRate": 2, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"}


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_a_lost_condition_is_never_retried(machine: str) -> None:
    """Both spellings stand in the first Retry entry with no attempts, and in the Catch: local engines differ in it."""
    both = ["DynamoDB.ConditionalCheckFailedException", "Dynamodb.ConditionalCheckFailedException"]
    for state in definitions.states(definitions.read(machine)).values():
        if "ConditionExpression" in state.get("Parameters", {}):
            assert state["Retry"][0] == {"ErrorEquals": both, "MaxAttempts": 0}
            assert [catcher["ErrorEquals"] for catcher in state["Catch"]] == [both]
