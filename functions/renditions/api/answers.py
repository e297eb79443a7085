"""The errors that the API answers with, and JSON answers."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

JSON = "application/json"
# An answer is about one user and one moment, so nothing between here and the user may keep it.
HEADERS = {"Cache-Control": "no-store"}


class RequestError(Exception):
    """A request that the API refuses. The message is for the user: what is wrong, and what to do."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def bad_request(code: str, message: str) -> RequestError:
    """Return the error for a request with a wrong value."""
    return RequestError(HTTPStatus.BAD_REQUEST, code, message)


def not_found() -> RequestError:
    """Return the error for an image that does not exist or belongs to someone else: nobody can tell which."""
    return RequestError(
        HTTPStatus.NOT_FOUND, "NotFound", "There is no such image. It may have been deleted: reload the list."
    )


def answer(status: HTTPStatus, body: Any) -> Response[str]:
    """Return a JSON answer."""
    return Response(status.value, JSON, json.dumps(body, ensure_ascii=False), HEADERS)


def error(status: HTTPStatus, code: str, message: str) -> Response[str]:
    """Return an error in the one form that all errors of the API have."""
    return answer(status, {"error": {"code": code, "message": message}})
