"""The compiled part of awslambdaric in Python: it builds on Linux only, and awslambdaric is lost without it.

It talks to the Lambda runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import http.client
import os
from collections.abc import Mapping

_API = "/2018-06-01/runtime/invocation"
_user_agent = ""


def initialize_client(user_agent: str) -> None:
    """Remember the name of the client."""
    global _user_agent  # noqa: PLW0603 - the interface has no object that could keep it
    _user_agent = user_agent


def next() -> tuple[bytes, http.client.HTTPMessage]:  # noqa: A001 - the name that awslambdaric calls
    """Wait for the next event. Returns it with the headers that describe it."""
    return _call("GET", f"{_API}/next")


def post_invocation_result(
    invoke_id: str, result: bytes, content_type: str, _invocation_id: str | None = None
) -> None:
    """Send the result of a function."""
    _call("POST", f"{_API}/{invoke_id}/response", result, {"Content-Type": content_type})


def post_error(invoke_id: str, error: str, xray_fault: str, _invocation_id: str | None = None) -> None:
    """Send the error of a function: JSON text."""
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-Error-Type": "Unhandled",
        "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault,
    }
    _call("POST", f"{_API}/{invoke_id}/error", error.encode(), headers)


def _call(
    method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])  # without a time limit
    try:
        connection.request(method, path, body, {"User-Agent": _user_agent, **(headers or {})})
        answer = connection.getresponse()
        data = answer.read()
    finally:
        connection.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"The runtime API answered {method} {path} with {answer.status}.")
    return data, answer.headers
