"""Keeping Pillow's warnings out of the log, in several threads at once."""

import warnings
from threading import Lock
from typing import Any


class _Silence:
    """Like ``warnings.catch_warnings(action="ignore")``, but safe to use in several threads.

    The filters of warnings are those of the process. If each thread restored the filters that it found, they could
    restore the silence of one another, and it would stay. So the first to enter silences, and the last to leave
    restores.
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


SILENCED = _Silence()
