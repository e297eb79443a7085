"""The simulation itself: events in the order of time, from each upload to its notice or to its last failed retry."""

import heapq
import itertools
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from renditions_cli.simulation.buckets import Bucket
from renditions_cli.simulation.functions import Functions
from renditions_cli.simulation.quotas import Quotas
from renditions_cli.simulation.timeline import Timeline
from renditions_cli.simulation.workflow import DYNAMODB, LAMBDA, SNS, Call, Step
from renditions_cli.simulation.workload import Original, Speeds, Workload

WRITE_UNITS = 4  # of one write: the record, and its entry in the index
MOST_SIMULATED = 10_000
START, TRANSITION = "start", "transition"  # what uploads can wait for, besides the services


@dataclass(frozen=True, slots=True)
class Deployed:
    """The steps of an execution, the memory in MB of each function that they call, and how long the calls take."""

    steps: tuple[Step, ...]
    memory: Mapping[str, int]
    speeds: Speeds = field(default_factory=Speeds)


@dataclass(slots=True)
class Image:
    """An upload on its way: its step, how many calls of the step are left, and whether a call was given up."""

    original: Original
    uploaded: float
    step: int = 0
    left: int = 0
    failed: bool = False


class Burst:
    """One run of a workload. The same ``seed`` gives the same run.

    At most MOST_SIMULATED uploads are simulated. Each stands for ``share`` uploads, and all quotas are divided by it.
    """

    def __init__(self, workload: Workload, deployed: Deployed, quotas: Quotas, seed: int = 1) -> None:
        self.workload, self.deployed, self.quotas = workload, deployed, quotas
        self.simulated = min(workload.uploads, MOST_SIMULATED)
        self.share = workload.uploads / self.simulated
        self.timeline = Timeline(self.share)
        self.refused: Counter[str] = Counter()  # calls, by service
        self.waited: dict[str, float] = defaultdict(
            float
        )  # seconds of all simulated uploads, by what they waited for
        self.transitions = 0
        self.function_seconds: dict[str, float] = defaultdict(float)
        left = quotas.scaled(self.share)
        self._starts = Bucket(left.start_bucket, left.start_rate)
        self._transitions = Bucket(left.transition_bucket, left.transition_rate)
        self._buckets = {
            DYNAMODB: (Bucket(max(left.writes, WRITE_UNITS), left.writes), WRITE_UNITS),
            SNS: (Bucket(max(left.publishes, 1), left.publishes), 1),
        }
        places = max(1, round(quotas.concurrency / self.share))
        self._slower = (
            places * self.share / quotas.concurrency
        )  # where a share of the places is no whole number
        self._functions = Functions(places, deployed.speeds.cold_start, self.share)
        self._queue: deque[tuple[Image, Call, float]] = deque()
        self._now = 0.0
        self._order: Iterator[int] = itertools.count()
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = random.Random(seed)  # noqa: S311 - repeatable

    def run(self, progress: Callable[[float], None] = lambda _: None) -> Timeline:
        """Run until every upload has its outcome. ``progress`` gets the share that has one, now and then."""
        between = self.workload.seconds / self.simulated
        for number in range(self.simulated):
            self._at(number * between, self._upload)
        done = 0
        while self._events:
            self._now, _, happen, arguments = heapq.heappop(self._events)
            happen(*arguments)
            ended = len(self.timeline.completed) + len(self.timeline.failed)
            if ended - done >= self.simulated / 100:
                done = ended
                progress(done / self.simulated)
        return self.timeline

    def _at(self, time: float, happen: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._events, (time, next(self._order), happen, arguments))

    def _upload(self) -> None:
        """EventBridge repeats a refused start for a day, so that starts wait for their turn."""
        self.timeline.uploaded.append(self._now)
        image = Image(self.workload.choose(self._numbers), self._now)
        begins = self._starts.wait(self._now)
        self.waited[START] += begins - self._now
        self._at(begins, self._enter, image)

    def _enter(self, image: Image) -> None:
        step = self.deployed.steps[image.step]
        image.left = len(step.calls)
        ready = max(self._transition() for _ in range(step.transitions))
        self.waited[TRANSITION] += ready - self._now
        for call in step.calls:
            self._at(ready, self._call, image, call, 0)

    def _transition(self) -> float:
        self.transitions += 1
        return self._transitions.wait(self._now)

    def _call(self, image: Image, call: Call, attempt: int) -> None:
        if image.failed:
            return  # another branch was given up, which ended this one
        seconds = self._begin(image, call)
        if seconds is None and call.service == LAMBDA and self.quotas.queues:
            self._queue.append((image, call, self._now))
        elif seconds is None:
            self._repeat(image, call, attempt)
        else:
            self._at(self._now + seconds, self._end, image, call)

    def _begin(self, image: Image, call: Call) -> float | None:
        """Begin a call. Return how long it takes, or None if the service refuses it."""
        if call.service != LAMBDA:
            bucket, units = self._buckets[call.service]
            return None if bucket.refuses(self._now, units) else self.deployed.speeds.service
        start = self._functions.start(self._now, call.target)
        if start is None:
            return None
        self.timeline.begun.append(self._now)
        work = self.deployed.speeds.function(
            image.original, call.rendition, self.deployed.memory[call.target]
        )
        self.function_seconds[call.target] += start + work
        return (start + work) * self._slower

    def _repeat(self, image: Image, call: Call, attempt: int) -> None:
        self.refused[call.service] += 1
        if attempt == call.retrier.attempts:
            image.failed = True
            self.timeline.failed.append(self._now)
            return
        wait = call.retrier.longest_wait(attempt)
        if call.retrier.jitter:
            wait *= self._numbers.random()
        self.waited[call.service] += wait
        self._at(self._transition() + wait, self._call, image, call, attempt + 1)

    def _end(self, image: Image, call: Call) -> None:
        if call.service == LAMBDA:
            self._functions.end(call.target)
            self.timeline.ended.append(self._now)
            if self._queue:
                waiting, next_call, since = self._queue.popleft()
                self.waited[LAMBDA] += self._now - since
                self._at(self._now, self._call, waiting, next_call, 0)
        image.left -= 1
        if image.left or image.failed:
            return
        image.step += 1
        if image.step < len(self.deployed.steps):
            self._enter(image)
        else:
            self.timeline.completed.append(self._now)
            self.timeline.latencies.append(self._now - image.uploaded)
