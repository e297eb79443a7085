"""Token buckets, as AWS describes its throttling: one that lets callers wait, and one that refuses them."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """``size`` tokens, to which ``rate`` per second are added. Times are in seconds and never go back."""

    size: float
    rate: float
    tokens: float = field(init=False)
    at: float = 0

    def __post_init__(self) -> None:
        self.tokens = self.size

    def refuses(self, now: float, tokens: float = 1) -> bool:
        """Take ``tokens`` if they are there. Return True if they are not."""
        self._fill(now)
        if self.tokens < min(tokens, self.size):
            return True
        self.tokens -= tokens
        return False

    def wait(self, now: float) -> float:
        """Take a token, in the order of the calls, and return when it is there."""
        self._fill(now)
        self.tokens -= 1
        return now if self.tokens >= 0 else now - self.tokens / self.rate

    def _fill(self, now: float) -> None:
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
