"""Redrive failed executions, or start others where that is not possible, and wait for the results."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions.records import batch_get
from renditions_cli.aws.failures import Failure, read_failures, status_change
from renditions_cli.aws.outcomes import UNFINISHED
from renditions_cli.aws.redriven import RedriveAction, Redriven, refused, rehearse
from renditions_cli.aws.remaining import (
    IN_WORK,
    RUNNING,
    Statuses,
    last_successor,
    read_status,
    successor,
    successor_name,
)
from renditions_cli.aws.sdk_errors import concerns_every_request, response_error
from renditions_cli.aws.stack import Stack
from renditions_cli.files.originals import Original

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

AT_ONCE = 25  # executions at the same time: more would only throttle each other
SECONDS_BETWEEN_CHECKS = 3.0  # 25 executions make eight requests a second; the smallest quota is ten
# The answers of an engine without redrive, and of Step Functions for an execution that is too old or has changed.
CANNOT_REDRIVE = frozenset({
    "InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented",
    "ExecutionNotRedrivable",
})  # fmt: skip
NOT_RECORDED = "The failure is not recorded yet. Try again in a minute, then run `renditions reconcile`."
NOTICE_UNDER_WAY = "The notice is being sent. Try again in a minute."

Changed = Callable[[Original, str], None]


@dataclass(frozen=True, slots=True)
class Redriver:
    """Redrives executions one by one. ``execution_failed``: the state machine that publishes missing outcomes."""

    step_functions: "SFNClient"
    dynamodb: "DynamoDBClient"
    table: str
    execution_failed: str

    def redrive(self, failure: Failure) -> Redriven:
        """Redrive one execution, unless nothing is left to do for it. Where that is not possible, start another one."""
        rehearsed = rehearse(failure)
        if rehearsed.action is not RedriveAction.WOULD_REDRIVE:
            return rehearsed
        try:
            if self.is_notice_under_way(failure):
                return refused(failure, NOTICE_UNDER_WAY)
            return self.redrive_or_start(failure)
        except ClientError as error:
            return refused(failure, response_error(error))

    def is_notice_under_way(self, failure: Failure) -> bool:
        """Whether another execution is about to publish the outcome, which must not be published twice."""
        record = failure.record
        if not failure.facts.is_unpublished or record is None or not record.settled_by:
            return False
        return read_status(self.step_functions, record.settled_by) in RUNNING

    def redrive_or_start(self, failure: Failure) -> Redriven:
        """Redrive the execution, or start what it has not done. Raises ClientError."""
        try:
            self.step_functions.redrive_execution(executionArn=failure.arn)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in CANNOT_REDRIVE:
                raise
            detail = f"redrive not possible: {code}"
        else:
            return Redriven(failure, RedriveAction.REDRIVEN, failure.arn, "only the failed branch runs again")
        if failure.facts.is_unpublished:
            started = Redriven(failure, RedriveAction.SENT_NOTICE, failure.arn, detail)
            return self.start(started, self.execution_failed, status_change(failure))
        record = failure.record
        if record and record.status == "PROCESSING" and record.sequencer == failure.sequencer:
            return refused(failure, NOT_RECORDED)  # a new execution could not claim the image
        started = Redriven(failure, RedriveAction.STARTED_ANEW, failure.arn, detail)
        return self.start(started, failure.machine, failure.input)

    def start(self, one: Redriven, machine: str, document: str) -> Redriven:
        """Start an execution of ``machine`` after the failed one, or after the last that was started so and has ended.

        Its name depends only on that one, so it starts only once.
        """
        client = self.step_functions
        statuses = Statuses(client)
        last = last_successor(machine, one.failure.arn, statuses)
        if last != one.failure.arn and statuses(last) in RUNNING:
            return replace(one, arn=last, detail=f"{one.detail}; already started before")
        try:
            answer = client.start_execution(
                stateMachineArn=machine, name=successor_name(last), input=document
            )
        except client.exceptions.ExecutionAlreadyExists:
            arn = successor(machine, last)
            return replace(one, arn=arn, detail=f"{one.detail}; already started before")
        return replace(one, arn=answer["executionArn"])

    def check(self, one: Redriven) -> Redriven:
        """Add the outcome: the status of the image, or of an execution without one; an empty string while it runs."""
        try:
            return replace(one, outcome=self.read_outcome(one))
        except ClientError as error:
            if concerns_every_request(error):
                raise
            return replace(one, outcome=UNFINISHED, detail=response_error(error))

    def read_outcome(self, one: Redriven) -> str:
        """Return the outcome; an empty string while the execution runs. Raises ClientError.

        The execution may have left the image to another one, which is still at work.
        """
        status = self.step_functions.describe_execution(executionArn=one.arn)["status"]
        if status in RUNNING:
            return ""
        if status != "SUCCEEDED":
            return "FAILED"
        image = one.failure.image
        uris = [image] if image else []
        record = batch_get(self.dynamodb, self.table, uris).get(image)
        if record is None:
            return status
        return "" if record.status in IN_WORK else record.status


def redrive_all(
    stack: Stack, failures: Sequence[Failure], timeout: float, changed: Changed
) -> list[Redriven]:
    """Redrive all, AT_ONCE at a time, and wait at most ``timeout`` seconds for each. Each step calls ``changed``."""
    outputs = stack.outputs
    redriver = Redriver(
        stack.step_functions(), stack.dynamodb(), outputs.images_table, outputs.execution_failed
    )
    waiting = list(failures)
    running: list[tuple[Redriven, float]] = []
    ended: list[Redriven] = []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            one = redriver.redrive(waiting.pop(0))
            if one.action in {RedriveAction.SKIPPED, RedriveAction.REFUSED}:
                ended.append(one)
                changed(one.progress_row, one.action.upper())
            else:
                running.append((one, time.monotonic()))
                changed(one.progress_row, one.action)
        checked = [(check(redriver, one, started + timeout), started) for one, started in running]
        running = [(one, started) for one, started in checked if not one.outcome]
        for one, _ in checked:
            if one.outcome:
                ended.append(one)
                changed(one.progress_row, one.outcome)
        if running:
            time.sleep(SECONDS_BETWEEN_CHECKS)
    return [one if one.is_good or not one.outcome else judged_again(stack, one) for one in ended]


def judged_again(stack: Stack, one: Redriven) -> Redriven:
    """Return the result with the failure as it is now: another execution of this run may have repaired it."""
    [failure] = read_failures(stack, [one.failure.arn])
    return replace(one, failure=failure)


def check(redriver: Redriver, one: Redriven, deadline: float) -> Redriven:
    """Add the outcome, which is UNFINISHED after ``deadline``, a moment of the monotonic clock."""
    checked = redriver.check(one)
    is_late = not checked.outcome and time.monotonic() > deadline
    return replace(checked, outcome=UNFINISHED) if is_late else checked
