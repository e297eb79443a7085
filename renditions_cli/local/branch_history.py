"""An addition to ministack: the states of parallel branches appear in the history of an execution, as on AWS.

ministack records the tasks of a branch, but not the states to which they belong, and links no event to the one before.
"""

import json
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

NAMES = ("_add_event", "_execute_task", "_run_sub_machine")

# ministack runs each branch in a thread that starts with a copy of its parent's context.
_previous_event: ContextVar[int] = ContextVar("previous_event", default=0)
_branch_states: ContextVar[Mapping[str, Any] | None] = ContextVar("branch_states", default=None)
_lock = threading.Lock()  # branches add their events at the same time, and each event has its own number


def install(engine: Any) -> None:
    """Patch the Step Functions of ministack."""
    engine._add_event = linked(engine._add_event)
    engine._execute_task = entered_and_exited(engine._execute_task, engine)
    engine._run_sub_machine = knowing_its_states(engine._run_sub_machine)


def linked(add_event: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``add_event`` so that each event names the previous one of its branch."""

    def add(execution: Any, kind: str, details: Any = None) -> Any:
        with _lock:
            event = add_event(execution, kind, details)
            event["previousEventId"] = _previous_event.get()
        _previous_event.set(event["id"])
        return event

    return add


def knowing_its_states(run: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``run``, which executes a branch, so that a task knows the states of its branch."""

    def branch(states: Mapping[str, Any], *arguments: Any) -> Any:
        token = _branch_states.set(states)
        try:
            return run(states, *arguments)
        finally:
            _branch_states.reset(token)

    return branch


def entered_and_exited(execute: Callable[..., Any], engine: Any) -> Callable[..., Any]:
    """Wrap ``execute``, which executes a task, so that the history shows when a branch enters and leaves it."""

    def task(state: Any, given: Any, execution: Any, context: Any) -> Any:
        states = _branch_states.get() or {}
        name = next((name for name, one in states.items() if one is state), None)
        if name is None:  # not in a branch: ministack adds both events itself
            return execute(state, given, execution, context)
        details = {"name": name, "input": json.dumps(given)}
        engine._add_event(execution, "TaskStateEntered", {"stateEnteredEventDetails": details})
        output, following = execute(state, given, execution, context)
        details = {"name": name, "output": json.dumps(output)}
        engine._add_event(execution, "TaskStateExited", {"stateExitedEventDetails": details})
        return output, following

    return task
