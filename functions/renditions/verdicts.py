"""How a verdict leaves a function: its sentence is for people, and its traceback for nobody."""

import functools
from collections.abc import Callable
from typing import Any

from renditions.errors import RenditionsError

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def told_without_traceback(handler: Handler) -> Handler:
    """``handler``, but an error raised on purpose leaves with this one frame instead of the way through our code.

    Step Functions carries Lambda's account of the error, its cause, on to the state that reads the sentence: with a
    bounded sentence and one frame it is never longer than 1 KiB. A bug keeps its traceback.
    """

    @functools.wraps(handler)
    def telling(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return handler(event, context)
        except RenditionsError as error:
            raise error.with_traceback(None) from None

    return telling
