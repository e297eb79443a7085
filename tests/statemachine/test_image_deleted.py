"""The state machine image_deleted: removes the renditions, updates the record and notifies subscribers."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest

from tests.renditions import NAMES
from tests.statemachine.conftest import Impatient
from tests.statemachine.definitions import rounds
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BROKEN, BUG, THROTTLED, After, Raised, Refused, ReplyLost, Silent
from tests.statemachine.test_execution_failed import (
    ENTRY,
    READING,
    UNFINISHED,
    assert_operators_notified,
    assert_settled,
)
from tests.statemachine.test_image_pipeline_races import VANISHED
from tests.statemachine.test_image_pipeline_success import OVERWRITING, assert_completed
from tests.statemachine.world import (
    CONSOLE,
    DELETIONS,
    UPLOADS,
    Event,
    Record,
    World,
    execution_section,
    status_change,
    uri,
)

DELETED = [
    "ConfirmDeleted",
    "IsGone",
    "ClaimDeletion",
    "RemoveRenditions",
    "RecordDeletion",
    "PublishDeletion",
]
CALLING = [state for state in DELETED if state != "IsGone"]
FUNCTIONS = ["ConfirmDeleted", "RemoveRenditions"]
SERVICES = {"ClaimDeletion": "DynamoDB", "RecordDeletion": "DynamoDB", "PublishDeletion": "SNS"}
ATTEMPTS = 1 + 10  # of a call to DynamoDB or SNS
A_YEAR = timedelta(days=365.1)


@pytest.fixture
def done(world: World, photo: bytes) -> Event:
    """A completed image."""
    upload = world.upload(photo)
    assert world.run(upload).status == "SUCCEEDED"
    world.received("subscribers")
    assert len(world.files(upload)) == len(NAMES)
    return upload


def follow(world: World, deletion: Event) -> Execution:
    return world.run(deletion, "image_deleted")


def again(world: World, upload: Event, data: bytes) -> Event:
    """Upload to the same key again."""
    return world.upload(data, upload["detail"]["object"]["key"])


def assert_expires_in_a_year(record: Record) -> None:
    assert timedelta(days=364.9) < timedelta(seconds=int(record["expires_at"]) - time.time()) < A_YEAR


def assert_deleted(world: World, deletion: Event, execution: Execution, reason_code: str = "") -> None:
    """Check the record, the one message to subscribers, and that no file is left.

    ``reason_code``: of the image, if it was rejected.
    """
    assert (execution.status, execution.path) == ("SUCCEEDED", DELETED)
    record = world.record(deletion)
    assert record is not None
    assert record == {
        "image_uri": uri(deletion),
        "status": "DELETED",
        "execution_arn": execution.arn,
        "origin": "upload",
        "sequencer": deletion["detail"]["object"]["sequencer"],
        "started_at": record["started_at"],
        "first_uploaded_at": record["first_uploaded_at"],
        "status_shard": record["status_shard"],
        "status_since": record["completed_at"],
        "completed_at": record["completed_at"],
        "deleted_at": deletion["time"],
        "expires_at": record["expires_at"],
        "context": "{}",
        "context_attributes": "{}",
        "renditions": {},
        **({"reason_code": reason_code, "reason": record["reason"]} if reason_code else {}),
    }
    assert_expires_in_a_year(record)
    [message] = world.received("subscribers")
    assert message.subject == "Renditions: image deleted"
    assert message.attributes == {"status": "DELETED", "bucket": UPLOADS, "origin": "upload"}
    assert message.notice == {
        "schema_version": "1",
        "status": "DELETED",
        "origin": "upload",
        "image": {"uri": uri(deletion), "deleted_at": deletion["time"]},
        "context": {},
        "renditions": {},
        "execution": execution_section(execution.arn, record),
    }
    assert message.email.splitlines() == [
        "Your image and its renditions were deleted.",
        "",
        "Original:",
        json.dumps(uri(deletion)),
        f"Deleted: {deletion['time']}",
        "",
        "Execution in the AWS console:",
        f"{CONSOLE}/{execution.arn}",
    ]
    assert world.versions(deletion) == set()
    assert world.received("operators") == []


def assert_nothing_happens(world: World, deletion: Event, *path: str) -> None:
    """Deliver a deletion that is outdated: record and files stay, and nobody is notified."""
    world.received("subscribers")
    before, files = world.record(deletion), world.versions(deletion)
    execution = follow(world, deletion)
    assert (execution.status, execution.path) == ("SUCCEEDED", list(path))
    assert (world.record(deletion), world.versions(deletion)) == (before, files)
    assert world.received("subscribers") == []


# ── Deleted ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_delete_marker_removes_the_renditions(world: World, done: Event) -> None:
    deletion = world.delete(done)
    assert_deleted(world, deletion, follow(world, deletion))


def test_a_permanent_deletion_removes_the_renditions(world: World, done: Event) -> None:
    deletion = world.delete(done, done["detail"]["object"]["version-id"])
    assert_deleted(world, deletion, follow(world, deletion))


@pytest.mark.parametrize("key", ['it\'s {0} "q" \\n +%2B Zoë 🎉.jpg', "k" * 1024], ids=["odd", "long"])
def test_the_renditions_of_an_odd_or_long_key_are_removed(world: World, photo: bytes, key: str) -> None:
    upload = world.upload(photo, key)
    world.run(upload)
    world.received("subscribers")
    record = world.record(upload)
    assert record is not None
    deletion = world.delete(upload)
    assert_deleted(world, deletion, follow(world, deletion))
    for rendition in record["renditions"].values():
        left = world.s3.list_object_versions(Bucket=rendition["bucket"], Prefix=rendition["key"])
        assert "Versions" not in left


def test_renditions_of_all_versions_are_removed_and_those_of_other_keys_stay(
    world: World, done: Event, photo: bytes
) -> None:
    key = done["detail"]["object"]["key"]
    world.run(again(world, done, photo + b"\0"))
    neighbours = [world.upload(photo, f"{key}{rest}") for rest in ("/a.jpg", "2", "/0123456789abcdef")]
    for neighbour in neighbours:
        world.run(neighbour)
    world.received("subscribers")
    world.begin()
    deletion = world.delete(done)
    execution = follow(world, deletion)
    assert execution.path == DELETED
    assert [len(world.files(neighbour)) for neighbour in neighbours] == [len(NAMES)] * 3
    assert len(world.versions(done)) == 2 * len(NAMES), "only those of the two keys below this one"


def rejected(world: World) -> Event:
    """A rejected upload: an image with a record and without renditions."""
    upload = world.upload(b"")
    world.run(upload)
    world.received("subscribers")
    return upload


def test_a_deletion_of_a_key_without_a_record_writes_nothing_and_tells_nobody(
    world: World, photo: bytes
) -> None:
    deletion = world.delete(world.upload(photo))
    assert_nothing_happens(world, deletion, "ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded")
    assert world.record(deletion) is None


@pytest.mark.parametrize("kind", ["delete marker", "permanently"])
@pytest.mark.parametrize("data", ["photo", "empty"])
def test_a_deletion_before_its_upload_is_told_once_by_the_upload(
    world: World,
    photo: bytes,
    kind: str,
    data: str,
) -> None:
    """Behind a delete marker, the version of the upload can still be read."""
    upload = world.upload(photo if data == "photo" else b"")
    version = upload["detail"]["object"]["version-id"] if kind == "permanently" else ""
    deletion = world.delete(upload, version)
    assert_nothing_happens(world, deletion, "ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded")
    execution = world.run(upload)
    assert execution.path == ["ClaimImage", "ValidateImage", *VANISHED]
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    [message] = world.received("subscribers")
    assert message.notice["image"] == {"uri": uri(upload), "deleted_at": record["deleted_at"]}
    assert_nothing_happens(world, deletion, "ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded")
    assert world.run(upload).path == ["ClaimImage", "Duplicate"]


def test_removing_the_versions_of_a_deleted_image_is_not_told_again(
    world: World, done: Event, photo: bytes
) -> None:
    """As docs/security.md tells people to do, and as a lifecycle rule does."""
    uploads = [done, again(world, done, photo + b"\0")]
    world.run(uploads[1])
    world.received("subscribers")
    deletion = world.delete(done)
    assert_deleted(world, deletion, follow(world, deletion))
    before = world.record(done)
    for gone in (*uploads, deletion):
        removal = world.delete(done, gone["detail"]["object"]["version-id"])
        assert_nothing_happens(world, removal, "ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded")
    assert world.record(done) == before


# ── An earlier version is current again ───────────────────────────────────────────────────────────────────────────

RESTORED = ["ConfirmDeleted", "IsGone", "IsRecorded", "StartProcessing", "Restored"]


def later(deletion: Event) -> Event:
    """The same event at a time after all uploads of the tests. The time in the example is before them."""
    return deletion | {"time": "2999-01-01T00:00:00Z"}


def wait_until_restored(world: World, upload: Event) -> None:
    """Wait for the execution that StartProcessing started, and read its history."""
    record: Any = {}
    while (record.get("status"), record.get("etag")) != ("COMPLETED", upload["detail"]["object"]["etag"]):
        time.sleep(0.05)
        record = world.record(upload) or {}
    world.finish("image_pipeline", record["execution_arn"])


@pytest.mark.parametrize("what", ["roll back", "undelete"])
def test_an_earlier_version_that_is_current_again_is_processed(
    world: World, done: Event, photo: bytes, what: str
) -> None:
    first = world.record(done)
    assert first is not None
    if what == "roll back":
        second = again(world, done, photo + b"\0")
        world.run(second)
        removal = world.delete(second, second["detail"]["object"]["version-id"])
    else:
        deletion = world.delete(done)
        follow(world, deletion)
        removal = world.delete(done, deletion["detail"]["object"]["version-id"])
    world.received("subscribers")
    assert follow(world, later(removal)).path == RESTORED
    wait_until_restored(world, done)
    record = world.record(done)
    assert record is not None
    assert (record["etag"], record["renditions"]) == (first["etag"], first["renditions"])
    assert world.files(done) - world.expiring(done) == {one["key"] for one in first["renditions"].values()}
    [message] = world.received("subscribers")
    assert message.notice["image"]["etag"] == first["etag"]
    assert_nothing_happens(world, later(removal), "ConfirmDeleted", "IsGone", "IsRecorded", "StillThere")


def test_a_duplicate_of_the_event_starts_nothing_even_before_the_first_has_claimed(
    world: World, done: Event, photo: bytes
) -> None:
    second = again(world, done, photo + b"\0")
    world.run(second)
    removal = later(world.delete(second, second["detail"]["object"]["version-id"]))
    duplicates: list[Execution] = []
    world.will("ClaimImage", After(lambda: duplicates.append(follow(world, removal))))
    assert follow(world, removal).path == RESTORED
    wait_until_restored(world, done)
    assert [one.path for one in duplicates] == [RESTORED], "with one name and input, one execution is started"
    assert len(world.received("subscribers")) == 2  # of the second upload, and of the first again


def test_an_execution_that_was_started_before_is_not_started_again(
    world: World, done: Event, photo: bytes
) -> None:
    second = again(world, done, photo + b"\0")
    world.run(second)
    removal = later(world.delete(second, second["detail"]["object"]["version-id"]))
    world.will("StartProcessing", Refused("ExecutionAlreadyExists"))
    assert follow(world, removal).path == [*RESTORED[:-1], "StillThere"]


def test_deleting_an_old_version_starts_nothing(world: World, done: Event, photo: bytes) -> None:
    world.run(again(world, done, photo + b"\0"))
    removal = later(world.delete(done, done["detail"]["object"]["version-id"]))
    assert_nothing_happens(world, removal, "ConfirmDeleted", "IsGone", "IsRecorded", "StillThere")


@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_the_states_that_restore_a_version_retry_their_services(
    world: World, done: Event, photo: bytes, faults: dict[str, Any], impatient: Impatient
) -> None:
    second = again(world, done, photo + b"\0")
    world.run(second)
    removal = later(world.delete(second, second["detail"]["object"]["version-id"]))
    world.will("IsRecorded", faults["DynamoDB"], Silent())
    world.will("StartProcessing", Refused("ThrottlingException"), Silent())
    execution = world.run(removal, "image_deleted", definition=impatient("image_deleted"))
    assert execution.path == RESTORED
    assert (execution.attempts("IsRecorded"), execution.attempts("StartProcessing")) == (3, 3)
    wait_until_restored(world, done)


def test_a_new_upload_restores_a_deleted_image_and_a_late_event_does_not(
    world: World, done: Event, photo: bytes
) -> None:
    follow(world, world.delete(done))
    before = world.record(done)
    assert world.run(done).path == ["ClaimImage", "Duplicate"]
    assert world.record(done) == before
    world.begin()
    anew = again(world, done, photo)
    execution = world.run(anew)
    assert execution.path == OVERWRITING
    assert_completed(world, anew, execution)
    record = world.record(anew)
    assert record is not None
    assert "deleted_at" not in record
    assert world.expiring(anew) == set()


# ── Not deleted, or uploaded again ────────────────────────────────────────────────────────────────────────────────


def test_deleting_an_old_version_of_an_image_changes_nothing(world: World, done: Event, photo: bytes) -> None:
    world.run(again(world, done, photo + b"\0"))
    removal = world.delete(done, done["detail"]["object"]["version-id"])
    assert_nothing_happens(world, removal, "ConfirmDeleted", "IsGone", "StillThere")


def test_a_deletion_event_after_the_next_upload_changes_nothing(
    world: World, done: Event, photo: bytes
) -> None:
    deletion = world.delete(done)
    world.run(again(world, done, photo))
    assert_nothing_happens(world, deletion, "ConfirmDeleted", "IsGone", "StillThere")


def test_an_upload_before_the_claim_wins(world: World, done: Event, photo: bytes) -> None:
    deletion = world.delete(done)
    world.will("ClaimDeletion", After(lambda: world.run(again(world, done, photo))))
    execution = follow(world, deletion)
    assert execution.path == ["ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded"]
    assert_stays_completed(world, done)


def test_an_upload_while_the_renditions_are_removed_wins(world: World, done: Event, photo: bytes) -> None:
    """The same file: its renditions have the keys that the deletion is about to remove."""
    deletion = world.delete(done)
    world.will("RemoveRenditions", After(lambda: world.run(again(world, done, photo))))
    execution = follow(world, deletion)
    assert execution.path == [
        "ConfirmDeleted",
        "IsGone",
        "ClaimDeletion",
        "RemoveRenditions",
        "RecordDeletion",
        "Superseded",
    ]
    assert_stays_completed(world, done)


def assert_stays_completed(world: World, upload: Event) -> None:
    """Check that the image is complete, that its files stay, and that the only notice says so."""
    record = world.record(upload)
    assert record is not None
    assert record["status"] == "COMPLETED"
    keys = {rendition["key"] for rendition in record["renditions"].values()}
    assert keys <= world.files(upload)
    assert not keys & world.expiring(upload)
    [message] = world.received("subscribers")
    assert message.notice["status"] == "COMPLETED"


def test_an_image_that_is_deleted_during_processing_leaves_nothing(world: World, photo: bytes) -> None:
    """The original can still be read by its version, so all renditions are made and then removed."""
    upload = world.upload(photo)
    followed: list[Execution] = []
    deletions: list[Event] = []

    def delete() -> None:
        deletions.append(world.delete(upload))
        followed.append(follow(world, deletions[0]))

    world.will("SaveMetadata", After(delete))
    execution = world.run(upload)
    assert execution.path[-3:] == ["SaveMetadata", "RetireOwnRenditions", "Superseded"]
    assert_deleted(world, deletions[0], followed[0])


def test_renditions_of_a_late_execution_are_removed_too(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    world.will("Watermark", After(lambda: follow(world, world.delete(upload))))
    execution = world.run(upload)
    assert execution.path[-3:] == ["SaveMetadata", "RetireOwnRenditions", "Superseded"]
    assert world.versions(upload) == set()


# ── Duplicates ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_duplicate_deletion_changes_nothing(world: World, done: Event) -> None:
    deletion = world.delete(done)
    assert_deleted(world, deletion, follow(world, deletion))
    assert_nothing_happens(world, deletion, "ConfirmDeleted", "IsGone", "ClaimDeletion", "Superseded")


def test_simultaneous_deletions_send_one_notice(world: World, done: Event) -> None:
    deletion = world.delete(done)
    others: list[Execution] = []
    world.will("RemoveRenditions", After(lambda: others.append(follow(world, deletion))))
    execution = follow(world, deletion)
    assert execution.path[-1] == "Superseded"
    assert_deleted(world, deletion, others[0])


def test_a_deletion_that_failed_halfway_is_completed_by_its_own_event(world: World, done: Event) -> None:
    deletion = world.delete(done)
    world.will("RemoveRenditions", BUG)
    assert follow(world, deletion).status == "FAILED"
    record = world.record(done)
    assert record is not None
    assert (record["status"], record["renditions"]) == ("DELETING", {}), (
        "no renditions, but not DELETED either"
    )
    assert_deleted(world, deletion, follow(world, deletion))


@pytest.mark.parametrize("state", ["ClaimDeletion", "RecordDeletion"])
def test_a_write_whose_reply_was_lost_is_repeated_and_notified_once(
    world: World, done: Event, state: str
) -> None:
    world.will(state, ReplyLost())
    deletion = world.delete(done)
    execution = follow(world, deletion)
    assert execution.attempts(state) == 2
    assert_deleted(world, deletion, execution)


# ── Failures ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", FUNCTIONS)
def test_every_transient_error_of_a_function_is_retried(world: World, done: Event, state: str) -> None:
    deletion = world.delete(done)
    for number, errors in enumerate(rounds("image_deleted", state)):
        world.will(state, *[Raised(error) for error in errors])
        assert_deleted(world, deletion, follow(world, deletion), "EmptyFile" if number else "")
        world.run(again(world, done, b""))
        world.received("subscribers")
        deletion = world.delete(done)


@pytest.mark.parametrize("state", SERVICES)
@pytest.mark.parametrize("faults", [THROTTLED, BROKEN], ids=["throttled", "broken"])
def test_a_service_that_fails_twice_is_called_a_third_time(
    world: World, done: Event, state: str, faults: dict[str, Any]
) -> None:
    fault = faults[SERVICES[state]]
    world.will(state, fault, fault)
    deletion = world.delete(done)
    execution = follow(world, deletion)
    assert execution.attempts(state) == 3
    assert_deleted(world, deletion, execution)


def test_a_service_that_does_not_answer_in_time_is_called_again(
    world: World, photo: bytes, impatient: Impatient
) -> None:
    """For an image without renditions, so that each task has little to do."""
    for state in CALLING:
        world.will(state, Silent())
    deletion = world.delete(rejected(world))
    execution = world.run(deletion, "image_deleted", definition=impatient("image_deleted"))
    assert [set(execution.errors(state)) for state in CALLING] == [{"States.Timeout"}] * len(CALLING)
    assert_deleted(world, deletion, execution, "EmptyFile")


@pytest.mark.parametrize("state", CALLING)
def test_a_permanent_error_fails_the_execution_and_notifies_the_operators(
    world: World, done: Event, state: str
) -> None:
    """The record is not marked, because no upload has failed. A redrive continues where the deletion stopped."""
    fault = [BROKEN[SERVICES[state]]] * ATTEMPTS if state in SERVICES else [BUG]
    world.will(state, *fault)
    deletion = world.delete(done)
    execution = follow(world, deletion)
    assert (execution.status, execution.path[-1]) == ("FAILED", state)
    before = world.record(done)
    change = status_change(execution, deletion, stateMachineArn=DELETIONS)
    followed = world.run(change, "execution_failed")
    if state == "PublishDeletion":  # the record has the outcome, so it is told
        assert followed.path == [
            *ENTRY,
            *READING,
            "PublishDeletion",
            "TidyRenditions",
            "NotifyOperatorsOfSettled",
        ]
        assert_settled(world, done, before, followed)
        return
    assert followed.path == [*ENTRY, *UNFINISHED]
    assert world.record(done) == before
    assert world.received("subscribers") == []
    assert execution.error is not None
    assert_operators_notified(world, change, execution.error)


def test_an_input_that_is_not_a_deletion_fails_and_writes_nothing(world: World) -> None:
    execution = follow(world, {"detail": {"object": {"key": "beach.jpg"}}})
    assert (execution.status, execution.path) == ("FAILED", ["ConfirmDeleted"])
    assert execution.error == "States.Runtime"
