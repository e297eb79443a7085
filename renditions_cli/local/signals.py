"""The signals that end a program: while a stack runs, and while it stops."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int


@contextmanager
def signals_as_exit() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP (a closed terminal) into SystemExit, so that everything is cleaned up."""
    with _handlers(_exit, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def signals_ignored() -> Iterator[None]:
    """Ignore the signals that end a program, so that a short cleanup is not interrupted."""
    with _handlers(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _handlers(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # handlers can be set only there
        yield
        return
    previous = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in previous.items():
            signal.signal(number, earlier)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
