"""The soak itself: a stack behind the fault proxy, changes in order, and a few executions at a time."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.outcome import Events
from tests.faults.stack import FaultyStack
from tests.soak.audit import Findings, audit
from tests.soak.plan import Change, Step
from tests.soak.weather import Weather

AT_ONCE = 12  # executions
PATIENCE = 300.0  # seconds for one of them
SECONDS_BETWEEN_LINES = 15.0


class Run:
    """A soak. The stack exists within ``with``."""

    def __init__(self, folder: Path, weather: Weather, steps: list[Step]) -> None:
        self._stack = FaultyStack(folder, timeout=30)
        self._weather = weather
        self._steps = steps
        self._events: dict[Change, dict[str, Any]] = {}
        self._running: set[str] = set()
        self._bodies: list[str] = []
        self._done = 0
        self._lock = threading.Lock()
        self._leaving = ExitStack()

    def __enter__(self) -> Self:
        self._leaving.enter_context(self._stack)
        self._cloud = Cloud(self._stack.session(), self._stack.outputs)
        self._make = Events(self._cloud)
        rules = self._cloud.session.client("events")
        for rule in rules.list_rules()["Rules"]:
            if "aws.s3" in rule.get("EventPattern", ""):
                rules.disable_rule(Name=rule["Name"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.close()

    @property
    def pid(self) -> int:
        """The emulator's process."""
        process = self._stack.emulator._process
        assert process is not None
        return process.pid

    def go(self, report: Callable[[], None]) -> None:
        """Take every step and wait until all executions have ended. Reports from time to time."""
        self._stack.proxy.weather = self._weather
        next_line = time.monotonic() + SECONDS_BETWEEN_LINES
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for step in self._steps:
                while len(self._running) >= AT_ONCE:
                    time.sleep(0.02)
                if time.monotonic() > next_line:
                    next_line += SECONDS_BETWEEN_LINES
                    self._forget_calls()
                    report()
                if step.delivery:
                    pool.submit(self._watch, self._deliver(step.change))
                else:
                    self._events[step.change] = self._happen(step.change)
        self._stack.proxy.weather = Weather(0, 0)
        self._settle()
        report()

    def audit(self) -> Findings:
        """Check every object."""
        return audit(self._cloud, self._events, self._running, self._bodies)

    def progress(self) -> str:
        """Return the progress in one line."""
        return f"{len(self._events)} changes, {self._done} events done, {sum(self._weather.injected.values())} faults"

    def _happen(self, change: Change) -> dict[str, Any]:
        if change.kind == "deletion":
            return self._make.of_deletion(change.key)
        text = b"Buy milk, %d.\n" % change.number * 20
        side = change.number % 50
        photo = jpeg(300 + side, 200 + change.number // 50 % 50, shade=change.number)
        return self._make.of_upload(change.key, text if change.kind == "text" else photo)

    def _deliver(self, change: Change) -> str:
        machine = "ImageDeletedArn" if change.kind == "deletion" else "ImagePipelineArn"
        started = self._cloud.executions.start_execution(
            stateMachineArn=self._cloud.outputs[machine], input=json.dumps(self._events[change])
        )
        arn = str(started["executionArn"])
        with self._lock:
            self._running.add(arn)
        return arn

    def _watch(self, arn: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._cloud.executions.describe_execution(executionArn=arn)["status"] != "RUNNING":
                with self._lock:
                    self._running.discard(arn)
                    self._done += 1
                return
            time.sleep(0.4)

    def _settle(self) -> None:
        """Wait for the executions about failed executions, and for the last messages."""
        machine = self._cloud.outputs["ExecutionFailedArn"]
        while self._cloud.executions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")[
            "executions"
        ]:
            time.sleep(0.5)
        quiet = 0
        while quiet < 3:
            found = self._cloud.subscriber._receive("s3://")
            quiet = quiet + 1 if len(found) == len(self._bodies) else 0
            self._bodies = [message["Body"] for message in found]
            time.sleep(0.1)

    def _forget_calls(self) -> None:
        """Free the memory of past calls, which nothing needs."""
        self._stack.proxy.calls.clear()
