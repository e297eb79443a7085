"""An addition to ministack: the history of an execution says what each task passed to its service, as on AWS.

So the messages that an execution published can be read in its history.
"""

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

NAMES = ("_add_event", "_apply_parameters")

# ministack evaluates the parameters of a task in the same thread, just before it adds the event.
_latest: ContextVar[Any] = ContextVar("latest", default=None)


def install(engine: Any) -> None:
    """Patch the Step Functions of ministack."""
    engine._apply_parameters = remembered(engine._apply_parameters)
    engine._add_event = with_parameters(engine._add_event)


def remembered(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``apply``, which evaluates the parameters of a state, so that they are known to the next event."""

    def parameters(*arguments: Any) -> Any:
        found = apply(*arguments)
        _latest.set(found)
        return found

    return parameters


def with_parameters(add_event: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``add_event`` so that the event of a scheduled task has the parameters of the task."""

    def add(execution: Any, kind: str, details: Any = None) -> Any:
        if kind == "TaskScheduled":
            scheduled = details["taskScheduledEventDetails"]
            details = {"taskScheduledEventDetails": {**scheduled, "parameters": json.dumps(_latest.get())}}
        return add_event(execution, kind, details)

    return add
