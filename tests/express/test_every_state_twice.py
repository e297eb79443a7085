"""Every Task state of every machine may be carried out twice: users see what they see if it is carried out once.

Standard executions carry out each state once, but a reply can get lost. Express executions promise no more than that
each state is carried out at least once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.renditions import BRANCHES
from tests.statemachine import definitions
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import BROKEN, BUG, Outcome, Raised, Twice
from tests.statemachine.test_image_deleted import later, wait_until_restored
from tests.statemachine.test_image_pipeline_races import again
from tests.statemachine.world import Event, World, status_change

pytestmark = pytest.mark.long

Story = Callable[[World, bytes], tuple[Event, Execution]]


@dataclass(frozen=True)
class Seen:
    """What users see after an execution, without keys, times and names, and each message once."""

    path: list[str]
    record: dict[str, Any]
    files: set[str]
    expiring: set[str]
    told: set[tuple[str, str]]
    operators: set[str]


VOLATILE = {
    *(
        "image_uri",
        "execution_arn",
        "sequencer",
        "etag",
        "served_etag",
        "version_id",
        "version",
        "sha256",
        "bytes",
    ),
    *("status_shard", "status_since", "started_at", "first_uploaded_at", "uploaded_at", "completed_at"),
    *("deleted_at", "expires_at", "settled_by", "renditions"),
}


def see(world: World, upload: Event, execution: Execution) -> Seen:
    key = upload["detail"]["object"]["key"]
    record = world.record(upload) or {}
    names = {one.rsplit("/", 1)[-1] for one in world.files(upload)}
    return Seen(
        execution.path,
        {name: value for name, value in record.items() if name not in VOLATILE}
        | {"renditions": {*record.get("renditions", {})}},
        names,
        {one.removeprefix(key).rsplit("/", 1)[-1] for one in world.expiring(upload)},
        {(one.subject, one.notice["status"]) for one in world.received("subscribers")},
        {one.subject for one in world.received("operators")},
    )


def first_upload(world: World, photo: bytes) -> tuple[Event, Execution]:
    upload = world.upload(photo)
    return upload, world.run(upload)


def replacement(world: World, photo: bytes) -> tuple[Event, Execution]:
    first, _ = first_upload(world, photo)
    world.received("subscribers")
    newer = again(world, first, photo + b"\0")
    return newer, world.run(newer)


def rejection(world: World, photo: bytes) -> tuple[Event, Execution]:
    upload = world.upload(b"")
    return upload, world.run(upload)


def rejected_replacement(world: World, photo: bytes) -> tuple[Event, Execution]:
    first, _ = first_upload(world, photo)
    world.received("subscribers")
    newer = again(world, first, b"")
    return newer, world.run(newer)


def vanished(world: World, photo: bytes) -> tuple[Event, Execution]:
    upload = world.upload(photo)
    world.delete(upload, upload["detail"]["object"]["version-id"])
    return upload, world.run(upload)


def superseded(world: World, photo: bytes) -> tuple[Event, Execution]:
    upload = world.upload(photo)
    world.will("ValidateImage", Raised("SourceGone"))
    return upload, world.run(upload)


def deletion(world: World, photo: bytes) -> tuple[Event, Execution]:
    upload, _ = first_upload(world, photo)
    world.received("subscribers")
    return upload, world.run(world.delete(upload), "image_deleted")


def rollback(world: World, photo: bytes) -> tuple[Event, Execution]:
    first, _ = first_upload(world, photo)
    newer = again(world, first, photo + b"\0")
    world.run(newer)
    world.received("subscribers")
    removal = later(world.delete(newer, newer["detail"]["object"]["version-id"]))
    execution = world.run(removal, "image_deleted")
    wait_until_restored(world, first)
    return first, execution


def failing(state: str, *outcomes: Outcome) -> Story:
    """A first upload whose execution ends badly in a state, and is followed up."""

    def story(world: World, photo: bytes) -> tuple[Event, Execution]:
        upload = world.upload(photo)
        world.will(state, *outcomes)
        return upload, world.run(status_change(world.run(upload), upload), "execution_failed")

    return story


CASES: list[tuple[Story, str]] = [
    *((first_upload, one) for one in ("ClaimImage", "ValidateImage", *BRANCHES, "SaveMetadata", "PublishCompletion")),
    *((replacement, one) for one in ("PublishReplacement", "RetireSuperseded")),
    *((rejection, one) for one in ("RecordRejection", "PublishRejection", "RetireLeftovers")),
    (rejected_replacement, "PublishRejectionPreviousServed"),
    *((vanished, one) for one in ("ConfirmGone", "RecordDeletion", "RemoveRenditions", "PublishDeletion")),
    (superseded, "RetireOwnRenditions"),
    *((deletion, one) for one in ("ConfirmDeleted", "ClaimDeletion", "RemoveRenditions")),
    *((deletion, one) for one in ("RecordDeletion", "PublishDeletion")),
    *((rollback, one) for one in ("ConfirmDeleted", "IsRecorded", "StartProcessing")),
    *((failing("ValidateImage", BUG), one) for one in ("MarkFailed", "PublishFailure", "NotifyOperators")),
    *(
        (failing("PublishCompletion", *[BROKEN["SNS"]] * 11), one)
        for one in ("ReadCompleted", "TidyRenditions", "NotifyOperatorsOfSettled")
    ),
]  # fmt: skip


@pytest.mark.parametrize("story, state", CASES, ids=[f"{story.__name__}-{state}" for story, state in CASES])
def test_a_state_that_is_carried_out_twice_changes_nothing(
    world: World, photo: bytes, story: Story, state: str
) -> None:
    once = see(world, *story(world, photo))
    world.will(state, Twice())
    assert see(world, *story(world, photo)) == once


def test_the_cases_are_all_states_that_call_a_service() -> None:
    calling = {
        name
        for machine in definitions.MACHINES
        for name, state in definitions.states(definitions.read(machine)).items()
        if state["Type"] == "Task"
    }
    missing = calling - {state for _, state in CASES}
    assert missing == {"PublishFailurePreviousServed", "ReadRejected", "ReadDeleted"}, (
        "They differ from a case only in what the record says."
    )
