"""The services that the state machines call, at one address: moto, with outcomes that a case can script.

Every engine sends its calls here over HTTP. A call of a Task state (lambda:Invoke, dynamodb:UpdateItem, sns:Publish)
gets the next outcome that the case scripted for that state. Without one, the real handler or moto answers.
"""

import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from tests.renditions import state_name
from tests.statemachine import definitions
from tests.statemachine.functions import Handler, invoke
from tests.statemachine.outcomes import Answer, Call, Done, Outcome

# Five states invoke the same function, each with its own reason.
_TIDYING = {
    "superseded": "RetireSuperseded",
    "rejected": "RetireLeftovers",
    "lost": "RetireOwnRenditions",
    "deleted": "RemoveRenditions",
    "settled": "TidyRenditions",
}
# The one write by a function: that of ValidateImage with ContextKeys.
_NOTED = "SET context = :context"
_STARTED = b'"name": "restored-'
# An Express execution starts image_pipeline under its own name. The tests start the Express machine itself.
_HANDED_OVER, _EXPRESS_MACHINE = b'"name": "express-', b":renditions-express-"
_INVOCATION = re.compile(r"/2015-03-31/functions/(?P<function>[^/]+)/invocations")


class Script:
    """The outcomes of the calls of each state, in order. Every call after them is ``Done``.

    ``keys`` are the originals of this case.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.keys: set[str] = set()
        self._waiting: dict[str, deque[Outcome]] = defaultdict(deque)
        self._given: dict[str, Outcome] = {}
        self._lock = threading.Lock()

    def add(self, state: str, outcomes: Iterable[Outcome]) -> None:
        self._waiting[state].extend(outcomes)

    def take(self, call: Call) -> Outcome:
        """Return the outcome of this call. If an SDK repeats a call, it gets the same outcome again."""
        if call.service == "Lambda" and call.key not in self.keys:
            return Done()  # from an earlier case, by a branch that was still running when another one failed
        with self._lock:
            if call.invocation_id in self._given:
                return self._given[call.invocation_id]
            self.calls.append(call)
            waiting = self._waiting[call.state]
            outcome: Outcome = waiting.popleft() if waiting else Done()
            if call.invocation_id:
                self._given[call.invocation_id] = outcome
            return outcome

    def unused(self) -> dict[str, int]:
        """Return the number of unused outcomes by state: the execution did not go where the case expects."""
        return {state: len(left) for state, left in self._waiting.items() if left}


class _Moto(DomainDispatcherApplication):  # type: ignore[misc] # moto carries no types
    """Moto's services. Which of them a request is for is looked up once: moto lists its folder for each request."""

    get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)


class Services:
    """An HTTP server in this process. ``states`` maps what a call sends to its state: see ``definitions.mark_of``."""

    def __init__(self, states: Mapping[str, str], host: str, port: int) -> None:
        self.script = Script()
        self.handlers: Mapping[str, Handler] = {}
        self.states = dict(states)
        self._moto = _Moto(create_backend_app)
        self._server = make_server(host, port, self._serve, threaded=True, request_handler=MotoRequestHandler)
        self.port: int = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        call = self._call_of(request, body)
        if call is None:
            environ["wsgi.input"] = BytesIO(body)
            response: Iterable[bytes] = self._moto(environ, start_response)
            return response
        answer = self.script.take(call).answer(call, lambda: self._really(call, environ, body))
        return Response(answer.body, answer.status, dict(answer.headers))(environ, start_response)

    def _really(self, call: Call, environ: dict[str, Any], body: bytes) -> Answer:
        if call.service == "Lambda":
            return invoke(self.handlers[call.function], call.sent)
        environ["wsgi.input"] = BytesIO(body)
        chunks, status, headers = run_wsgi_app(self._moto, environ, buffered=True)
        return Answer(int(status.split()[0]), b"".join(chunks), dict(headers))

    def _call_of(self, request: Request, body: bytes) -> Call | None:
        """Return the call of a Task state, or None for a request of the tests themselves."""
        trace = request.headers.get("amz-sdk-invocation-id", "")
        if found := _INVOCATION.fullmatch(unquote(request.path)):
            function, sent = found["function"].split(":")[-1], json.loads(body)
            return Call(_invoking(function, sent), "Lambda", function, sent, trace)
        if request.headers.get("X-Amz-Target", "").endswith(".UpdateItem"):
            sent = json.loads(body)
            if sent["UpdateExpression"].startswith(_NOTED):
                return None
            return Call(self.states[definitions.mark_of(sent)], "DynamoDB", "", sent, trace)
        if b"Action=Publish" in body:
            sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return Call(self.states[sent["Subject"]], "SNS", "", sent, trace)
        if state := _starting(request.headers.get("X-Amz-Target", ""), body):
            return Call(state, "StepFunctions", "", json.loads(body), trace)
        return None


def _starting(target: str, body: bytes) -> str:
    """Return the state that starts an execution; nothing if a test does."""
    if not target.endswith(".StartExecution"):
        return ""
    if _STARTED in body:
        return "StartProcessing"
    return "StartStandard" if _HANDED_OVER in body and _EXPRESS_MACHINE not in body else ""


def _invoking(function: str, sent: Mapping[str, Any]) -> str:
    """Return the state that invoked a function with ``sent``."""
    if "rendition" in sent:
        return state_name(str(sent["rendition"]))
    if function == "ConfirmDeleted" and "time" not in sent:
        return "ConfirmGone"
    return _TIDYING[sent["because"]] if "because" in sent else function
