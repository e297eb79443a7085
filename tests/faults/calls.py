"""What an AWS call looks like on the wire: which service, which operation, about what; and its refusals."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
_OF_S3 = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}


@dataclass(frozen=True)
class Call:
    """One request: ``text`` is all of its path, query and body that can be read, unquoted."""

    service: str
    operation: str
    text: str

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True)
class Response:
    """What a service answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Call:
    """The call that a signed request makes."""
    found = _SCOPE.search(headers.get("Authorization", ""))
    service = found["service"] if found else ""
    text = unquote(target) + " " + (unquote(body.decode("utf-8", "replace")) if service != "s3" else "")
    if ours := headers.get("X-Amz-Target"):
        return Call(service, ours.rpartition(".")[2], text)
    if service == "s3":
        return Call(service, _of_s3(method, target), text)
    if service == "lambda" and target.endswith("/invocations"):
        return Call(service, "Invoke", text)
    return Call(service, parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0], text)


def _of_s3(method: str, target: str) -> str:
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    if "delete" in query:
        return "DeleteObjects"
    if "versions" in query:
        return "ListObjectVersions"
    if method == "GET" and "/" not in parts.path.strip("/"):
        return "ListObjectsV2"
    return _OF_S3.get(method, method)


# How each service says that it is out of order, and that it is asked too much: status and code.
DOWN = {
    "s3": (500, "InternalError"),
    "dynamodb": (500, "InternalServerError"),
    "sns": (500, "InternalError"),
    "lambda": (500, "ServiceException"),
}
BUSY = {
    "s3": (503, "SlowDown"),
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "sns": (400, "Throttling"),
    "lambda": (429, "TooManyRequestsException"),
}


def refusal(call: Call, says: Mapping[str, tuple[int, str]]) -> Response:
    """A refusal in the form of the service that is called."""
    status, code = says[call.service]
    if call.service == "s3":
        body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>Told so.</Message></Error>'
        return Response(status, {"Content-Type": "application/xml"}, body.encode())
    if call.service == "sns":
        body = f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code></Error></ErrorResponse>"
        return Response(status, {"Content-Type": "text/xml"}, body.encode())
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": code}
    return Response(status, headers, json.dumps({"__type": code, "message": "Told so."}).encode())
