"""Pillow's warnings kept out of the log, for several threads at once."""

import warnings
from threading import Lock
from typing import Any


class _Quiet:
    """As ``warnings.catch_warnings(action="ignore")``, which belongs to one thread.

    The filters of warnings are those of the whole process. Threads that each put back what they have found put back
    one another's silence, and it stays. So the first one to enter silences, and the last one to leave restores.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._filters: warnings.catch_warnings[Any] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._filters is None:
                self._filters = warnings.catch_warnings(action="ignore")
                self._filters.__enter__()
            self._inside += 1

    def __exit__(self, *fault: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._filters is not None and not self._inside:
                self._filters.__exit__(None, None, None)
                self._filters = None


QUIET = _Quiet()
