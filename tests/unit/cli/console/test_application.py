"""Routes, static files, and errors as sentences."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from renditions_cli.aws.sdk_errors import EXPIRED
from renditions_cli.aws.stack import Stack
from renditions_cli.console.application import READ_ONLY, UNEXPECTED, Application
from renditions_cli.console.connection import Connection
from renditions_cli.console.guard import Guard
from renditions_cli.console.messages import Request
from renditions_cli.errors import StackError, StackNotFound
from tests.unit.cli.console.conftest import OWN, PORT, TOKEN, Ask, answer, described_stack, error

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_the_page_is_served_without_the_token(ask: Ask) -> None:
    response = ask("/", authorization=None)
    assert (response.status, response.content_type) == (200, "text/html; charset=utf-8")
    assert b"/modules/main.js" in response.body


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py", "/modules/../../server.py", "/./index.html", "//etc/passwd", "/modules/", "/modules",
        "/..%2fserver.py", "/modules/nothing.js", "/vendor/vendored.json", "/__init__.py", "/\0.js",
        "/a\\b.js", "//[.js", "http://example.com/modules/main.js",
    ],
)  # fmt: skip
def test_no_other_file_is_served(ask: Ask, path: str) -> None:
    assert ask(path).status == 404


def test_the_page_knows_the_stack(ask: Ask) -> None:
    told = answer(ask("/api/stack"))
    assert told["machines"] == [
        "image_pipeline",
        "execution_failed",
    ]  # the one of an older version, without deletions
    assert (told["uploads_bucket"], told["is_local"]) == ("in", True)


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/redrive"])
def test_an_address_that_does_not_exist_is_a_sentence(ask: Ask, path: str) -> None:
    assert error(ask(path)) == (404, "There is no such address.")


@pytest.mark.parametrize("path", ["/api/redrive", "/api/start-again", "/api/stop"])
def test_a_console_that_only_looks_refuses_every_action(path: str) -> None:
    application = Application(Connection(described_stack), Guard(PORT, TOKEN), read_only=True)
    assert error(application(Request("POST", path, headers=OWN, body=b'{"arn": "a:execution:b"}'))) == (
        403,
        READ_ONLY,
    )


def test_the_stack_is_found_again_after_an_error() -> None:
    found: Iterator[Stack | StackError] = iter([StackError(EXPIRED), described_stack()])

    def find() -> Stack:
        one = next(found)
        if isinstance(one, Exception):
            raise one
        return one

    application = Application(Connection(find), Guard(PORT, TOKEN))
    request = Request("GET", "/api/stack", headers=OWN)
    assert error(application(request)) == (502, EXPIRED)
    assert application(request).status == 200
    assert application(request).status == 200  # without finding it a third time


def test_a_stack_that_does_not_answer_is_a_sentence() -> None:
    def find() -> Stack:
        raise StackNotFound("No local stack is running.")

    application = Application(Connection(find), Guard(PORT, TOKEN))
    request = Request("GET", "/api/executions", {"machine": "image_pipeline"}, OWN)
    assert error(application(request)) == (502, "No local stack is running.")


def test_a_service_that_cannot_be_reached_is_a_sentence(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr("renditions_cli.console.application.machines", refuse)
    status, sentence = error(ask("/api/stack"))
    assert (status, sentence.split(".")[0]) == (502, "Could not connect to http://127")


def test_our_own_mistake_does_not_end_the_server(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renditions_cli.console.application.machines", lambda _: 1 / 0)
    assert error(ask("/api/stack")) == (500, UNEXPECTED)
