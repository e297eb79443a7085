"""The executions of the state machine image_backfill. One at a time: each is limited for itself, not together."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from renditions_cli.errors import CliError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

RUNNING: Final = "RUNNING"
SUCCEEDED: Final = "SUCCEEDED"
PAUSED: Final = "Paused"  # the error of an execution that `renditions backfill pause` has stopped


@dataclass(frozen=True, slots=True)
class Counts:
    """The images of a run. ``processed``: their execution succeeded, so also rejected ones."""

    images: int = 0
    pending: int = 0
    running: int = 0
    processed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """An execution of a plan. ``counts`` and ``concurrency`` are those of its map run, once there is one."""

    arn: str
    plan: str
    manifest: str
    number: int
    status: str
    started: datetime
    stopped: datetime | None
    concurrency: int
    error: str = ""
    map_run: str = ""
    counts: Counts | None = None

    @property
    def is_paused(self) -> bool:
        """Whether `renditions backfill pause` has stopped it. In the console it is ABORTED."""
        return self.status == "ABORTED" and self.error == PAUSED

    @property
    def state(self) -> str:
        """The status in the words of the command."""
        return "PAUSED" if self.is_paused else self.status


@dataclass(frozen=True, slots=True)
class Runs:
    """The executions of the state machine ``machine``. Requests raise botocore's errors."""

    client: "SFNClient"
    machine: str

    def running(self) -> Run | None:
        """Return the run that is going on."""
        found = self.client.list_executions(stateMachineArn=self.machine, statusFilter=RUNNING, maxResults=1)[
            "executions"
        ]
        return self.read(found[0]["executionArn"]) if found else None

    def latest(self, plan: str = "") -> Run | None:
        """Return the last run that was started, of this plan if it is given."""
        pages = self.client.get_paginator("list_executions").paginate(stateMachineArn=self.machine)
        for page in pages:
            for one in page["executions"]:
                if one["name"].startswith(plan):
                    return self.read(one["executionArn"])
        return None

    def read(self, arn: str) -> Run:
        """Return a run as it is now."""
        found = self.client.describe_execution(executionArn=arn)
        given = json.loads(found["input"])
        map_runs = self.client.list_map_runs(executionArn=arn)["mapRuns"]
        concurrency, counts, map_run = given["concurrency"], None, ""
        if map_runs:
            map_run = max(map_runs, key=lambda one: one["startDate"])["mapRunArn"]
            described = self.client.describe_map_run(mapRunArn=map_run)
            counts = _counts(described["itemCounts"])
            concurrency = described["maxConcurrency"] or concurrency
        return Run(
            arn,
            given["plan"],
            given["manifest"],
            given["run"],
            found["status"],
            found["startDate"],
            found.get("stopDate"),
            concurrency,
            found.get("error", ""),
            map_run,
            counts,
        )

    def start(self, plan: str, run: int, manifest: str, concurrency: int) -> str:
        """Start a run under a name that only it has. Returns its ARN; another start of the same run returns the same.

        Raises CliError if it was started before and has ended.
        """
        given = {"plan": plan, "run": run, "manifest": manifest, "concurrency": concurrency}
        name = f"{plan}-{run}"
        try:
            return self.client.start_execution(
                stateMachineArn=self.machine, name=name, input=json.dumps(given)
            )["executionArn"]
        except self.client.exceptions.ExecutionAlreadyExists as error:
            arn = f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"
            if self.read(arn).status == RUNNING:
                return arn
            raise CliError(f"Run {run} of the plan {plan} has just ended. Run the command again.") from error

    def throttle(self, run: Run, concurrency: int) -> None:
        """Change how many images of a run may be in work at once. Raises CliError before it has begun to read."""
        if not run.map_run:
            raise CliError("The backfill is about to start. Try again in a few seconds.")
        self.client.update_map_run(mapRunArn=run.map_run, maxConcurrency=concurrency)

    def stop(self, run: Run) -> None:
        """Start no further image of a run. Those in work finish, because the state machine may not stop them."""
        self.client.stop_execution(
            executionArn=run.arn, error=PAUSED, cause="Run `renditions backfill resume` to continue."
        )


def _counts(items: Any) -> Counts:
    """Items are aborted when a run is stopped: most were never in work, and those that were go on without it."""
    ended = items["failed"] + items["timedOut"]
    return Counts(
        items["total"], items["pending"] + items["aborted"], items["running"], items["succeeded"], ended
    )
