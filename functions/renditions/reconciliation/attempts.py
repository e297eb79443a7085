"""Requests about one object, one file or one execution. Their failure must not end a reconciliation.

Anyone who may upload can upload an object that the stack cannot read: encrypted with a key of their own (SSE-C), or
with a KMS key that the stack may not use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from botocore.exceptions import ClientError

from renditions import aws

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")

# Errors that every other request would get too.
_ABOUT_THE_CALLER: Final = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to a request that the service refused, such as ``HeadObject: 403 Forbidden``."""

    reason: str


def attempt(request: Callable[[Argument], Answer]) -> Callable[[Argument], Answer | Refusal]:
    """Return ``request`` with a Refusal in place of an error that only this argument causes.

    It raises StorageUnavailable if the service is unavailable, and ClientError for invalid credentials.
    """

    def attempted(argument: Argument) -> Answer | Refusal:
        try:
            with aws.retryable_errors("AWS"):
                return request(argument)
        except ClientError as error:
            if aws.error_code(error) in _ABOUT_THE_CALLER:
                raise
            return Refusal(_reason(error))

    return attempted


def _reason(error: ClientError) -> str:
    """The operation and the code. A HEAD request has no code, so botocore gives the HTTP status."""
    code = aws.error_code(error)
    message = error.response.get("Error", {}).get("Message", "") if code.isdigit() else ""
    return f"{error.operation_name}: {code} {message}".rstrip()
