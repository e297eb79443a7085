"""What can happen to a call on its way: the vocabulary of the tests and of `make soak`."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.calls import BUSY, DOWN, Call, Response, refusal

Forward = Callable[[], Response]


class ConnectionBroken(Exception):  # noqa: N818 - it is what happens to the caller, not an error of ours
    """The proxy hangs up at this point. ``sent`` is what the caller still gets, ``announced`` what it was promised."""

    def __init__(self, sent: Response | None = None, announced: int = 0) -> None:
        super().__init__("The connection was broken.")
        self.sent = sent
        self.announced = announced


class Fault(Protocol):
    """Answers a call; ``forward`` lets the service carry it out. Raises ConnectionBroken."""

    def answer(self, call: Call, forward: Forward) -> Response: ...


@dataclass(frozen=True)
class Refused:
    """The service answers an error, each in its own words, and has done nothing."""

    says: Mapping[str, tuple[int, str]]

    def answer(self, call: Call, forward: Forward) -> Response:
        return refusal(call, self.says)


@dataclass(frozen=True)
class Reset:
    """The connection is reset before the service has seen the call."""

    def answer(self, call: Call, forward: Forward) -> Response:
        raise ConnectionBroken


@dataclass(frozen=True)
class ReplyLost:
    """The service does what it is asked for; then the connection is reset before its reply."""

    def answer(self, call: Call, forward: Forward) -> Response:
        forward()
        raise ConnectionBroken


@dataclass(frozen=True)
class CutBody:
    """The reply announces all of its body and breaks off in its middle."""

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
    """A fault for the calls of one service and operation that mention a text: from the ``first`` on, ``times``.

    An empty service, operation or text matches all. ``happened`` counts how often the fault was given.
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
        """Whether this call gets the fault; counts it."""
        if self.service not in ("", call.service) or self.operation not in ("", call.operation):
            return False
        if self.mentioning not in call.text:
            return False
        self._seen += 1
        mine = self.first <= self._seen < self.first + self.times
        self.happened += mine
        return mine
