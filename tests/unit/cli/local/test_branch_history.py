"""The addition to the emulator's histories."""

from contextlib import suppress
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

from renditions_cli.aws.execution_history import state_visits
from renditions_cli.local import branch_history

STATES = {"Thumbnail": {"Type": "Task"}, "Large": {"Type": "Task", "fails": True}}


def engine() -> tuple[Any, list[Any]]:
    """Return the parts of ministack that are patched."""

    def add_event(execution: Any, kind: str, details: Any = None) -> Any:
        event = {"id": len(execution) + 1, "type": kind, "timestamp": len(execution) + 1, **(details or {})}
        execution.append(event)
        return event

    def execute(state: Any, given: Any, execution: Any, _context: Any) -> Any:
        patched._add_event(execution, "TaskScheduled")
        if "fails" in state:
            patched._add_event(execution, "TaskFailed", {"taskFailedEventDetails": {"error": "Oops"}})
            raise ValueError(state)
        return given, None

    def run_branch(states: Any, start: str) -> None:
        with suppress(ValueError):
            patched._execute_task(states[start], {}, events, None)

    patched: Any = SimpleNamespace(
        _add_event=add_event,
        _execute_task=execute,
        _run_sub_machine=run_branch,
    )
    events: list[Any] = []
    branch_history.install(patched)
    return patched, events


def test_the_states_of_branches_are_entered_and_exited() -> None:
    stepfunctions, events = engine()
    entered = {"stateEnteredEventDetails": {"name": "MakeRenditions"}}
    stepfunctions._add_event(events, "ParallelStateEntered", entered)
    copy_context().run(stepfunctions._run_sub_machine, STATES, "Thumbnail")
    copy_context().run(stepfunctions._run_sub_machine, STATES, "Large")
    visits = {one.name: one for one in state_visits(events, "FAILED")}
    assert (visits["Thumbnail"].within, visits["Large"].within) == ("MakeRenditions", "MakeRenditions")
    assert (visits["Thumbnail"].status, visits["Large"].status) == ("SUCCEEDED", "FAILED")


def test_a_state_outside_of_branches_is_left_to_ministack() -> None:
    stepfunctions, events = engine()
    stepfunctions._execute_task(STATES["Thumbnail"], {}, events, None)
    assert [one["type"] for one in events] == ["TaskScheduled"]
