"""The faults that the proxy injects into calls, for the tests and for `make soak`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.calls import BUSY, DOWN, Call, Response, refusal

Forward = Callable[[], Response]


class ConnectionBroken(Exception):  # noqa: N818 - it is an event, not an error of ours
    """The proxy closes the connection. ``sent`` still reaches the caller, ``announced`` is its Content-Length."""

    def __init__(self, sent: Response | None = None, announced: int = 0) -> None:
        super().__init__("The connection was broken.")
        self.sent = sent
        self.announced = announced


class Fault(Protocol):
    """Answers a call. ``forward`` lets the service carry it out. Raises ConnectionBroken."""

    def answer(self, call: Call, forward: Forward) -> Response: ...


@dataclass(frozen=True)
class Refused:
    """The service returns an error in its own format, and does nothing."""

    says: Mapping[str, tuple[int, str]]

    def answer(self, call: Call, forward: Forward) -> Response:
        return refusal(call, self.says)


@dataclass(frozen=True)
class Reset:
    """The connection is reset before the call reaches the service."""

    def answer(self, call: Call, forward: Forward) -> Response:
        raise ConnectionBroken


@dataclass(frozen=True)
class ReplyLost:
    """The service carries out the call, then the connection is reset before its reply."""

    def answer(self, call: Call, forward: Forward) -> Response:
        forward()
        raise ConnectionBroken


@dataclass(frozen=True)
class CutBody:
    """The reply ends in the middle of its body."""

    def answer(self, call: Call, forward: Forward) -> Response:
        whole = forward()
        half = Response(whole.status, whole.headers, whole.body[: len(whole.body) // 2])
        raise ConnectionBroken(half, len(whole.body))


@dataclass(frozen=True)
class Delay:
    """The call takes ``seconds`` longer."""

    seconds: float

    def answer(self, call: Call, forward: Forward) -> Response:
        time.sleep(self.seconds)
        return forward()


@dataclass(frozen=True)
class Meanwhile:
    """Something else happens first, while the call is on its way."""

    event: Callable[[], object]

    def answer(self, call: Call, forward: Forward) -> Response:
        self.event()
        return forward()


@dataclass(frozen=True)
class Untouched:
    """No fault."""

    def answer(self, call: Call, forward: Forward) -> Response:
        return forward()


OUT_OF_ORDER = Refused(DOWN)
THROTTLED = Refused(BUSY)


@dataclass
class Rule:
    """A fault for ``times`` calls of a service and operation with a text in them, from the ``first`` one on.

    An empty service, operation or text matches all. ``happened`` counts how often the fault was injected.
    """

    fault: Fault
    service: str = ""
    operation: str = ""
    mentioning: str = ""
    first: int = 1
    times: int = 1
    happened: int = field(default=0, init=False)
    _seen: int = field(default=0, init=False)

    def takes(self, call: Call) -> bool:
        """Return whether this call gets the fault, and count it."""
        if self.service not in ("", call.service) or self.operation not in ("", call.operation):
            return False
        if self.mentioning not in call.text:
            return False
        self._seen += 1
        chosen = self.first <= self._seen < self.first + self.times
        self.happened += chosen
        return chosen
