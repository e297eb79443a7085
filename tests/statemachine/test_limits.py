"""What an execution leaves behind stays small: documents, history, record. And what its waits are."""

import json
from typing import Any

import pytest

from tests.statemachine import definitions
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BUG
from tests.statemachine.world import World, status_change

LONGEST = "ключ/" * 113 + "k" * 7  # 113 × 9 + 7 = 1,024 bytes, as many as S3 allows
ORDINARY = "photographs/2026/a holiday by the sea/" + "beach" * 40 + ".jpg"  # 242 bytes: a long one


@pytest.mark.parametrize("key", ["k" * 1024, LONGEST], ids=["ascii", "cyrillic"])
def test_every_document_stays_under_16_kib_even_with_the_longest_key(
    world: World, photo: bytes, key: str
) -> None:
    """Of the 256 KiB that Step Functions allows. The largest holds the key eleven times, at a kilobyte each."""
    assert len(key.encode()) == 1024
    execution = world.run(world.upload(photo, key))
    assert execution.status == "SUCCEEDED"
    assert larger_than(16, execution) == {}


def test_documents_of_an_ordinary_key_stay_under_8_kib(world: World, photo: bytes) -> None:
    execution = world.run(world.upload(photo, ORDINARY))
    assert execution.status == "SUCCEEDED"
    assert larger_than(8, execution) == {}


def test_a_rejection_and_a_failure_stay_under_8_kib_even_with_the_longest_key(
    world: World, photo: bytes
) -> None:
    rejected = world.run(world.upload(b"", "r" * 1024))
    upload = world.upload(photo, "f" * 1024)
    world.will("Large", BUG)
    failed = world.run(upload)
    followed = world.run(status_change(failed, upload), "execution_failed")
    assert [larger_than(8, execution) for execution in (rejected, failed, followed)] == [{}, {}, {}]


def larger_than(kib: int, execution: Execution) -> dict[str, int]:
    """Inputs and outputs that are too large, in bytes of JSON; engines escape and space it in their own ways."""
    found = {where: json.dumps(json.loads(text), ensure_ascii=False) for where, text in execution.documents()}
    return {where: len(text.encode()) for where, text in found.items() if len(text.encode()) >= kib * 1024}


def test_a_history_has_at_most_sixty_events(world: World, photo: bytes) -> None:
    """Of the 25,000 that an execution may have. A success has 46."""
    assert len(world.run(world.upload(photo)).events) <= 60


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
