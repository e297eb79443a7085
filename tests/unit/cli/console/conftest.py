"""The console of a stack on moto's server, asked without sockets."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cli.aws.stack import Stack
from cli.console.application import Application
from cli.console.connection import Connection
from cli.console.guard import Guard
from cli.console.messages import Request, Response

TOKEN = "secret"
PORT = 4580
OWN = {"host": f"127.0.0.1:{PORT}", "authorization": f"Bearer {TOKEN}"}

Ask = Callable[..., Response]


@pytest.fixture
def application(stack: Stack) -> Application:
    return Application(Connection(lambda: stack), Guard(PORT, TOKEN))


@pytest.fixture
def ask(application: Application) -> Ask:
    """Send a request as the page does: GET with a query, or POST with a document."""

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


def answer(response: Response) -> Any:
    """Return the document of a response that succeeded."""
    assert response.status == 200, response.body
    return json.loads(response.body)


def error(response: Response) -> tuple[int, str]:
    """Return the status and the sentence of a response that did not."""
    return response.status, json.loads(response.body)["error"]
