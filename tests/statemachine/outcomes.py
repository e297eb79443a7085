"""The outcomes of a call from a Task state, with which a case writes its script."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4
from xml.sax.saxutils import escape

from renditions.contracts import TidyRequest


@dataclass(frozen=True)
class Call:
    """One call of a Task state. ``service`` is Lambda, DynamoDB or SNS, ``function`` is for Lambda only."""

    state: str
    service: str
    function: str
    sent: Mapping[str, Any]
    invocation_id: str

    @property
    def key(self) -> str:
        """The key of the original that a Lambda invocation is about."""
        if "because" in self.sent:
            return TidyRequest.from_event(self.sent).key
        found: str = (self.sent.get("image") or self.sent["detail"]["object"])["key"]
        return found


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Really = Callable[[], Answer]


class Outcome(Protocol):
    """Answers a call. ``really`` carries it out."""

    def answer(self, call: Call, really: Really) -> Answer: ...


@dataclass(frozen=True)
class Done:
    """The service carries out the call."""

    def answer(self, call: Call, really: Really) -> Answer:
        return really()


@dataclass(frozen=True)
class Refused:
    """The service refuses the call, in the format of that service."""

    code: str
    status: int = 400

    def answer(self, call: Call, really: Really) -> Answer:
        if call.service == "SNS":
            return self._as_xml()
        body = {
            "__type": f"com.amazonaws.{call.service.lower()}#{self.code}",
            "message": "Scripted.",
            "Message": "Scripted.",
        }
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-ErrorType": self.code,
            "x-amzn-RequestId": str(uuid4()),
        }
        return Answer(self.status, json.dumps(body).encode(), headers)

    def _as_xml(self) -> Answer:
        kind = "Sender" if self.status < 500 else "Receiver"
        body = (
            '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>'
            f"<Type>{kind}</Type><Code>{escape(self.code)}</Code><Message>Scripted.</Message></Error>"
            f"<RequestId>{uuid4()}</RequestId></ErrorResponse>"
        )
        return Answer(self.status, body.encode(), {"Content-Type": "text/xml"})


@dataclass(frozen=True)
class Raised:
    """The function ran and raised. The payload has the format of Lambda."""

    error: str
    message: str = "Scripted."

    def answer(self, call: Call, really: Really) -> Answer:
        payload = {
            "errorMessage": self.message,
            "errorType": self.error,
            "requestId": str(uuid4()),
            "stackTrace": [
                '  File "/var/task/renditions/handlers/scripted.py", line 1, in handler\n    raise\n'
            ],
        }
        return Answer(
            200,
            json.dumps(payload).encode(),
            {"X-Amz-Function-Error": "Unhandled", "X-Amz-Executed-Version": "$LATEST"},
        )


@dataclass(frozen=True)
class ReplyLost:
    """The service carries out the call, but the reply is lost: the caller sees a server error."""

    code: str = "InternalServerError"

    def answer(self, call: Call, really: Really) -> Answer:
        really()
        return Refused(self.code, 500).answer(call, really)


@dataclass(frozen=True)
class Twice:
    """The service carries out the call twice, as AWS may do in an Express execution. The second answer counts."""

    def answer(self, call: Call, really: Really) -> Answer:
        really()
        return really()


@dataclass(frozen=True)
class After:
    """Something else happens first, while the call is on its way. Then ``then`` answers the call."""

    event: Callable[[], object]
    then: Outcome = field(default_factory=Done)

    def answer(self, call: Call, really: Really) -> Answer:
        self.event()
        return self.then.answer(call, really)


@dataclass(frozen=True)
class Silent:
    """The service does nothing and answers only after ``seconds``, when the caller has timed out."""

    seconds: float = 1.5

    def answer(self, call: Call, really: Really) -> Answer:
        time.sleep(self.seconds)
        return Refused("InternalError", 500).answer(call, really)


THROTTLED = {
    "Lambda": Refused("TooManyRequestsException", 429),
    "DynamoDB": Refused("ProvisionedThroughputExceededException"),
    "SNS": Refused("Throttling"),
}
BROKEN = {
    "Lambda": Refused("ServiceException", 500),
    "DynamoDB": Refused("InternalServerError", 500),
    "SNS": Refused("InternalError", 500),
}
KILLED = Raised("Runtime.ExitError", "RequestId: 00000000 Error: Runtime exited with error: signal: killed")
BUG = Raised("KeyError", "'width'")
