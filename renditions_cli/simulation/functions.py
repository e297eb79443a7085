"""Lambda: how many functions run at once, and how fast execution environments are added."""

from collections import defaultdict
from dataclasses import dataclass, field

from renditions_cli.simulation.buckets import Bucket
from renditions_cli.simulation.quotas import ENVIRONMENTS_AT_ONCE, ENVIRONMENTS_PER_SECOND


@dataclass(slots=True)
class Functions:
    """All functions of an account: ``concurrency`` run at once, an environment takes ``cold_start`` seconds to start.

    Each simulated call stands for ``share`` calls.
    """

    concurrency: int
    cold_start: float
    share: float = 1
    running: int = 0
    _idle: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _ramps: dict[str, Bucket] = field(default_factory=dict)

    def start(self, now: float, name: str) -> float | None:
        """Start a function. Return the seconds until its code runs, or None if Lambda refuses the call."""
        if self.running >= self.concurrency:
            return None
        if self._idle[name]:
            self._idle[name] -= 1
            self.running += 1
            return 0.0
        if self._ramp(name).refuses(now):
            return None
        self.running += 1
        return self.cold_start

    def end(self, name: str) -> None:
        """End a run of a function. Its environment stays and takes the next call."""
        self.running -= 1
        self._idle[name] += 1

    def _ramp(self, name: str) -> Bucket:
        if name not in self._ramps:
            size = max(1.0, ENVIRONMENTS_AT_ONCE / self.share)
            self._ramps[name] = Bucket(size, ENVIRONMENTS_PER_SECOND / self.share)
        return self._ramps[name]
