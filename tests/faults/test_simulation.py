"""The simulation of bursts, compared with uploads to a local stack whose Lambda refuses calls, as that of AWS does."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from uuid import uuid4

import pytest

from renditions.settings import Settings
from renditions_cli.simulation.burst import Burst, Deployed
from renditions_cli.simulation.quotas import Quotas
from renditions_cli.simulation.workflow import Step, steps_through
from renditions_cli.simulation.workload import FULL_PROCESSOR_MB, Speeds, Workload
from tests.contract.asl import definition
from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.calls import Call, Response
from tests.faults.faults import Untouched
from tests.faults.stack import FUNCTIONS, WAIT_SCALE
from tests.faults.test_throttled_account import CONCURRENCY, ThrottledStack

UPLOADS = 100
PLENTY = 1e9
QUOTAS = Quotas(PLENTY, PLENTY, PLENTY, PLENTY, CONCURRENCY, PLENTY, PLENTY)


class Stopwatch(Untouched):
    """Measures how long the emulator takes for each function that it does not refuse to run."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {function: [] for function in FUNCTIONS}

    def answer(self, call: Call, forward: Callable[[], Response]) -> Response:
        begun = time.monotonic()
        response = forward()
        function = next((one for one in FUNCTIONS if one in call.text), None)
        if call.operation == "Invoke" and response.status == 200 and function:
            self.seconds[function].append(time.monotonic() - begun)
        return response


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_burst_takes_as_long_as_the_simulation_says(tmp_path: Path) -> None:
    stopwatch = Stopwatch()
    with ThrottledStack(tmp_path, timeout=30) as stack:
        stack.proxy.weather = lambda _call: stopwatch
        cloud = Cloud(stack.session(), stack.outputs)
        begun = time.monotonic()
        uris = [cloud.upload(f"{uuid4().hex}.jpg", jpeg(320, 240)) for _ in range(UPLOADS)]
        uploaded = time.monotonic() - begun
        records = cloud.outcomes(uris, 800)
        seconds = time.monotonic() - begun
        validate, resize, watermark = (stopwatch.seconds[function] for function in FUNCTIONS)
    assert {record["status"] for record in records.values()} == {"COMPLETED"}
    original = dict.fromkeys(Settings().renditions(), fmean([*resize, *watermark]))
    speeds = Speeds(validate=fmean(validate), s3=0, cold_start=0, service=0.02)
    steps = [
        with_short_waits(step) for step in steps_through(definition("image_pipeline"), "PublishCompletion")
    ]
    memory = {call.target: FULL_PROCESSOR_MB for step in steps for call in step.calls}
    burst = Burst(Workload(UPLOADS, uploaded, [original]), Deployed(tuple(steps), memory, speeds), QUOTAS)
    assert burst.run().seconds == pytest.approx(seconds, rel=0.15)


def with_short_waits(step: Step) -> Step:
    """Return the step with the waits of the emulator under test."""
    calls = (
        replace(
            call,
            retrier=replace(
                call.retrier,
                interval=call.retrier.interval * WAIT_SCALE,
                longest=call.retrier.longest * WAIT_SCALE,
            ),
        )
        for call in step.calls
    )
    return replace(step, calls=tuple(calls))
