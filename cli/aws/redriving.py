"""Redrive failed executions, or start new ones where that is not possible, and wait for the results."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.aws.failures import FAILED_STATUSES, Failure
from cli.aws.outcomes import UNFINISHED
from cli.aws.sdk_errors import response_error
from cli.aws.stack import Stack
from cli.errors import ExitCode
from cli.files.originals import Original
from renditions.records import batch_get

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

AT_ONCE = 25  # executions at the same time: more would only throttle each other
SECONDS_BETWEEN_CHECKS = 1.0
# The answers of an engine without redrive, and of Step Functions for an execution that is too old or has changed.
CANNOT_REDRIVE = frozenset({
    "InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented",
    "ExecutionNotRedrivable",
})  # fmt: skip
GOOD = frozenset({"COMPLETED", "REJECTED", "DELETED", "SUCCEEDED"})

Changed = Callable[[Original, str], None]


class RedriveAction(StrEnum):
    """What was done about a failed execution."""

    REDRIVEN = "redriven"
    STARTED_ANEW = "started anew"
    SKIPPED = "skipped"
    REFUSED = "refused"
    WOULD_REDRIVE = "would redrive"


@dataclass(frozen=True, slots=True)
class Redriven:
    """A failed execution, what was done about it, and the result.

    ``arn``: the execution that now processes the image. ``detail``: why it was skipped, refused or started anew.
    ``outcome``: the final status of the image, UNFINISHED, or empty if nothing was started.
    """

    failure: Failure
    action: RedriveAction
    arn: str
    detail: str = ""
    outcome: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is left to do for this execution."""
        return self.outcome in GOOD or (self.action is RedriveAction.SKIPPED and bool(self.failure.repaired))

    @property
    def progress_row(self) -> Original:
        """The row in the progress display."""
        return progress_row(self.failure)

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {
            "image": self.failure.image or None,
            "failed_execution_arn": self.failure.arn,
            "done": self.action.replace(" ", "_"),
            "execution_arn": self.arn,
            "detail": self.detail or None,
            "outcome": self.outcome or None,
        }


def progress_row(failure: Failure) -> Original:
    """Return the row in the progress display, which shows originals: the image, or the execution without one."""
    name = failure.image.removeprefix("s3://").partition("/")[2] or failure.arn.rsplit(":", 1)[-1]
    return Original(Path(name), name, 0)


def reason_to_skip(failure: Failure) -> str:
    """Return why an execution must not be redriven; an empty string if it should be."""
    if failure.status not in FAILED_STATUSES:
        return f"The execution is {failure.status}; there is nothing to redrive."
    return failure.repaired


@dataclass(frozen=True, slots=True)
class Redriver:
    """Redrives executions one by one."""

    step_functions: "SFNClient"
    dynamodb: "DynamoDBClient"
    table: str

    def redrive(self, failure: Failure) -> Redriven:
        """Redrive one execution, unless the image is repaired or a newer execution owns it."""
        if reason := reason_to_skip(failure):
            return Redriven(failure, RedriveAction.SKIPPED, failure.arn, reason)
        try:
            self.step_functions.redrive_execution(executionArn=failure.arn)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in CANNOT_REDRIVE:
                return self.start_anew(failure, f"redrive not possible: {code}")
            return Redriven(failure, RedriveAction.REFUSED, failure.arn, response_error(error))
        return Redriven(failure, RedriveAction.REDRIVEN, failure.arn, "only the failed branch runs again")

    def start_anew(self, failure: Failure, detail: str) -> Redriven:
        """Start a new execution with the same input. Its name depends only on the failed one, so it starts only once.

        It can claim the image only after the failure has been recorded.
        """
        if failure.record is not None and failure.record.status == "PROCESSING":
            reason = (
                "The failure is not recorded yet. Try again in a minute. If that does not help, run "
                "`renditions reconcile`."
            )
            return Redriven(failure, RedriveAction.REFUSED, failure.arn, reason)
        name = f"redrive-{hashlib.sha256(failure.arn.encode()).hexdigest()[:32]}"
        client = self.step_functions
        try:
            answer = client.start_execution(stateMachineArn=failure.machine, name=name, input=failure.input)
        except client.exceptions.ExecutionAlreadyExists:
            arn = f"{failure.machine.replace(':stateMachine:', ':execution:')}:{name}"
            return Redriven(failure, RedriveAction.STARTED_ANEW, arn, f"{detail}; already started before")
        except ClientError as error:
            return Redriven(failure, RedriveAction.REFUSED, failure.arn, response_error(error))
        return Redriven(failure, RedriveAction.STARTED_ANEW, answer["executionArn"], detail)

    def read_outcome(self, one: Redriven) -> str:
        """Return the status of the image, or of an execution without one; an empty string while it runs."""
        status = self.step_functions.describe_execution(executionArn=one.arn)["status"]
        if status in {"RUNNING", "PENDING_REDRIVE"}:
            return ""
        if status != "SUCCEEDED":
            return "FAILED"
        image = one.failure.image
        record = batch_get(self.dynamodb, self.table, [image]).get(image) if image else None
        return record.status if record else status


def redrive_all(
    stack: Stack, failures: Sequence[Failure], timeout: float, changed: Changed
) -> list[Redriven]:
    """Redrive all, AT_ONCE at a time, and wait at most ``timeout`` seconds for each. Each step calls ``changed``."""
    redriver = Redriver(stack.step_functions(), stack.dynamodb(), stack.outputs.images_table)
    waiting = list(failures)
    running: dict[str, tuple[Redriven, float]] = {}
    ended: list[Redriven] = []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            one = redriver.redrive(waiting.pop(0))
            if one.action in {RedriveAction.SKIPPED, RedriveAction.REFUSED}:
                ended.append(one)
                changed(one.progress_row, one.action.upper())
            else:
                running[one.arn] = one, time.monotonic()
                changed(one.progress_row, one.action)
        for arn, (one, started) in list(running.items()):
            is_late = time.monotonic() - started > timeout
            if outcome := redriver.read_outcome(one) or (UNFINISHED if is_late else ""):
                del running[arn]
                ended.append(replace(one, outcome=outcome))
                changed(one.progress_row, outcome)
        if running:
            time.sleep(SECONDS_BETWEEN_CHECKS)
    return ended


def exit_code(results: Sequence[Redriven]) -> ExitCode:
    """Return OK if nothing is left to do."""
    return ExitCode.OK if all(one.is_good for one in results) else ExitCode.IMAGE_FAILED
