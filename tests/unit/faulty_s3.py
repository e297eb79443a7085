"""An HTTP server that responds like S3 when it is busy, broken or denies access. moto cannot simulate that."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{}</Code><Message>Simulated.</Message></Error>'


@dataclass(frozen=True)
class Answer:
    """A response. ``missing`` bytes are in its Content-Length but are never sent."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0


def error(status: int, code: str) -> Answer:
    """S3's response to a request that it cannot or will not serve."""
    return Answer(status, _ERROR.format(code).encode(), {"Content-Type": "application/xml"})


@dataclass
class FaultyS3:
    """The running server: its endpoint, and how many requests it has received."""

    endpoint: str
    requests: int = 0


@contextmanager
def serving(*answers: Answer | None) -> Iterator[FaultyS3]:
    """Send ``answers`` in turn, and repeat the last one. None: close the connection without a response."""
    served = FaultyS3("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = answers[min(served.requests, len(answers) - 1)]
            served.requests += 1
            self.close_connection = True
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if answer is not None:
                self.send(answer)

        def do_PUT(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.missing))
            self.send_header("Connection", "close")  # or the client may reuse a connection that is closing
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
