"""Errors raised on purpose leave a function without the traceback: the message is for people to read."""

import functools
from collections.abc import Callable
from typing import Any

from renditions.errors import RenditionsError

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def without_traceback(handler: Handler) -> Handler:
    """Return ``handler`` with the traceback of a RenditionsError cut to one frame.

    Lambda reports the error as the Cause, which Step Functions passes to the state that reads the message. With a
    bounded message and one frame the Cause is at most 1 KiB. A bug keeps its traceback.
    """

    @functools.wraps(handler)
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return handler(event, context)
        except RenditionsError as error:
            raise error.with_traceback(None) from None

    return handle
