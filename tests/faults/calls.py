"""AWS calls as HTTP requests: parse the service and the operation, and build error responses."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
_OF_S3 = {"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
# Operations whose IAM action has another name. Source: the service authorization reference.
_ACTIONS = {
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "Invoke": "InvokeFunction",
}


@dataclass(frozen=True)
class Call:
    """A request. ``text`` is its readable content, unquoted: path, query and, except for S3, body.

    ``caller`` is the access key that signed it, ``actions`` are the IAM actions that it needs.
    """

    service: str
    operation: str
    text: str
    caller: str = ""
    actions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True)
class Response:
    """The response of a service."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Call:
    """Parse a signed request."""
    found = _SIGNED.search(headers.get("Authorization", ""))
    service, caller = (found["service"], found["key"]) if found else ("", "")
    sent = "" if service == "s3" else body.decode("utf-8", "replace")
    operation = _operation(service, method, target, headers, sent)
    actions = _of_object(operation, target) if service == "s3" else {operation}
    named = tuple(sorted(f"{service}:{_ACTIONS.get(action, action)}" for action in actions))
    return Call(service, operation, f"{unquote(target)} {unquote(sent)}", caller, named)


def _operation(service: str, method: str, target: str, headers: Mapping[str, str], sent: str) -> str:
    if service == "s3":
        return _of_s3(method, target, headers)
    if service == "lambda" and target.endswith("/invocations"):
        return "Invoke"
    if target_header := headers.get("X-Amz-Target"):
        return target_header.rpartition(".")[2]
    return parse_qs(sent).get("Action", [""])[0]


def _of_s3(method: str, target: str, headers: Mapping[str, str]) -> str:
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    if "versions" in query:
        return "ListObjectVersions"
    if method == "GET" and "/" not in parts.path.strip("/"):
        return "ListObjectsV2"
    if "tagging" in query:
        return f"{_OF_S3[method]}Tagging"
    if any(name.lower() == "x-amz-copy-source" for name in headers):
        return "CopyObject"
    return _OF_S3.get(method, method)


def _of_object(operation: str, target: str) -> set[str]:
    """Return the actions that an operation on an object needs, such as reading and writing for a copy."""
    if operation == "CopyObject":
        return {"GetObject", "PutObject", "PutObjectTagging"}
    action = operation.replace("HeadObject", "GetObject")
    return {f"{action}Version" if "versionId=" in target else action}


# The status and the error code of each service when it fails, and when it throttles.
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
    """Build an error response in the format of the called service."""
    status, code = says[call.service]
    if call.service == "s3":
        body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>Injected.</Message></Error>'
        return Response(status, {"Content-Type": "application/xml"}, body.encode())
    if call.service == "sns":
        body = f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code></Error></ErrorResponse>"
        return Response(status, {"Content-Type": "text/xml"}, body.encode())
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-ErrorType": code}
    return Response(status, headers, json.dumps({"__type": code, "message": "Injected."}).encode())
