"""The Express version completes images. Whatever else happens, image_pipeline gets the image, and once.

An Express execution may run again from its start, or twice at the same time. Its successor has its name, so that there
is only one. `make express` runs these cases in every state: tests/express/.
"""

import json

from tests.renditions import BRANCHES
from tests.statemachine import definitions
from tests.statemachine.definitions import EXPRESS, Definition
from tests.statemachine.history import Execution
from tests.statemachine.outcomes import (
    BROKEN,
    BUG,
    ReplyLost,
)
from tests.statemachine.test_image_pipeline_success import WAY, assert_completed
from tests.statemachine.test_image_pipeline_tidying import named
from tests.statemachine.world import Event, World

FUNCTIONS = ["ValidateImage", *BRANCHES]
STATES = {
    "ClaimImage": "DynamoDB",
    **dict.fromkeys(FUNCTIONS, "Lambda"),
    "SaveMetadata": "DynamoDB",
    "PublishCompletion": "SNS",
}
HANDING_OVER = ["ReleaseFirstClaim", "StartStandard", "HandedOver"]
HANDING_OVER_AGAIN = ["ReleaseFirstClaim", "ReleaseClaim", "StartStandard", "HandedOver"]


def run(world: World, upload: Event) -> Execution:
    return world.run(upload, EXPRESS)


def assert_image_is_whole(world: World, upload: Event, owner: str) -> None:
    """The record is complete, its files are there, none of them expires, and all notices say the same."""
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["execution_arn"]) == ("COMPLETED", owner)
    assert named(world, upload) <= world.files(upload)
    assert not named(world, upload) & world.expiring(upload)
    notices = [one.notice for one in world.received("subscribers")]
    assert notices
    for one in notices:
        assert (one["status"], one["image"]["etag"]) == ("COMPLETED", record["etag"])
        assert one["renditions"] == record["renditions"]
    assert world.received("operators") == []


def refuse(world: World, state: str, times: int = 1) -> None:
    """Let the calls of a state fail, until it gives up."""
    service = STATES.get(state, "DynamoDB" if "Claim" in state else "SNS")
    outcomes = [BUG] if service == "Lambda" else [BROKEN[service]] * 3
    world.will(state, *(outcomes * times))


def same_execution() -> Definition:
    """The Express version for runs that are one execution to everybody: their name and ARN are in the input."""
    text = json.dumps(definitions.read(EXPRESS))
    text = text.replace("$$.Execution.Id", "$$.Execution.Input.same.arn")
    again: Definition = json.loads(text.replace("$$.Execution.Name", "$$.Execution.Input.same.name"))
    return again


def with_identity(upload: Event) -> Event:
    name = f"express-same-{upload['detail']['object']['sequencer']}"
    arn = f"arn:aws:states:us-east-1:123456789012:express:renditions:{name}:0b1c"
    return upload | {"same": {"arn": arn, "name": name}}


def test_an_express_execution_completes_an_upload(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    execution = run(world, upload)
    assert (execution.status, execution.path) == ("SUCCEEDED", WAY)
    assert execution.branches == {*BRANCHES}
    assert_completed(world, upload, execution)


def test_an_image_whose_notice_could_not_be_sent_is_in_work_until_it_is(world: World, photo: bytes) -> None:
    """If its successor does not start either, reconciliation finds it."""
    upload = world.upload(photo)
    refuse(world, "PublishCompletion")
    world.will("StartStandard", *[BROKEN["DynamoDB"]] * 3)
    express = run(world, upload)
    assert (express.status, express.path[-1]) == ("FAILED", "StartStandard")
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["execution_arn"]) == ("PROCESSING", world.successor(express.name))
    assert named(world, upload) <= world.files(upload), "what was made is served meanwhile"


def test_a_rejection_is_left_to_the_image_pipeline_and_told_once(world: World) -> None:
    upload = world.upload(b"")
    express = run(world, upload)
    assert express.path[-3:] == HANDING_OVER
    successor = world.run_successor(express)
    assert successor.path[-1] == "Rejected"
    [message] = world.received("subscribers")
    assert message.notice["status"] == "REJECTED"
    record = world.record(upload)
    assert record is not None
    assert (record["status"], record["execution_arn"]) == ("REJECTED", successor.arn)


def test_an_event_that_is_delivered_twice_is_processed_once_by_express_executions(
    world: World, photo: bytes
) -> None:
    upload = world.upload(photo)
    first = run(world, upload)
    second = run(world, upload)
    assert second.path == ["ClaimImage", "ReleaseFirstClaim", "ReleaseClaim", "HasFailed", "Duplicate"]
    assert_completed(world, upload, first)


def test_two_runs_of_one_execution_have_one_successor(world: World, photo: bytes) -> None:
    upload = with_identity(world.upload(photo))
    world.will("ValidateImage", BUG)
    definition = same_execution()
    first = world.run(upload, EXPRESS, definition=definition)
    world.finish("image_pipeline", world.successor(upload["same"]["name"]))
    world.will("StartStandard", ReplyLost())
    world.will("ClaimImage", *[BROKEN["DynamoDB"]] * 3)
    second = world.run(upload, EXPRESS, definition=definition)
    assert (first.path[-1], second.path[-1]) == ("HandedOver", "HandedOver")
    assert second.errors("StartStandard")[-1] == "StepFunctions.ExecutionAlreadyExistsException"
    assert_image_is_whole(world, upload, world.successor(upload["same"]["name"]))
