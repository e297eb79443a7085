"""The cases of tests/statemachine/test_image_pipeline_express.py in every state, and all ways to hand an image over."""

from typing import TYPE_CHECKING

import pytest

from tests.statemachine import definitions
from tests.statemachine.definitions import EXPRESS
from tests.statemachine.outcomes import (
    BROKEN,
    BUG,
    THROTTLED,
    After,
    Outcome,
    Raised,
    Refused,
    ReplyLost,
    Silent,
    Twice,
)
from tests.statemachine.test_image_pipeline_express import (
    HANDING_OVER,
    HANDING_OVER_AGAIN,
    STATES,
    assert_image_is_whole,
    refuse,
    run,
    same_execution,
    with_identity,
)
from tests.statemachine.test_image_pipeline_races import VANISHED, again
from tests.statemachine.test_image_pipeline_success import OVERWRITING, WAY, assert_completed
from tests.statemachine.test_image_pipeline_tidying import named
from tests.statemachine.world import CONSOLE, World

if TYPE_CHECKING:
    from tests.statemachine.history import Execution

pytestmark = pytest.mark.long


def test_the_notice_of_an_express_execution_has_the_link_to_its_page(world: World, photo: bytes) -> None:
    execution = run(world, world.upload(photo))
    [message] = world.received("subscribers")
    of_execution = message.notice["execution"]
    link = f"{CONSOLE}/{execution.arn}?startDate={of_execution['started_at']}"
    assert of_execution["console_url"] == link
    assert link in message.email


def test_an_express_execution_replaces_an_image(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    run(world, upload)
    old = named(world, upload)
    newer = again(world, upload, photo + b"\0")
    world.received("subscribers")
    execution = run(world, newer)
    assert execution.path == OVERWRITING
    assert_completed(world, newer, execution)
    assert world.expiring(newer) == old


@pytest.mark.parametrize("state", STATES)
def test_whatever_fails_in_a_first_upload_is_done_by_the_image_pipeline(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(photo)
    refuse(world, state)
    express = run(world, upload)
    assert express.status == "SUCCEEDED"
    unclaimed = [
        "ClaimImage",
        "ReleaseFirstClaim",
        "ReleaseClaim",
        "HasFailed",
        "StartStandard",
        "HandedOver",
    ]
    assert express.path[-3:] == HANDING_OVER if state != "ClaimImage" else express.path == unclaimed
    successor = world.run_successor(express)
    assert (successor.path, successor.name) == (WAY, express.name), "it is still the key's first upload"
    assert_image_is_whole(world, upload, successor.arn)


@pytest.mark.parametrize("state", ["Thumbnail", "SaveMetadata", "PublishReplacement"])
def test_whatever_fails_in_a_replacement_is_done_by_the_image_pipeline(
    world: World, photo: bytes, state: str
) -> None:
    first = world.upload(photo)
    run(world, first)
    old = named(world, first)
    world.received("subscribers")
    newer = again(world, first, photo + b"\0")
    refuse(world, state)
    express = run(world, newer)
    assert express.path[-4:] == HANDING_OVER_AGAIN
    successor = world.run_successor(express)
    assert successor.path == OVERWRITING
    assert_image_is_whole(world, newer, successor.arn)
    assert world.expiring(newer) == old


def test_an_original_that_is_gone_is_left_to_the_image_pipeline_and_told_once(
    world: World, photo: bytes
) -> None:
    upload = world.upload(photo)
    found = upload["detail"]["object"]
    world.s3.delete_object(
        Bucket=upload["detail"]["bucket"]["name"], Key=found["key"], VersionId=found["version-id"]
    )
    express = run(world, upload)
    assert express.path[-3:] == HANDING_OVER
    assert world.run_successor(express).path[-6:] == VANISHED
    assert [one.notice["status"] for one in world.received("subscribers")] == ["DELETED"]


@pytest.mark.parametrize("state", STATES)
def test_a_service_that_fails_once_is_called_again(world: World, photo: bytes, state: str) -> None:
    upload = world.upload(photo)
    service = STATES[state]
    world.will(state, (THROTTLED if service == "Lambda" else BROKEN)[service])
    execution = run(world, upload)
    assert (execution.path, execution.attempts(state)) == (WAY, 2)
    assert_completed(world, upload, execution)


def test_a_replacement_that_is_refused_once_is_published_again(world: World, photo: bytes) -> None:
    first = world.upload(photo)
    run(world, first)
    world.will("PublishReplacement", BROKEN["SNS"])
    world.will("RetireSuperseded", THROTTLED["Lambda"])
    execution = run(world, again(world, first, photo + b"\0"))
    assert execution.path == OVERWRITING
    assert (execution.attempts("PublishReplacement"), execution.attempts("RetireSuperseded")) == (2, 2)


def test_the_states_that_hand_over_call_their_services_again(world: World, photo: bytes) -> None:
    first = world.upload(photo)
    run(world, first)
    newer = again(world, first, photo + b"\0")
    world.will("ValidateImage", BUG)
    for state in ("ReleaseFirstClaim", "StartStandard"):
        world.will(state, BROKEN["DynamoDB"])
    world.will("ReleaseClaim", ReplyLost())
    express = run(world, newer)
    assert express.path[-4:] == HANDING_OVER_AGAIN
    assert [express.attempts(state) for state in HANDING_OVER_AGAIN[:3]] == [2, 2, 2]
    world.received("subscribers")
    assert_image_is_whole(world, newer, world.run_successor(express).arn)


def test_a_successor_that_has_run_already_is_not_started_again(world: World, photo: bytes) -> None:
    world.will("ValidateImage", BUG)
    world.will("StartStandard", Refused("ExecutionAlreadyExists"))
    express = run(world, world.upload(photo))
    assert (express.status, express.path[-3:]) == ("SUCCEEDED", HANDING_OVER)
    assert express.attempts("StartStandard") == 1, "refused once, not retried"


def test_a_function_that_does_not_answer_is_left_to_the_image_pipeline(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    impatient = definitions.read(EXPRESS)
    impatient["States"]["ValidateImage"]["TimeoutSeconds"] = 1
    world.will("ValidateImage", Silent())  # not in a branch, where moto has no name for it
    express = world.run(upload, EXPRESS, definition=impatient)
    assert express.path[-3:] == HANDING_OVER
    assert_image_is_whole(world, upload, world.run_successor(express).arn)


@pytest.mark.parametrize("outcome", [THROTTLED["Lambda"], BUG])
def test_what_cannot_be_retired_is_left_to_reconciliation(
    world: World, photo: bytes, outcome: Outcome
) -> None:
    first = world.upload(photo)
    run(world, first)
    retries = definitions.read(EXPRESS)["States"]["RetireSuperseded"]["Retry"][0]["MaxAttempts"]
    world.will("RetireSuperseded", *[outcome] * (1 if outcome is BUG else retries + 1))
    execution = run(world, again(world, first, photo + b"\0"))
    assert (execution.status, execution.path[-1]) == ("SUCCEEDED", "NotRetired")


@pytest.mark.parametrize("state", STATES)
def test_an_event_that_is_delivered_again_during_any_state_is_a_duplicate(
    world: World, photo: bytes, state: str
) -> None:
    upload = world.upload(photo)
    duplicates: list[Execution] = []
    if state == "ClaimImage":
        world.will(state, After(lambda: duplicates.append(run(world, upload))))
        owner = run(world, upload)
        assert (owner.path[-1], duplicates[0].path) == ("Duplicate", WAY)
        assert_completed(world, upload, duplicates[0])
        return
    world.will(state, After(lambda: duplicates.append(run(world, upload))))
    owner = run(world, upload)
    assert (owner.path, duplicates[0].path[-1]) == (WAY, "Duplicate")
    assert_completed(world, upload, owner)


def test_an_event_of_another_bucket_starts_nothing(world: World, photo: bytes) -> None:
    upload = world.upload(photo)
    upload["detail"]["bucket"]["name"] = "not-ours"
    assert run(world, upload).path[-1] == "Duplicate"
    assert world.record(upload) is None


@pytest.mark.parametrize("state", [one for one in STATES if one != "ClaimImage"])
def test_an_execution_that_aws_runs_again_from_its_start_is_finished_by_the_image_pipeline(
    world: World, photo: bytes, state: str
) -> None:
    """While the first run is in any state: it goes on, and loses its record to the successor."""
    upload = with_identity(world.upload(photo))
    reruns: list[Execution] = []
    definition = same_execution()
    world.will(state, After(lambda: reruns.append(world.run(upload, EXPRESS, definition=definition))))
    first = world.run(upload, EXPRESS, definition=definition)
    assert first.status == "SUCCEEDED"
    assert reruns[0].path == ["ClaimImage", *HANDING_OVER]
    successor = world.finish("image_pipeline", world.successor(upload["same"]["name"]))
    assert successor.status == "SUCCEEDED"
    assert_image_is_whole(world, upload, successor.arn)


@pytest.mark.parametrize("stopped", ["ValidateImage", "SaveMetadata", "PublishCompletion", "end"])
def test_an_execution_that_died_and_is_run_again_ends_in_a_notice(
    world: World, photo: bytes, stopped: str
) -> None:
    """The state in which it died has been carried out, and nothing after it."""
    upload = with_identity(world.upload(photo))
    dying = same_execution()
    if stopped != "end":
        dying["States"][stopped] |= {"Next": "Superseded"}
        dying["States"][stopped].pop("End", None)
    world.run(upload, EXPRESS, definition=dying)
    rerun = world.run(upload, EXPRESS, definition=same_execution())
    assert rerun.path == ["ClaimImage", *HANDING_OVER]
    successor = world.finish("image_pipeline", world.successor(upload["same"]["name"]))
    assert successor.path == WAY
    assert_image_is_whole(world, upload, successor.arn)


@pytest.mark.parametrize("again_at", [[], ["ReleaseFirstClaim"], ["StartStandard"]], ids=str)
def test_a_claim_whose_reply_was_lost_is_given_to_the_image_pipeline(
    world: World, photo: bytes, again_at: list[str]
) -> None:
    upload = world.upload(photo)
    world.will("ClaimImage", ReplyLost())
    for state in again_at:
        world.will(state, ReplyLost())
    express = run(world, upload)
    assert express.path == ["ClaimImage", *HANDING_OVER]
    assert_image_is_whole(world, upload, world.run_successor(express).arn)


@pytest.mark.parametrize("state", [one for one in STATES if one != "ClaimImage"])
def test_a_state_that_is_carried_out_twice_does_no_harm(world: World, photo: bytes, state: str) -> None:
    upload = world.upload(photo)
    world.will(state, Twice())
    execution = run(world, upload)
    assert execution.path == WAY
    assert_image_is_whole(world, upload, execution.arn)


def test_an_express_execution_that_lost_its_record_retires_what_it_made(world: World, photo: bytes) -> None:
    older = world.upload(photo)
    newer = again(world, older, photo + b"\0")
    world.will("SaveMetadata", After(lambda: run(world, newer)))
    world.will("RetireOwnRenditions", THROTTLED["Lambda"])
    execution = run(world, older)
    assert execution.path[-2:] == ["RetireOwnRenditions", "Superseded"]
    assert world.expiring(older) == world.files(older) - named(world, newer)
    world.will("RetireOwnRenditions", Raised("KeyError"))
    latest = again(world, older, photo + b"\0\0")
    world.will("SaveMetadata", After(lambda: run(world, again(world, older, photo + b"\0\0\0"))))
    assert run(world, latest).path[-1] == "Superseded"


def test_every_transition_is_taken(everything: World, request: pytest.FixtureRequest) -> None:
    """Each Next, each rule of a Choice, and each error that is caught or retried."""
    if request.config.option.keyword:
        pytest.skip("only some of the cases were run")
    never = {str(step) for step in definitions.steps(EXPRESS) - everything.taken}
    assert never == set()
