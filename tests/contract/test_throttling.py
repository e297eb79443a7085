"""A burst that the account cannot run at once: every image gets its turn before its retries are used up."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from renditions.settings import Settings
from renditions_cli.simulation.burst import Burst, Deployed
from renditions_cli.simulation.quotas import Quotas
from renditions_cli.simulation.workflow import LAMBDA, Call, Retrier, steps_through
from renditions_cli.simulation.workload import FULL_PROCESSOR_MB, Speeds, Workload
from tests.contract.asl import definition, lambda_tasks
from tests.contract.test_flow import THROTTLED

TIME_LIMIT = definition("image_pipeline")["TimeoutSeconds"]
STEPS = steps_through(definition("image_pipeline"), "PublishCompletion")
[RETRIER] = {call.retrier for step in STEPS for call in step.calls if call.service == LAMBDA}
BEFORE = replace(RETRIER, longest=60, attempts=8)  # what all other errors of Lambda have
PLENTY = 1e9


def burst(images: int, places: int, seconds: float, retrier: Retrier = RETRIER) -> Burst:
    """Run ``images``, uploaded in a minute, in an account that runs ``places`` functions of ``seconds`` at once."""
    steps = tuple(
        replace(step, calls=tuple(with_retrier(call, retrier) for call in step.calls)) for step in STEPS
    )
    memory = {call.target: FULL_PROCESSOR_MB for step in steps for call in step.calls}
    original = dict.fromkeys(Settings().renditions(), seconds)
    quotas = Quotas(PLENTY, PLENTY, PLENTY, PLENTY, places, PLENTY, PLENTY)
    run = Burst(
        Workload(images, 60, [original]), Deployed(steps, memory, Speeds(validate=seconds, s3=0)), quotas
    )
    run.run()
    return run


def with_retrier(call: Call, retrier: Retrier) -> Call:
    return replace(call, retrier=retrier) if call.service == LAMBDA else call


def every_retrier() -> Iterator[dict[str, Any]]:
    for task in lambda_tasks():
        yield from (one for one in task.body["Retry"] if THROTTLED in one["ErrorEquals"])


def test_every_function_is_retried_alike_when_it_is_throttled() -> None:
    first, *others = every_retrier()
    assert [one for one in others if one != first] == []


@pytest.mark.parametrize(
    "images, places, seconds",
    [(500, 2, 1.5), (2000, 10, 2.0)],
    ids=["500 uploads, two functions", "2,000 uploads, a new account with ten functions"],
)
def test_no_upload_of_a_burst_fails(images: int, places: int, seconds: float) -> None:
    run = burst(images, places, seconds)
    assert run.timeline.failed == []
    renditions = len(Settings().renditions())
    assert images * renditions * seconds / places < run.timeline.seconds < TIME_LIMIT / 3, (
        "the places were in use"
    )


def test_with_the_eight_retries_of_other_errors_most_uploads_of_the_burst_would_fail() -> None:
    assert len(burst(500, 2, 1.5, BEFORE).timeline.failed) > 250
