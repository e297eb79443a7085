"""A burst that the account cannot run at once: every image gets its turn before its retries are used up."""

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from tests.contract.asl import definition, lambda_tasks
from tests.contract.test_flow import THROTTLED
from tests.renditions import BRANCHES

TIME_LIMIT = definition("image_pipeline")["TimeoutSeconds"]
# One task after the other: ValidateImage, and then all branches at once.
STEPS = (("ValidateImage",), BRANCHES)


def retrier_of(state: str) -> dict[str, Any]:
    [task] = [one for one in lambda_tasks() if (one.machine, one.name) == ("image_pipeline", state)]
    [retrier] = [one for one in task.body["Retry"] if THROTTLED in one["ErrorEquals"]]
    return dict(retrier)


RETRIER = retrier_of("ValidateImage")
BEFORE = {**RETRIER, "MaxDelaySeconds": 60, "MaxAttempts": 8}  # what all other errors of Lambda have


# Moment, order of equal moments, "call" or "end", image, step, attempt.
Event = tuple[float, int, str, int, int, int]


@dataclass
class Burst:
    """A simulation in seconds: ``images`` uploaded evenly in a minute, ``places`` for functions of ``seconds`` each."""

    images: int
    places: int
    seconds: float
    retrier: dict[str, Any]
    failed: set[int] = field(default_factory=set)
    ended: float = 0
    running: int = 0
    left: dict[int, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=itertools.count)
    jitter: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - repeatable

    def run(self) -> Self:
        for image in range(self.images):
            self.begin(60 * image / self.images, image, 0)
        while self.events:
            now, _, kind, image, step, attempt = heapq.heappop(self.events)
            self.ended = now
            if kind == "end":
                self.end(now, image, step)
            elif image not in self.failed:
                self.call(now, image, step, attempt)
        return self

    def push(self, at: float, kind: str, image: int, step: int, attempt: int) -> None:
        heapq.heappush(self.events, (at, next(self.order), kind, image, step, attempt))

    def begin(self, now: float, image: int, step: int) -> None:
        self.left[image] = len(STEPS[step])
        for _ in STEPS[step]:
            self.push(now, "call", image, step, 0)

    def call(self, now: float, image: int, step: int, attempt: int) -> None:
        if self.running < self.places:
            self.running += 1
            self.push(now + self.seconds, "end", image, step, attempt)
        elif attempt == self.retrier["MaxAttempts"]:
            self.failed.add(image)
        else:
            longest = min(
                self.retrier["MaxDelaySeconds"],
                self.retrier["IntervalSeconds"] * self.retrier["BackoffRate"] ** attempt,
            )
            self.push(now + self.jitter.uniform(0, longest), "call", image, step, attempt + 1)

    def end(self, now: float, image: int, step: int) -> None:
        self.running -= 1
        self.left[image] -= 1
        if not self.left[image] and step + 1 < len(STEPS):
            self.begin(now, image, step + 1)


def every_retrier() -> Iterator[dict[str, Any]]:
    for task in lambda_tasks():
        yield from (one for one in task.body["Retry"] if THROTTLED in one["ErrorEquals"])


def test_every_function_is_retried_alike_when_it_is_throttled() -> None:
    assert [one for one in every_retrier() if one != RETRIER] == []


@pytest.mark.parametrize(
    "images, places, seconds",
    [(500, 2, 1.5), (2000, 10, 2.0)],
    ids=["500 uploads, two functions", "2,000 uploads, a new account with ten functions"],
)
def test_no_upload_of_a_burst_fails(images: int, places: int, seconds: float) -> None:
    burst = Burst(images, places, seconds, RETRIER).run()
    assert burst.failed == set()
    assert images * (1 + len(BRANCHES)) * seconds / places < burst.ended < TIME_LIMIT / 3, (
        "the places were in use"
    )


def test_with_the_eight_retries_of_other_errors_most_uploads_of_the_burst_would_fail() -> None:
    assert len(Burst(500, 2, 1.5, BEFORE).run().failed) > 250
