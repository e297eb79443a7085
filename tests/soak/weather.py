"""The random faults of a soak. The same seed injects the same faults."""

import re
import threading
from collections import Counter
from random import Random

from tests.faults.calls import DOWN, Call
from tests.faults.faults import THROTTLED, CutBody, Delay, Fault, Refused, ReplyLost, Reset, Untouched

WAYS: list[Fault] = [THROTTLED, THROTTLED, Refused(DOWN), Reset(), ReplyLost(), CutBody(), Delay(0.5)]
_KEY = re.compile(r"soak/\d{6}\.jpg")


class Weather:
    """Decides the fault of each call. ``share`` of them, 0 to 1, gets one. Counts the injected faults by name."""

    def __init__(self, seed: int, share: float) -> None:
        self.injected: Counter[str] = Counter()
        self._seed = seed
        self._share = share
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Fault:
        found = _KEY.search(call.text)
        about = f"{call} {found[0] if found else ''}"
        with self._lock:
            self._seen[about] += 1
            # Depends on the number of the call for this image, not on the order of calls for different images.
            random = Random(f"{self._seed} {about} {self._seen[about]}")  # noqa: S311 - reproducible on purpose
            if random.random() >= self._share:
                return Untouched()
            fault = random.choice(WAYS)
            self.injected[type(fault).__name__ if not isinstance(fault, Refused) else _named(fault)] += 1
        return fault


def _named(fault: Refused) -> str:
    return "Throttled" if fault == THROTTLED else "Refused"
