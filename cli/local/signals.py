"""What the signals that end a program do while a stack runs, and while it is taken down."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | int


@contextmanager
def signals_as_exit() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the program as an exception does, so that everything is cleaned up."""
    with _handlers(_exit, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore the signals that end a program: for cleaning up, which is short, and must not be left half done."""
    with _handlers(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def _handlers(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only there may handlers be set
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
