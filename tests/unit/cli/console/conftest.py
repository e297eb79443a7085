"""The console, asked without sockets: of a stack on moto's server, or of one that is only described."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.console.application import Application
from renditions_cli.console.connection import Connection
from renditions_cli.console.guard import Guard
from renditions_cli.console.messages import Request, Response

TOKEN = "secret"
PORT = 4580
OWN = {"host": f"127.0.0.1:{PORT}", "authorization": f"Bearer {TOKEN}"}

Ask = Callable[..., Response]


def described_stack() -> Stack:
    """Return a stack that makes no requests."""
    client = SimpleNamespace(meta=SimpleNamespace(endpoint_url="http://127.0.0.1:1"))
    session = SimpleNamespace(region_name="us-east-1", client=lambda _name, **_options: client)
    outputs = Outputs(
        "in", "made", "images", "arn:pipeline", "arn:failed", "topic", "queue", "aside", "https://console"
    )
    return Stack(outputs, cast("Any", session))


def asking(stack: Stack) -> Ask:
    """Return a function that sends a request as the page does: GET with a query, or POST with a document."""
    application = Application(Connection(lambda: stack), Guard(PORT, TOKEN))

    def send(path: str, query: Any = None, document: Any = None, **headers: str | None) -> Response:
        sent = {**OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return application(
            Request(
                method="GET" if document is None else "POST",
                path=path,
                query=query or {},
                headers={name: value for name, value in sent.items() if value is not None},
                body=json.dumps(document).encode() if document is not None else b"",
            )
        )

    return send


@pytest.fixture
def ask_about(stack: Stack) -> Ask:
    """Ask the console of a stack on moto's server."""
    return asking(stack)


@pytest.fixture
def ask() -> Ask:
    """Ask the console of a stack that is only described."""
    return asking(described_stack())


def answer(response: Response) -> Any:
    """Return the document of a response that succeeded."""
    assert response.status == 200, response.body
    return json.loads(response.body)


def error(response: Response) -> tuple[int, str]:
    """Return the status and the sentence of a response that did not."""
    return response.status, json.loads(response.body)["error"]
