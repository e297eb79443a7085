"""The real handlers, called in this process as Lambda calls them."""

import importlib.util
import json
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

from renditions import aws
from tests.statemachine.outcomes import Answer

HANDLERS = Path(__file__).parents[2] / "functions/renditions/handlers"
FILES = {
    "ValidateImage": "validate_image",
    "ResizeImage": "resize_image",
    "WatermarkImage": "watermark_image",
    "ConfirmDeleted": "confirm_deleted",
    "TidyRenditions": "tidy_renditions",
}

Handler = Callable[[Mapping[str, Any], Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Context:
    """What Lambda passes to a handler along with the event."""

    function_name: str = "scripted"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:scripted"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def load(environment: Mapping[str, str]) -> dict[str, Handler]:
    """Map each function name to its handler, from a copy of its module imported with ``environment``.

    Handlers read their settings and build their client at import. Other tests in the same process have their own
    copies, for other endpoints.
    """
    aws._session.cache_clear()  # a session keeps the credentials of its first client
    with mock.patch.dict(os.environ, environment):
        return {function: _load(name) for function, name in FILES.items()}


def _load(name: str) -> Handler:
    spec = importlib.util.spec_from_file_location(f"renditions.handlers.{name}", HANDLERS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Handler = module.handler
    return handler


def invoke(handler: Handler, event: Mapping[str, Any]) -> Answer:
    """Call a handler and answer as Lambda does: with the result, or with the error as its runtime reports it."""
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    try:
        payload: Mapping[str, Any] = handler(event, Context())
    except Exception as error:  # noqa: BLE001 - the runtime reports whatever a handler raises
        headers["X-Amz-Function-Error"] = "Unhandled"
        payload = {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "requestId": str(uuid4()),
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
    return Answer(200, json.dumps(payload).encode(), headers)
