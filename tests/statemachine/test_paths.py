"""The cases together: nowhere in the machines that no case ever went."""

from pathlib import Path

import pytest

from tests.statemachine import definitions
from tests.statemachine.conftest import DESELECTED
from tests.statemachine.definitions import Step
from tests.statemachine.world import World

HERE = Path(__file__).parent


def cases_that_did_not_run(session: pytest.Session) -> bool:
    """Whether this run leaves out some of the cases: then it cannot be asked where they all went."""
    ran = {item.path for item in session.items}
    return bool(session.config.stash.get(DESELECTED, 0)) or not ran >= set(HERE.glob("test_*.py"))


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_every_way_out_of_every_state_was_taken(
    machine: str, world: World, request: pytest.FixtureRequest
) -> None:
    """Each Next, each branch of a Choice, each error that is caught and each that is retried, by name."""
    if cases_that_did_not_run(request.session):
        pytest.skip(
            "only some of the state machine cases were asked for: run the whole folder to see that all ways are taken"
        )
    never = {str(step) for step in definitions.steps(machine) - world.taken}
    assert never == set()


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_no_execution_took_a_way_that_the_definition_does_not_have(machine: str, world: World) -> None:
    strange = {step for step in world.taken if step.machine == machine} - definitions.steps(machine)
    assert strange == set()


def test_every_way_is_counted_once_and_there_are_many() -> None:
    """The list that the first test works off is not empty by mistake: some ways that must be in it."""
    ways = set().union(*(definitions.steps(machine) for machine in definitions.MACHINES))
    assert {
        Step("image_pipeline", "ClaimImage", "goes on", "ValidateImage"),
        Step("image_pipeline", "ClaimImage", "DynamoDB.ConditionalCheckFailedException", "Duplicate"),
        Step("image_pipeline", "MakeRenditions", "CorruptImage", "ReadVerdict"),
        Step("image_pipeline", "Watermark", "Lambda.TooManyRequestsException", "Watermark"),
        Step("image_pipeline", "Watermark", "goes on", "end"),
        Step("execution_failed", "HasInput", "goes on", "NoteMissingInput"),
    } <= ways
