"""The share of calls that come to grief, each in some way; the same ones whenever the same seed is used."""

import re
import threading
from collections import Counter
from random import Random

from tests.faults.calls import DOWN, Call
from tests.faults.faults import THROTTLED, CutBody, Delay, Fault, Refused, ReplyLost, Reset, Untouched

WAYS: list[Fault] = [THROTTLED, THROTTLED, Refused(DOWN), Reset(), ReplyLost(), CutBody(), Delay(0.5)]
_KEY = re.compile(r"soak/\d{6}\.jpg")


class Weather:
    """Decides the fate of each call; ``share`` of them, 0 to 1, is bad. Counts what it did by name."""

    def __init__(self, seed: int, share: float) -> None:
        self.given: Counter[str] = Counter()
        self._seed = seed
        self._share = share
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Fault:
        found = _KEY.search(call.text)
        about = f"{call} {found[0] if found else ''}"
        with self._lock:
            self._seen[about] += 1
            # Of the call's own number, not of the order in which calls of different images happen to come.
            random = Random(f"{self._seed} {about} {self._seen[about]}")  # noqa: S311 - reproducible on purpose
            if random.random() >= self._share:
                return Untouched()
            fault = random.choice(WAYS)
            self.given[type(fault).__name__ if not isinstance(fault, Refused) else _named(fault)] += 1
        return fault


def _named(fault: Refused) -> str:
    return "Throttled" if fault == THROTTLED else "Refused"
