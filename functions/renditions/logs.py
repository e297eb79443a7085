"""What every log line says besides its message: which image, which execution, which state, which attempt.

Keys are often names of people or places, so ``image`` is a pseudonym. Whoever knows the key can compute it.
"""

import functools
import hashlib
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from renditions.errors import ImageRejected, SourceGone

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

Handler = Callable[[dict[str, Any], Any], Any]
FIELDS: Final = ("image", "execution", "state", "attempt")

# At level DEBUG the runtime lets every library log everything: requests with keys, metadata of images.
for _library in ("botocore", "urllib3", "PIL"):
    logging.getLogger(_library).setLevel(logging.INFO)


def pseudonym(image_uri: str) -> str:
    """Return the ``image`` of a log line: the first 16 hex digits of the SHA-256 of ``s3://bucket/key``."""
    return hashlib.sha256(image_uri.encode(errors="surrogatepass")).hexdigest()[:16]


def identity(event: object, function: str) -> dict[str, Any]:
    """Return the FIELDS of a call. ``attempt`` starts at 1. Accepts any event: a log line must not fail a function.

    State machines send ``task``. Without it, ``function`` stands for the state. Unknown fields are empty or 0, because
    Powertools would leave out None.
    """
    task = event.get("task") if isinstance(event, dict) else None
    told = task if isinstance(task, dict) else {}
    retries, uri = told.get("attempt"), _image_uri(event)
    return {
        "image": pseudonym(uri) if uri else "",
        "execution": told.get("execution") or "",
        "state": told.get("state") or function,
        "attempt": retries + 1 if isinstance(retries, int) else 0,
    }


def error_name(error: Exception) -> str:
    """Return the name of an error for a log line: that of its class, or for a ClientError the code of the service."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__name__)


def identified(logger: "Logger") -> Callable[[Handler], Handler]:
    """Return a decorator that adds the FIELDS to each line of a handler, and a line if the handler raises an error.

    That line has only the name of the error: messages may contain the key.
    """

    def decorate(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def handle(event: dict[str, Any], context: Any) -> Any:
            logger.append_keys(**identity(event, handler.__module__.rpartition(".")[2]))
            begun = time.monotonic()
            logger.debug("started")
            try:
                answer = handler(event, context)
            except ImageRejected as rejection:
                logger.info("rejected", extra={"reason": type(rejection).__name__})
                raise
            except SourceGone:
                logger.info("gone")
                raise
            except Exception as error:
                logger.error("failed", extra={"error": error_name(error)})  # noqa: TRY400 - no message, no traceback
                raise
            logger.debug("ended", extra={"milliseconds": round(1000 * (time.monotonic() - begun))})
            return answer

        return handle

    return decorate


def _image_uri(event: object) -> str:
    """The image of an event of S3, or of the input of a rendition or of a tidying state; otherwise empty."""
    match event:
        case {"image_uri": str(uri)}:
            return uri
        case {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}:
            pass
        case {"image": {"bucket": bucket, "key": key}} | {"bucket": bucket, "key": key}:
            pass
        case _:
            return ""
    return f"s3://{bucket}/{key}"
