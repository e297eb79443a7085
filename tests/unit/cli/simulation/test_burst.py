"""The simulation of bursts: nothing is lost, quotas hold, and the figures are those that arithmetic gives."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renditions_cli.simulation.burst import Burst, Deployed
from renditions_cli.simulation.quotas import LARGE_REGION, Quotas
from renditions_cli.simulation.workflow import DYNAMODB, LAMBDA, Call, Retrier, Step
from renditions_cli.simulation.workload import FULL_PROCESSOR_MB, Speeds, Workload

PLENTY = Quotas(1e9, 1e9, 1e9, 1e9, 100_000, 1e9, 1e9)
PATIENT = Retrier(attempts=1000, interval=1, rate=1)
WORK = 0.9
SPEEDS = Speeds()
ORIGINAL = {"thumbnail": WORK}
MEMORY = {"resize": FULL_PROCESSOR_MB}
RESIZE = Call("Thumbnail", LAMBDA, "resize", "thumbnail", PATIENT)
SAVE = Call("SaveMetadata", DYNAMODB, DYNAMODB, "", PATIENT)


def burst(uploads: int, seconds: float, quotas: Quotas, *steps: Step) -> Burst:
    run = Burst(Workload(uploads, seconds, [ORIGINAL]), Deployed(steps, MEMORY), quotas)
    run.run()
    return run


def test_without_a_quota_in_the_way_an_upload_takes_as_long_as_its_calls() -> None:
    run = burst(5, 100, PLENTY, Step(1, (RESIZE,)), Step(1, (SAVE,)))
    first, *others = run.timeline.latencies
    warm = WORK + SPEEDS.s3 + SPEEDS.service
    assert first == pytest.approx(SPEEDS.cold_start + warm)
    assert others == pytest.approx([warm] * 4)
    assert (run.transitions, sum(run.refused.values())) == (10, 0)


def test_starts_wait_for_their_turn() -> None:
    run = burst(1000, 0.001, replace(PLENTY, start_bucket=100, start_rate=10), Step(1, (SAVE,)))
    assert run.timeline.seconds == pytest.approx(900 / 10 + SPEEDS.service, abs=0.01)


def test_transitions_wait_for_their_turn() -> None:
    run = burst(100, 0.001, replace(PLENTY, transition_bucket=1, transition_rate=10), Step(2, (SAVE,)))
    assert run.timeline.seconds == pytest.approx(199 / 10 + SPEEDS.service, abs=0.01)


def test_no_more_functions_run_than_may_and_their_places_are_in_use() -> None:
    run = burst(200, 1, replace(PLENTY, concurrency=4), Step(1, (RESIZE,)))
    moments = run.timeline.moments(500)
    assert max(one.running for one in moments) == 4
    assert 200 * (WORK + SPEEDS.s3) / 4 <= run.timeline.seconds < 1.2 * 200 * (WORK + SPEEDS.s3) / 4
    assert run.refused[LAMBDA] > 0


def test_calls_that_queue_use_every_place_until_the_last_one() -> None:
    run = burst(200, 0.1, replace(PLENTY, concurrency=4, queues=True), Step(1, (RESIZE,)))
    assert run.timeline.seconds == pytest.approx(200 * (WORK + SPEEDS.s3) / 4, rel=0.05)
    assert (sum(run.refused.values()), run.transitions) == (0, 200)


def test_an_upload_fails_once_when_its_retries_are_used_up() -> None:
    hasty = replace(RESIZE, retrier=Retrier(attempts=1, interval=0.1))
    run = burst(50, 0.5, replace(PLENTY, concurrency=1), Step(2, (hasty, hasty)))
    assert len(run.timeline.completed) + len(run.timeline.failed) == 50
    assert len(run.timeline.failed) > 40
    assert run.timeline.moments(1)[-1].waiting == 0


@settings(max_examples=40, deadline=None)
@given(
    uploads=st.integers(1, 300),
    seconds=st.floats(0.01, 100),
    concurrency=st.integers(1, 50),
    attempts=st.integers(0, 5),
    rate=st.floats(1, 1000),
)
def test_every_upload_has_one_outcome(
    uploads: int, seconds: float, concurrency: int, attempts: int, rate: float
) -> None:
    quotas = Quotas(rate, rate, rate, rate, concurrency, rate, rate)
    resize = replace(RESIZE, retrier=Retrier(attempts, jitter=True))
    run = burst(uploads, seconds, quotas, Step(1, (SAVE,)), Step(3, (resize, resize)))
    timeline = run.timeline
    assert len(timeline.uploaded) == len(timeline.completed) + len(timeline.failed) == uploads
    assert len(timeline.begun) == len(timeline.ended)
    for one in (timeline.uploaded, timeline.completed, timeline.failed, timeline.begun, timeline.ended):
        assert one == sorted(one)


def test_one_simulated_upload_stands_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    quotas = replace(LARGE_REGION, concurrency=50)
    whole = burst(4000, 10, quotas, Step(1, (RESIZE,)))
    monkeypatch.setattr("renditions_cli.simulation.burst.MOST_SIMULATED", 400)
    shared = burst(4000, 10, quotas, Step(1, (RESIZE,)))
    assert (shared.simulated, shared.share) == (400, 10)
    assert shared.timeline.seconds == pytest.approx(whole.timeline.seconds, rel=0.1)
    assert shared.transitions * shared.share == pytest.approx(whole.transitions, rel=0.1)
