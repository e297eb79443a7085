"""An addition to ministack: the map runs of Step Functions can be limited, changed and stopped, as on AWS.

* ``MaxConcurrencyPath``, and UpdateMapRun while a map run is running: ministack ignores both.
* StopExecution: ministack would go on to start one child execution after the other.
* ``startExecution.sync``: ministack starts an execution even if its name is taken, and sends no event of its end.

A child execution that waits for its turn counts as pending. At most 64 run at once, as many as ministack has threads.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

NAMES = (
    "_ExecutionError", "_executions", "_invoke_nested_start_execution", "_invoke_nested_start_execution_sync",
    "_map_run_view", "_map_runs", "_resolve_path", "_run_distributed_map", "_run_sub_machine",
)  # fmt: skip
MOST = 64
POLL_SECONDS = 0.2
LIMIT = "mapConcurrency"  # of an execution: what its MaxConcurrencyPath says

Json = dict[str, Any]
Run = Callable[..., Any]


def install(engine: Any) -> None:
    """Patch the Step Functions of ministack."""
    turns = Turns(engine)
    engine._run_distributed_map = limited(engine._run_distributed_map, engine)
    engine._run_sub_machine = in_turn(engine._run_sub_machine, turns)
    engine._map_run_view = with_waiting(engine._map_run_view, turns)
    engine._invoke_nested_start_execution_sync = started_and_waited_for(engine)


class Turns:
    """Which child executions run: as many at once as their map run allows at the moment."""

    def __init__(self, engine: Any) -> None:
        self.running: Counter[str] = Counter()
        self.aborted: Counter[str] = (
            Counter()
        )  # child executions that the stop of their parent has kept from starting
        self._engine = engine
        self._changed = threading.Condition()

    def take(self, run: Json) -> None:
        """Wait until another child execution may run. Raises the error of ministack if the parent was stopped."""
        parent, arn = self._engine._executions[run["executionArn"]], run["mapRunArn"]
        with self._changed:
            while parent["status"] == "RUNNING":
                if self.running[arn] < (run["maxConcurrency"] or parent.get(LIMIT) or MOST):
                    self.running[arn] += 1
                    return
                self._changed.wait(POLL_SECONDS)
            self.aborted[arn] += 1
        raise self._engine._ExecutionError("States.TaskFailed", "The execution of the map was stopped.")

    def give_back(self, arn: str) -> None:
        """Let the next child execution run."""
        with self._changed:
            self.running[arn] -= 1
            self._changed.notify()

    def of(self, execution: Json) -> Json | None:
        """Return the map run of a child execution; None if the execution is none."""
        found: Json | None = self._engine._map_runs.get(execution.get("mapRunArn"))
        return found


def limited(run: Run, engine: Any) -> Run:
    """Wrap ``run``, which executes a distributed map, so that its execution knows the limit from its input."""

    def distributed(
        state: Json, given: Any, effective: Any, iterator: Json, execution: Json, context: Any
    ) -> Any:
        if path := state.get("MaxConcurrencyPath"):
            execution[LIMIT] = int(engine._resolve_path(path, effective) or 0)
        return run(state, given, effective, iterator, execution, context)

    return distributed


def in_turn(run: Run, turns: Turns) -> Run:
    """Wrap ``run``, which executes a branch or a child execution, so that a child execution waits for its turn."""

    def branch(states: Json, start: str, given: Any, execution: Json, context: Any) -> Any:
        map_run = turns.of(execution)
        if map_run is None:
            return run(states, start, given, execution, context)
        turns.take(map_run)
        try:
            return run(states, start, given, execution, context)
        finally:
            turns.give_back(map_run["mapRunArn"])

    return branch


def with_waiting(view: Callable[[Json], Json], turns: Turns) -> Callable[[Json], Json]:
    """Wrap ``view``, which describes a map run, so that what waits for its turn is pending, and later aborted."""

    def described(run: Json) -> Json:
        found = view(run)
        for name in ("itemCounts", "executionCounts"):
            counts, arn = found[name], run["mapRunArn"]
            waiting = max(0, counts["running"] - turns.running[arn])
            found[name] = {
                **counts,
                "running": counts["running"] - waiting,
                "pending": counts["pending"] + waiting,
                "failed": counts["failed"] - turns.aborted[arn],
                "aborted": counts["aborted"] + turns.aborted[arn],
            }
        return found

    return described


def started_and_waited_for(engine: Any) -> Callable[[str, Json], Json]:
    """Return ``startExecution.sync``: starts an execution like StartExecution, and waits for its end."""

    def invoke(resource: str, given: Json) -> Json:
        arn = engine._invoke_nested_start_execution(resource, given)["ExecutionArn"]
        execution, waiting = engine._executions[arn], threading.Event()
        while execution["status"] == "RUNNING":
            waiting.wait(POLL_SECONDS)
        if execution["status"] != "SUCCEEDED":
            raise engine._ExecutionError(
                "States.TaskFailed", json.dumps({"ExecutionArn": arn, "Status": execution["status"]})
            )
        output = execution["output"] or "{}"
        return {
            "ExecutionArn": arn,
            "Name": execution["name"],
            "Status": execution["status"],
            "Output": json.loads(output) if resource.endswith(":2") else output,
        }

    return invoke
