"""A proxy in front of the emulator that injects faults into calls.

It forwards every request as it was signed, including the Host header, so that signatures stay valid. The first rule
that matches a call decides its fault. ``weather`` decides the faults of all other calls.
"""

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.faults.calls import Call, Response, read
from tests.faults.faults import ConnectionBroken, Fault, Rule, Untouched

HOST = "127.0.0.1"
# They belong to one connection, not to the request.
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}
# A reset instead of an orderly end when the socket is closed.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Weather = Callable[[Call], Fault]


class Proxy:
    """The running proxy. ``upstream`` is the emulator's port, which may be set before it listens."""

    def __init__(self, upstream: int = 0) -> None:
        self.upstream = upstream
        self.calls: list[Call] = []
        self.weather: Weather = lambda _call: Untouched()
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.url = f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def disturbed(self, *rules: Rule) -> Iterator[None]:
        """Apply the rules within the block. Each must match at least one call, or the case is not what it claims."""
        with self._lock:
            self._rules = [*rules, *self._rules]
        yield
        with self._lock:
            self._rules = [rule for rule in self._rules if rule not in rules]
        unused = [rule for rule in rules if not rule.happened]
        assert not unused, f"never matched: {unused}"

    def mentioning(self, text: str) -> list[Call]:
        """Return the calls so far that contain ``text``."""
        with self._lock:
            return [call for call in self.calls if text in call.text]

    def fault_of(self, call: Call) -> Fault:
        """Return the fault for this call."""
        with self._lock:
            self.calls.append(call)
            rule = next((one for one in self._rules if one.takes(call)), None)
        return rule.fault if rule else self.weather(call)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, proxy: Proxy) -> None:
        super().__init__((HOST, 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore callers that disconnect, as a killed function does."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            raise NotImplementedError(
                "The proxy does not support chunked requests, which no AWS client here sends."
            )
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = read(self.command, self.path, dict(self.headers), body)
        try:
            self._give(self.server.proxy.fault_of(call).answer(call, lambda: self._forward(body)))
        except ConnectionBroken as broken:
            self._break_off(broken)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _forward(self, body: bytes) -> Response:
        upstream = http.client.HTTPConnection(HOST, self.server.proxy.upstream, timeout=120)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            return Response(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            upstream.close()

    def _give(self, response: Response, announced: int | None = None) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        # The response to a HEAD has a Content-Length, but no body.
        own = next((v for n, v in response.headers.items() if n.lower() == "content-length"), None)
        length = own if self.command == "HEAD" and own else str(announced or len(response.body))
        if response.status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(response.body)

    def _break_off(self, broken: ConnectionBroken) -> None:
        if broken.sent:
            self._give(broken.sent, broken.announced)
            self.wfile.flush()
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR if broken.sent else socket.SHUT_RD)
        self.connection.close()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - http.server's name
        """Do not log each request."""
