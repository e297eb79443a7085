"""Executions stay small: the documents between states, the history and the record."""

import json
from typing import Any

import pytest

from renditions import errors
from tests.renditions import NAMES
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BUG, KILLED, THROTTLED, Raised
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY
from tests.statemachine.world import Event, World, status_change

LONGEST = "ключ/" * 113 + "k" * 7  # 113 × 9 + 7 = 1,024 bytes, the maximum of S3
ORDINARY = "photographs/2026/a holiday by the sea/" + "beach" * 40 + ".jpg"  # 242 bytes


LONGEST_KEYS = pytest.mark.parametrize("key", ["k" * 1023, LONGEST], ids=["ascii", "cyrillic"])
# The budgets: a part for what every image has, and a part for each rendition, so that another rendition needs no other
# budget. Raise the first part if the record or the notice grows, the second one if the entry of a rendition grows.
# docs/architecture.md lists them.
DOCUMENT = 3_968 + 1_056 * len(NAMES)  # bytes, 8 KiB for four; Step Functions allows 262,144
HISTORY = 40 + 5 * len(NAMES)  # events, with four retries; Step Functions allows 25,000
RECORD = 1_896 + 550 * len(NAMES)  # bytes, 4 KiB for four, which are four write capacity units
# Almost the longest cause that Step Functions keeps.
LONG_CAUSE = "x" * 32_000


@LONGEST_KEYS
def test_every_document_of_a_success_is_small_with_the_longest_key(
    world: World, photo: bytes, key: str
) -> None:
    """The largest documents hold the key once for the original and once for each rendition, a kilobyte each."""
    for number, way in enumerate((WAY, OVERWRITING)):
        execution = world.run(world.upload(photo + b"\0" * number, f"{key[:-1]}s"))
        assert execution.path == way
        assert larger_than(DOCUMENT, execution) == {}


@LONGEST_KEYS
def test_every_document_of_a_rejection_is_small_with_the_longest_sentence(
    world: World, photo: bytes, key: str
) -> None:
    for state in ("ValidateImage", "Large"):
        world.will(state, Raised("CorruptImage", "w" * errors.LONGEST_SENTENCE))
        execution = world.run(world.upload(photo, f"{key[:-1]}{state[0]}"))
        assert execution.path[-1] == "Rejected"
        assert larger_than(DOCUMENT, execution) == {}


@LONGEST_KEYS
def test_every_document_of_a_failure_is_small_without_its_cause(world: World, photo: bytes, key: str) -> None:
    """Only the input, the event from AWS, and the documents of the states up to ReadUpload hold the cause."""
    upload = world.upload(photo, f"{key[:-1]}f")
    world.will("Large", BUG)
    failed = world.run(upload)
    assert larger_than(DOCUMENT, failed) == {}
    change = status_change(failed, upload, cause=LONG_CAUSE, error="E" * 256)
    followed = world.run(change, "execution_failed")
    assert followed.path[-1] == "NotifyOperators"
    passed_on = {where for where in larger_than(DOCUMENT, followed) if "Execution" not in where}
    assert {where.split()[1] for where in passed_on if where.split()[1]} <= {
        "IsErrorNamed",
        "HasInput",
        "ReadUpload",
    }
    assert "PassStateExited ReadUpload output" not in passed_on


@LONGEST_KEYS
def test_every_document_of_a_deletion_is_small_with_the_longest_key(
    world: World, photo: bytes, key: str
) -> None:
    upload = world.upload(photo, f"{key[:-1]}d")
    world.run(upload)
    execution = world.run(world.delete(upload), "image_deleted")
    assert execution.path[-1] == "PublishDeletion"
    assert larger_than(DOCUMENT, execution) == {}


def larger_than(most: int, execution: Execution) -> dict[str, int]:
    """Return the inputs and outputs that are too large, in bytes of JSON without the escapes of an engine."""
    found = {where: json.dumps(json.loads(text), ensure_ascii=False) for where, text in execution.documents()}
    return {where: len(text.encode()) for where, text in found.items() if len(text.encode()) >= most}


def test_a_history_stays_short_with_several_retries(world: World, photo: bytes) -> None:
    """A success has 28 events and 5 for each rendition, 5 more if it overwrites an image. Each retry adds three."""
    upload = world.upload(photo)
    for state in ("ClaimImage", "SaveMetadata"):
        world.will(state, THROTTLED["DynamoDB"])
    world.will("ValidateImage", THROTTLED["Lambda"])
    world.will("Large", KILLED)
    assert len(succeeded(world, upload).events) <= HISTORY
    overwriting = world.upload(photo + b"\0", upload["detail"]["object"]["key"])
    world.will("Watermark", KILLED)
    world.will("RetireSuperseded", THROTTLED["Lambda"])
    assert len(succeeded(world, overwriting).events) <= HISTORY
    for state in ("ConfirmDeleted", "RemoveRenditions"):
        world.will(state, *[THROTTLED["Lambda"]] * 4)
    world.will("RecordDeletion", THROTTLED["DynamoDB"])
    deletion = world.delete(upload)
    assert len(succeeded(world, deletion, "image_deleted").events) <= 60, "it has no branches"


def succeeded(world: World, document: Event, machine: str = "image_pipeline") -> Execution:
    execution = world.run(document, machine)
    assert execution.status == "SUCCEEDED"
    return execution


def test_a_record_is_small(world: World, photo: bytes) -> None:
    upload = world.upload(photo, ORDINARY)
    world.run(upload)
    record = world.record(upload)
    assert record is not None
    assert _dynamodb_size(record) <= RECORD


def _dynamodb_size(value: Any) -> int:
    """Return the size that DynamoDB counts: names and values in UTF-8, 21 for a number, 3 for a map, 1 per entry."""
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + _dynamodb_size(inner) for name, inner in value.items())
    return len(value.encode()) if isinstance(value, str) else 21
