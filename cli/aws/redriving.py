"""Let failed executions go on, or start them anew where that is all that can be done, and see what comes of it."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.aws.failures import ENDS, Failure
from cli.aws.images import read_records
from cli.aws.outcomes import UNFINISHED
from cli.aws.sdk_errors import refused
from cli.aws.stack import Stack
from cli.errors import ExitCode
from cli.files.originals import Original

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

AT_ONCE = 25  # executions under way at the same time: more would only throttle each other
SECONDS_BETWEEN_LOOKS = 1.0
# What an engine answers that has no redrive, and Step Functions about an execution too old for it, or changed since.
NO_REDRIVE = frozenset({
    "InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented",
    "ExecutionNotRedrivable",
})  # fmt: skip
GOOD = frozenset({"COMPLETED", "REJECTED", "DELETED", "SUCCEEDED"})

Changed = Callable[[Original, str], None]


class Done(StrEnum):
    """What was done about a failed execution."""

    REDRIVEN = "redriven"
    STARTED_ANEW = "started anew"
    SKIPPED = "skipped"
    REFUSED = "refused"
    WOULD_REDRIVE = "would redrive"


@dataclass(frozen=True, slots=True)
class Redriven:
    """A failed execution, what was done, and what came of it.

    ``arn``: the execution that works on it now. ``detail``: why it was skipped or refused, or not just redriven.
    ``outcome``: the image's status at the end, UNFINISHED, or empty where nothing was started.
    """

    failure: Failure
    done: Done
    arn: str
    detail: str = ""
    outcome: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is left to do for this one."""
        return self.outcome in GOOD or (self.done is Done.SKIPPED and bool(self.failure.repaired))

    @property
    def row(self) -> Original:
        """The image, as the progress display shows files."""
        return shown(self.failure)

    def to_json(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "image": self.failure.image or None,
            "failed_execution_arn": self.failure.arn,
            "done": self.done.replace(" ", "_"),
            "execution_arn": self.arn,
            "detail": self.detail or None,
            "outcome": self.outcome or None,
        }


def shown(failure: Failure) -> Original:
    """The image (or the execution without one), as the progress display shows files."""
    name = failure.image.removeprefix("s3://").partition("/")[2] or failure.arn.rsplit(":", 1)[-1]
    return Original(Path(name), name, 0)


def why_not(failure: Failure) -> str:
    """Why an execution is not to be redriven; empty if it is."""
    if failure.status not in ENDS:
        return f"The execution is {failure.status}: there is nothing to redrive."
    return failure.repaired


@dataclass(frozen=True, slots=True)
class Redriver:
    """Redrives executions, with the clients for it."""

    step_functions: "SFNClient"
    dynamodb: "DynamoDBClient"
    table: str

    def begin(self, failure: Failure) -> Redriven:
        """Redrive one execution, unless its image is well or another execution's."""
        if reason := why_not(failure):
            return Redriven(failure, Done.SKIPPED, failure.arn, reason)
        try:
            self.step_functions.redrive_execution(executionArn=failure.arn)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in NO_REDRIVE:
                return self.start_anew(failure, f"no redrive here: {code}")
            return Redriven(failure, Done.REFUSED, failure.arn, refused(error))
        return Redriven(failure, Done.REDRIVEN, failure.arn, "only what had failed runs again")

    def start_anew(self, failure: Failure, detail: str) -> Redriven:
        """Start a new execution with the same input, under a name that the failed one determines.

        It can claim the image only once the failure is in the record.
        """
        if failure.record is not None and failure.record.status == "PROCESSING":
            reason = "The failure is not in the record yet: again in a minute; if it stays so, `renditions reconcile`."
            return Redriven(failure, Done.REFUSED, failure.arn, reason)
        name = f"redrive-{hashlib.sha256(failure.arn.encode()).hexdigest()[:32]}"
        client = self.step_functions
        try:
            answer = client.start_execution(stateMachineArn=failure.machine, name=name, input=failure.input)
        except client.exceptions.ExecutionAlreadyExists:
            arn = f"{failure.machine.replace(':stateMachine:', ':execution:')}:{name}"
            return Redriven(failure, Done.STARTED_ANEW, arn, f"{detail}; started before")
        except ClientError as error:
            return Redriven(failure, Done.REFUSED, failure.arn, refused(error))
        return Redriven(failure, Done.STARTED_ANEW, answer["executionArn"], detail)

    def look(self, one: Redriven) -> str:
        """What came of it: the image's status, or the execution's where it has no image; empty while it runs."""
        status = self.step_functions.describe_execution(executionArn=one.arn)["status"]
        if status in {"RUNNING", "PENDING_REDRIVE"}:
            return ""
        if status != "SUCCEEDED":
            return "FAILED"
        image = one.failure.image
        record = read_records(self.dynamodb, self.table, [image]).get(image) if image else None
        return record.status if record else status


def redrive_all(
    stack: Stack, failures: Sequence[Failure], timeout: float, changed: Changed
) -> list[Redriven]:
    """Redrive all, some at a time, and wait for each at most ``timeout`` seconds; ``changed`` hears of every step."""
    redriver = Redriver(stack.step_functions(), stack.dynamodb(), stack.outputs.images_table)
    waiting = list(failures)
    under_way: dict[str, tuple[Redriven, float]] = {}
    ended: list[Redriven] = []
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            one = redriver.begin(waiting.pop(0))
            if one.done in {Done.SKIPPED, Done.REFUSED}:
                ended.append(one)
                changed(one.row, one.done.upper())
            else:
                under_way[one.arn] = one, time.monotonic()
                changed(one.row, one.done)
        for arn, (one, started) in list(under_way.items()):
            is_late = time.monotonic() - started > timeout
            if outcome := redriver.look(one) or (UNFINISHED if is_late else ""):
                del under_way[arn]
                ended.append(replace(one, outcome=outcome))
                changed(one.row, outcome)
        if under_way:
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return ended


def exit_code(results: Sequence[Redriven]) -> ExitCode:
    """OK if every image is well at the end."""
    return ExitCode.OK if all(one.is_good for one in results) else ExitCode.IMAGE_FAILED
