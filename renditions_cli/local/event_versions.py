"""An addition to ministack: the events of a versioned bucket name the version of the object, as on AWS."""

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

S3_NAMES = ("_fire_s3_event",)
EVENT_NAMES = ("_dispatch_event",)
SOURCE = "aws.s3"

# ministack sends an event to EventBridge in the thread in which it makes it.
_version: ContextVar[str | None] = ContextVar("version", default=None)


def install(s3: Any, eventbridge: Any) -> None:
    """Patch S3 and EventBridge of ministack."""
    s3._fire_s3_event = remembering_the_version(s3._fire_s3_event)
    eventbridge._dispatch_event = with_version(eventbridge._dispatch_event)


def remembering_the_version(fire: Callable[..., None]) -> Callable[..., None]:
    """Wrap ``fire``, which makes the event of an object, so that the version is known to ``with_version``."""

    def event(*arguments: Any, **named: Any) -> None:
        token = _version.set(named.get("version_id"))
        try:
            fire(*arguments, **named)
        finally:
            _version.reset(token)

    return event


def with_version(dispatch: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``dispatch``, which hands an event to the rules, so that one of S3 has ``version-id``."""

    def send(event: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        version = _version.get()
        if version and event.get("Source") == SOURCE:
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *arguments, **named)

    return send
