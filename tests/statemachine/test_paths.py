"""All cases together take every transition of the state machines."""

from pathlib import Path

import pytest

from tests.statemachine import definitions
from tests.statemachine.conftest import DESELECTED
from tests.statemachine.definitions import Step
from tests.statemachine.world import World

HERE = Path(__file__).parent


def cases_that_did_not_run(session: pytest.Session) -> bool:
    """Return whether this run skips some of the cases, so that their transitions are unknown."""
    ran = {item.path for item in session.items}
    return bool(session.config.stash.get(DESELECTED, 0)) or not ran >= set(HERE.glob("test_*.py"))


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_every_transition_is_taken(machine: str, world: World, request: pytest.FixtureRequest) -> None:
    """Each Next, each rule of a Choice, and each error that is caught or retried."""
    if cases_that_did_not_run(request.session):
        pytest.skip(
            "only some of the state machine cases were run: run the whole folder to check all transitions"
        )
    never = {str(step) for step in definitions.steps(machine) - world.taken}
    assert never == set()


@pytest.mark.parametrize("machine", definitions.MACHINES)
def test_no_execution_takes_an_undefined_transition(machine: str, world: World) -> None:
    undefined = {step for step in world.taken if step.machine == machine} - definitions.steps(machine)
    assert undefined == set()


def test_the_list_of_transitions_is_complete() -> None:
    """Some transitions that the list of the first test must have."""
    transitions = set().union(*(definitions.steps(machine) for machine in definitions.MACHINES))
    assert {
        Step("image_pipeline", "ClaimImage", "goes on", "ValidateImage"),
        Step("image_pipeline", "ClaimImage", "DynamoDB.ConditionalCheckFailedException", "Duplicate"),
        Step("image_pipeline", "MakeRenditions", "CorruptImage", "ReadVerdict"),
        Step("image_pipeline", "Watermark", "Lambda.TooManyRequestsException", "Watermark"),
        Step("image_pipeline", "Watermark", "goes on", "end"),
        Step("execution_failed", "HasInput", "goes on", "NoteMissingInput"),
    } <= transitions
