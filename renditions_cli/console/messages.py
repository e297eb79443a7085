"""A request and its response, without sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from renditions_cli.errors import CliError

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. Names in ``headers`` are in lower case; ``query`` has the first value of each name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def parameter(self, name: str) -> str:
        """Return a parameter of the query. Raises Refused if it is missing."""
        if not self.query.get(name):
            raise Refused(400, f"The request lacks the parameter {name}.")
        return self.query[name]

    def document(self) -> Mapping[str, Any]:
        """Return the JSON object of the body. Raises Refused if it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Refused(400, "The body of the request is not a JSON object.")
        return found


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(CliError):  # noqa: N818 - reads as what it is
    """The request cannot be answered. ``status`` is HTTP's, ``message`` a sentence for the operator."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def json_response(document: Any, status: int = 200) -> Response:
    """Return a JSON document; times become ISO 8601 in UTC."""
    return Response(status, JSON, json.dumps(document, default=_as_text).encode())


def problem(status: int, message: str) -> Response:
    """Return an error with its sentence."""
    return json_response({"error": message}, status)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
