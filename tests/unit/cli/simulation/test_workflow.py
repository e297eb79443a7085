"""The way of a completed image through the definition, with the retrier that a refused call meets."""

from renditions_cli.simulation.workflow import DYNAMODB, LAMBDA, SNS, steps_through
from tests.contract.asl import definition
from tests.renditions import BRANCHES

PIPELINE = definition("image_pipeline")


def test_the_steps_are_those_of_the_definition() -> None:
    steps = steps_through(PIPELINE, "PublishCompletion")
    assert [[call.state for call in step.calls] for step in steps] == [
        ["ClaimImage"],
        ["ValidateImage"],
        list(BRANCHES),
        ["SaveMetadata"],
        ["PublishCompletion"],
    ]
    assert [step.calls[0].service for step in steps] == [DYNAMODB, LAMBDA, LAMBDA, DYNAMODB, SNS]
    assert sum(step.transitions for step in steps) == 6 + len(BRANCHES)


def test_a_refused_call_meets_the_first_retrier_for_its_error() -> None:
    [claim], [validate], *_ = (step.calls for step in steps_through(PIPELINE, "PublishCompletion"))
    first, broad = PIPELINE["States"]["ClaimImage"]["Retry"]
    assert first["MaxAttempts"] == 0, "for other errors"
    assert (claim.retrier.attempts, claim.retrier.longest) == (broad["MaxAttempts"], broad["MaxDelaySeconds"])
    assert (validate.retrier.attempts, validate.retrier.jitter) == (180, True)
    assert [validate.retrier.longest_wait(attempt) for attempt in (0, 1, 5, 6, 500)] == [2, 4, 64, 120, 120]
