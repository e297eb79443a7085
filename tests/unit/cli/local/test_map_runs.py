"""The additions to the map runs of the emulator: limited, changed, stopped."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from renditions_cli.local import map_runs


class EngineError(Exception):
    """An error of the emulator, with its name and cause."""


class World:
    """A map run with its parent, and child executions that run until they are released."""

    def __init__(self, limit: int) -> None:
        self.parent = {"status": "RUNNING", "input": {"concurrency": limit}}
        counts = {"pending": 0, "running": 4, "failed": 0, "aborted": 0}
        self.run = {
            "mapRunArn": "run", "executionArn": "parent", "maxConcurrency": 0,
            "itemCounts": counts, "executionCounts": counts,
        }  # fmt: skip
        self.inside: list[int] = []
        self.ended: list[int] = []
        self.errors: list[Exception] = []
        self.release = threading.Semaphore(0)
        self.engine: Any = SimpleNamespace(
            _ExecutionError=EngineError,
            _executions={"parent": self.parent},
            _map_runs={"run": self.run},
            _resolve_path=lambda path, given: given[path[2:]],
            _run_distributed_map=lambda *_: None,
            _run_sub_machine=self._work,
            _map_run_view=dict,
            _invoke_nested_start_execution=None,
        )
        map_runs.install(self.engine)
        state = {"MaxConcurrencyPath": "$.concurrency"}
        self.engine._run_distributed_map(state, None, self.parent["input"], {}, self.parent, {})

    def _work(self, _states: Any, _start: str, number: int, _execution: Any, _context: Any) -> None:
        self.inside.append(number)
        assert self.release.acquire(timeout=10)
        self.ended.append(number)

    def start(self, children: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._child, args=(n,)) for n in range(children)]
        for one in threads:
            one.start()
        return threads

    def _child(self, number: int) -> None:
        try:
            self.engine._run_sub_machine({}, "", number, {"mapRunArn": "run"}, {})
        except EngineError as error:
            self.errors.append(error)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_map_run_keeps_to_its_limit_and_to_a_changed_one_and_stops_with_its_parent() -> None:
    world = World(limit=1)
    threads = world.start(4)
    wait_until(lambda: len(world.inside) == 1)
    counts = world.engine._map_run_view(world.run)["itemCounts"]
    assert (counts["running"], counts["pending"]) == (1, 3)
    world.run["maxConcurrency"] = 2  # UpdateMapRun
    wait_until(lambda: len(world.inside) == 2)
    world.parent["status"] = "ABORTED"  # StopExecution
    world.release.release(4)
    for one in threads:
        one.join(10)
    assert len(world.ended) == len(world.errors) == 2, "what is in work finishes, and nothing else starts"
    assert world.engine._map_run_view(world.run)["itemCounts"]["aborted"] == 2


def test_other_executions_wait_for_no_turn() -> None:
    world = World(limit=1)
    world.release.release()
    world.engine._run_sub_machine({}, "", 7, {"executionArn": "any"}, {})
    assert world.ended == [7]


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_start_execution_sync_waits_for_the_end_of_an_execution_that_was_started_like_any_other(
    status: str,
) -> None:
    execution = {"status": "RUNNING", "name": "n", "output": '{"a": 1}'}
    engine: Any = SimpleNamespace(
        _ExecutionError=EngineError,
        _executions={"arn": execution},
        _invoke_nested_start_execution=lambda *_: {"ExecutionArn": "arn"},
    )
    invoke = map_runs.started_and_waited_for(engine)
    threading.Timer(0.05, execution.update, kwargs={"status": status}).start()
    if status == "FAILED":
        with pytest.raises(EngineError):
            invoke("arn:aws:states:::states:startExecution.sync:2", {})
    else:
        assert invoke("arn:aws:states:::states:startExecution.sync:2", {})["Output"] == {"a": 1}
