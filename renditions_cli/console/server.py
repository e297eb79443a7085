"""The sockets of the console: the standard library's server with threads, on 127.0.0.1."""

import socketserver
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qsl

from renditions_cli.console.application import Application
from renditions_cli.console.connection import Connection, Find
from renditions_cli.console.guard import HOST, Guard
from renditions_cli.console.messages import Request, Response, problem
from renditions_cli.errors import PortTaken

LARGEST_BODY = 65_536  # bytes
SECONDS_TO_END = 0.2
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """Serves an application. Its port is known before the application is made, which has to know it."""

    daemon_threads = True
    application: Application

    def server_bind(self) -> None:
        """Bind without the look-up of this machine's name, which can take seconds without a network."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that close a connection, as they do when a page is left. Report anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request and writes the response."""

    protocol_version = "HTTP/1.1"
    server_version = "renditions"
    sys_version = ""
    timeout = 60  # seconds for a connection without requests
    error_message_format = "%(code)d %(message)s\n"
    error_content_type = "text/plain"

    def do_GET(self) -> None:
        """Answer a GET request."""
        self.respond()

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def respond(self) -> None:
        """Answer the request."""
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows is not a request
            self.write(problem(413, "The request is too large."))
            return
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=path,
            query=dict(reversed(parse_qsl(query))),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )
        self.write(cast("Server", self.server).application(request))

    def write(self, response: Response) -> None:
        """Write a response with the headers that all responses have."""
        self.send_response(response.status)
        own = {"Content-Type": response.content_type, "Content-Length": str(len(response.body))}
        for name, value in {**HEADERS, **own, **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Write no log: the page asks every second."""


@contextmanager
def serving(find: Find, port: int, *, read_only: bool = False, listen: str = HOST) -> Iterator[Guard]:
    """Serve the console of the stack that ``find`` returns, in other threads, until the end of the block.

    ``port``: 0 for any free one. ``listen``: the address of this machine on which it listens. The value has the address
    for the browser. Raises PortTaken.
    """
    try:
        server = Server((listen, port), Handler)
    except OSError as error:
        raise PortTaken(
            f"Port {port} cannot be used: {error.strerror}. Choose another port, or 0 for a free one."
        ) from error
    guard = Guard(server.server_port)
    server.application = Application(Connection(find), guard, read_only)
    Thread(target=server.serve_forever, args=(SECONDS_TO_END,), daemon=True, name="console").start()
    try:
        yield guard
    finally:
        server.shutdown()
        server.server_close()
