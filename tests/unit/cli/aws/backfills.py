"""A stand-in for the recipes of a stack: the format in a record says how fresh it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from renditions.freshness import Freshness, Recipes
from renditions.presets import Presets
from renditions.records import ImageRecord
from renditions.settings import PILLOW, Settings

FRESHNESS = {"current": Freshness.CURRENT, "stale": Freshness.STALE}


class AnyRecipes(Recipes):
    """Judges by the format."""

    def judge(self, record: ImageRecord) -> Freshness:
        return FRESHNESS.get(record.format or "", Freshness.UNKNOWN)


def any_recipes() -> Recipes:
    return AnyRecipes(Settings(), Presets(), PILLOW)


class StepFunctions:
    """The executions of one state machine, with a map run each. They run until a test ends them."""

    class exceptions:  # noqa: N801 - as botocore has it
        """The one error."""

        class ExecutionAlreadyExists(Exception):  # noqa: N818 - as botocore has it
            """The name is taken."""

    def __init__(self) -> None:
        self.executions: dict[str, dict[str, Any]] = {}
        self.concurrency: dict[str, int] = {}

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, str]:  # noqa: A002, N803
        arn = f"{stateMachineArn.replace(':stateMachine:', ':execution:')}:{name}"
        if arn in self.executions:
            raise self.exceptions.ExecutionAlreadyExists
        now = datetime.now(UTC)
        self.executions[arn] = {
            "executionArn": arn, "name": name, "status": "RUNNING", "startDate": now, "input": input,
        }  # fmt: skip
        return {"executionArn": arn}

    def end(self, status: str = "SUCCEEDED", **more: str) -> None:
        """End what is running."""
        for one in self.executions.values():
            if one["status"] == "RUNNING":
                one |= {"status": status, "stopDate": datetime.now(UTC), **more}

    def stop_execution(self, *, executionArn: str, error: str, cause: str) -> None:  # noqa: N803
        assert self.executions[executionArn]["status"] == "RUNNING"
        self.end("ABORTED", error=error, cause=cause)

    def list_executions(self, *, statusFilter: str = "", **_: object) -> dict[str, Any]:  # noqa: N803
        found = [one for one in self.executions.values() if one["status"] in (statusFilter or one["status"])]
        return {"executions": found[::-1]}

    def get_paginator(self, _: str) -> "StepFunctions":
        return self

    def paginate(self, **given: str) -> Iterator[dict[str, Any]]:
        yield self.list_executions(**given)

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return self.executions[executionArn]

    def list_map_runs(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"mapRuns": [{"mapRunArn": executionArn, "startDate": datetime.now(UTC)}]}

    def describe_map_run(self, *, mapRunArn: str) -> dict[str, Any]:  # noqa: N803
        counts = {
            "total": 3,
            "pending": 1,
            "running": 1,
            "succeeded": 1,
            "failed": 0,
            "timedOut": 0,
            "aborted": 0,
        }
        return {"maxConcurrency": self.concurrency.get(mapRunArn, 0), "itemCounts": counts}

    def update_map_run(self, *, mapRunArn: str, maxConcurrency: int) -> None:  # noqa: N803
        self.concurrency[mapRunArn] = maxConcurrency


def real_recipes() -> Recipes:
    return Recipes(Settings(), Presets(), PILLOW)
