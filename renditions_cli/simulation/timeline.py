"""When the uploads of a simulation came and ended, and how much was running."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Moment:
    """The state at ``seconds`` after the first upload. ``waiting`` uploads have no outcome yet."""

    seconds: float
    uploaded: float
    completed: float
    failed: float
    waiting: float
    running: float


@dataclass(slots=True)
class Timeline:
    """Moments in seconds after the first upload, each list in order. Each entry stands for ``share`` uploads."""

    share: float = 1
    uploaded: list[float] = field(default_factory=list)
    completed: list[float] = field(default_factory=list)
    failed: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """When the last upload has its outcome."""
        return max((*self.completed[-1:], *self.failed[-1:]), default=0.0)

    def at(self, seconds: float) -> Moment:
        """Return the state at a moment."""
        uploaded, completed, failed, begun, ended = (
            bisect_right(one, seconds) * self.share
            for one in (self.uploaded, self.completed, self.failed, self.begun, self.ended)
        )
        return Moment(seconds, uploaded, completed, failed, uploaded - completed - failed, begun - ended)

    def moments(self, number: int) -> list[Moment]:
        """Return the states at ``number`` + 1 moments from the first upload to the last outcome."""
        return [self.at(self.seconds * one / number) for one in range(number + 1)]

    def latency(self, percent: float) -> float:
        """Return the seconds from upload to notice that ``percent`` of the completed uploads did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0
