"""The runtime client in Python, which macOS needs: what it says to the Lambda runtime API."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from renditions_cli.local.portable import runtime_client

API = "/2018-06-01/runtime/invocation"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    """Serve the runtime API: one event, and 500 for the invocation ``gone``. Returns what it is asked."""
    requests: list[tuple[Any, ...]] = []

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append((self.path, self.headers["User-Agent"]))
            self.answer(200, b'{"n": 1}')

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            cause = self.headers["Lambda-Runtime-Function-XRay-Error-Cause"]
            requests.append((self.path, body, self.headers["Content-Type"], cause))
            self.answer(500 if "gone" in self.path else 202, b"")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("lambda-runtime-aws-request-id", "one")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", f"127.0.0.1:{server.server_port}")
    yield requests
    server.shutdown()
    server.server_close()


def test_an_event_is_fetched_and_answered(asked: list[tuple[Any, ...]]) -> None:
    runtime_client.initialize_client("aws-lambda-python/3")
    event, headers = runtime_client.next()
    assert (event, headers.get("Lambda-Runtime-Aws-Request-Id")) == (b'{"n": 1}', "one")
    assert headers.get("Lambda-Runtime-Client-Context") is None
    runtime_client.post_invocation_result("one", b"{}", "application/json", None)
    runtime_client.post_error("one", '{"errorType": "Zoë"}', "{}", None)
    assert asked == [
        (f"{API}/next", "aws-lambda-python/3"),
        (f"{API}/one/response", b"{}", "application/json", None),
        (f"{API}/one/error", '{"errorType": "Zoë"}'.encode(), "application/json", "{}"),
    ]


def test_a_refused_answer_is_an_error(asked: list[tuple[Any, ...]]) -> None:
    with pytest.raises(RuntimeError, match="gone/response with 500"):
        runtime_client.post_invocation_result("gone", b"{}", "application/json")


def test_it_has_what_awslambdaric_calls() -> None:
    """A new name in the compiled part would be missing on macOS."""
    compiled = pytest.importorskip("runtime_client", reason="it exists on Linux only")
    assert {name for name in dir(compiled) if not name.startswith("_")} <= set(dir(runtime_client))
