"""An execution read from its history: the states entered, their errors and the transitions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.statemachine import definitions
from tests.statemachine.definitions import Step, same_error

Event = Mapping[str, Any]

_FAILED = {
    "TaskFailed": "taskFailedEventDetails",
    "TaskTimedOut": "taskTimedOutEventDetails",
    "TaskSubmitFailed": "taskSubmitFailedEventDetails",  # of aws-stepfunctions-local, before it calls a service
}


@dataclass(frozen=True)
class Execution:
    """A finished execution. ``events`` is its history as GetExecutionHistory returns it."""

    machine: str
    arn: str
    status: str
    error: str | None
    cause: str | None
    events: Sequence[Event]

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @cached_property
    def entered(self) -> list[str]:
        """The names of all states in the order of entry, branches included."""
        return [name for name in map(_entered, self.events) if name]

    @property
    def path(self) -> list[str]:
        """The states entered, without those in branches: the path in the graph of the console."""
        top = definitions.read(self.machine)["States"]
        return [name for name in self.entered if name in top]

    @property
    def branches(self) -> set[str]:
        """The states entered in branches."""
        return set(self.entered) - set(self.path)

    def errors(self, state: str) -> list[str]:
        """Return the error of each failed attempt of a Task state, in order."""
        return [error for where, error in self._failures() if where == state]

    def attempts(self, state: str) -> int:
        """Return how often a Task state called its service."""
        return sum(
            event["type"] == "TaskScheduled" and self._state_of(event) == state for event in self.events
        )

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield all inputs and outputs as ("event type state side", JSON), with the side input or output."""
        for event in self.events:
            for details in event.values():
                if isinstance(details, dict):
                    for side in ("input", "output"):
                        if side in details:
                            yield f"{event['type']} {self._state_of(event)} {side}", details[side]

    def steps(self) -> set[Step]:
        """Return the transitions of this execution, in the terms of ``definitions.steps``."""
        return set(self._retries()) | set(self._moves())

    def _retries(self) -> Iterator[Step]:
        declared = definitions.states(definitions.read(self.machine))
        failures: dict[str, list[str]] = {}
        for state, error in self._failures():
            failures.setdefault(state, []).append(error)
        for state, errors in failures.items():
            for error in errors[: self.attempts(state) - 1]:
                yield Step(self.machine, state, _as_declared(error, declared[state]), state)

    def _moves(self) -> Iterator[Step]:
        declared = definitions.states(definitions.read(self.machine))
        for index, state in enumerate(self.path):
            last = index + 1 == len(self.path)
            if last and self.status != "SUCCEEDED":
                return
            to = "end" if last else self.path[index + 1]
            targets = {catcher["Next"] for catcher in declared[state].get("Catch", [])}
            yield Step(self.machine, state, self._caught(state, to) if to in targets else "goes on", to)
        for branch in self.branches:
            if self.attempts(branch) > len(self.errors(branch)):
                yield Step(self.machine, branch, "goes on", "end")

    def _caught(self, state: str, to: str) -> str:
        """Return the error that was caught: the last one of the state itself, or of a branch of a Parallel.

        When one branch fails, each engine reports the other branches, which it stops, in its own way.
        """
        declared = definitions.read(self.machine)["States"][state]
        places = {state} | {name for branch in declared.get("Branches", []) for name in branch["States"]}
        failed = [error for where, error in self._failures() if where in places]
        if not failed[self.attempts(state) - 1 :]:
            return "goes on"
        caught = {e for catcher in declared["Catch"] if catcher["Next"] == to for e in catcher["ErrorEquals"]}
        otherwise = "States.ALL" if "States.ALL" in caught else failed[-1]
        return next((error for error in reversed(failed) if error in caught), otherwise)

    def _failures(self) -> Iterator[tuple[str, str]]:
        for event in self.events:
            if event["type"] in _FAILED:
                details = event.get(_FAILED[event["type"]], {})
                yield self._state_of(event), same_error(details.get("error", "States.Timeout"))

    def _state_of(self, event: Event) -> str:
        """Return the state of an event: the last one entered on the way to it."""
        while not (name := _entered(event)):
            previous = event.get("previousEventId", 0)
            if not previous:
                return ""
            event = self._by_id[previous]
        return name

    @cached_property
    def _by_id(self) -> dict[int, Event]:
        return {event["id"]: event for event in self.events}


def _entered(event: Event) -> str:
    name: str = event.get("stateEnteredEventDetails", {}).get("name", "")
    return name


def _as_declared(error: str, state: Mapping[str, Any]) -> str:
    """Return the name by which a retrier matches this error: its own, or States.TaskFailed."""
    named = {same_error(name) for retrier in state["Retry"] for name in retrier["ErrorEquals"]}
    return error if error in named else "States.TaskFailed"


def cause_of(execution: Execution) -> Mapping[str, Any]:
    """Return the cause of a failed function, as the Lambda runtime reports it."""
    cause: Mapping[str, Any] = json.loads(execution.cause or "{}")
    return cause
