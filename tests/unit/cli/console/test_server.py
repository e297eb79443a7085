"""The console on a real socket."""

import http.client
import socket
import struct
import time

import pytest

from renditions_cli.console.server import serving
from renditions_cli.errors import PortTaken
from tests.unit.cli.console.conftest import described_stack


def test_every_response_forbids_scripts_and_frames_of_others() -> None:
    with serving(described_stack, port=0) as guard:
        connection = http.client.HTTPConnection("127.0.0.1", guard.port, timeout=10)
        for path, status in (("/", 200), ("/api/stack", 401), ("/nothing", 404)):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            policy = response.headers["Content-Security-Policy"]
            assert response.status == status
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"
        connection.close()


def test_the_server_listens_on_this_machine_only_and_ends_with_its_block() -> None:
    with serving(described_stack, port=0) as guard, pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", guard.port), timeout=2)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", guard.port), timeout=2)


def test_a_port_that_is_in_use_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} cannot be used"), serving(described_stack, port):
            pass


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/stop HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"POST /api/stop HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /api/stop HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_a_body_that_is_too_large_or_of_unknown_length_is_not_read(head: bytes) -> None:
    with (
        serving(described_stack, port=0) as guard,
        socket.create_connection(("127.0.0.1", guard.port)) as one,
    ):
        one.settimeout(10)
        one.sendall(head)
        assert b" 413 " in one.recv(4096)


def test_what_is_no_request_gets_plain_text() -> None:
    with (
        serving(described_stack, port=0) as guard,
        socket.create_connection(("127.0.0.1", guard.port)) as one,
    ):
        one.settimeout(10)
        one.sendall(b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n")
        received = one.recv(4096)
        assert b"text/plain" in received
        assert b"text/html" not in received


def test_a_browser_that_goes_away_leaves_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(described_stack, port=0) as guard:
        one = socket.create_connection(("127.0.0.1", guard.port))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets
        one.sendall(b"GET /vendor/dagre/dagre.esm.js HTTP/1.1\r\n")
        one.close()
        time.sleep(0.1)
    assert capsys.readouterr().err == ""
