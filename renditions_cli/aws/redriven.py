"""What a redrive did about a failed execution, and what it would do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from renditions.contracts import bucket_and_key
from renditions_cli.aws.failures import FAILED_STATUSES, Failure
from renditions_cli.errors import ExitCode
from renditions_cli.files.originals import Original

GOOD = frozenset({"COMPLETED", "REJECTED", "DELETED", "SUCCEEDED"})


class RedriveAction(StrEnum):
    """What was done about a failed execution."""

    REDRIVEN = "redriven"
    STARTED_ANEW = "started anew"
    SENT_NOTICE = "sent notice"
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
        return self.outcome in GOOD or bool(self.failure.repaired)

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
    name = bucket_and_key(failure.image)[1] or failure.arn.rsplit(":", 1)[-1]
    return Original(Path(name), name, 0)


def rehearse(failure: Failure) -> Redriven:
    """Return what a redrive would do, as far as the failure shows it."""
    if reason := reason_to_skip(failure):
        return Redriven(failure, RedriveAction.SKIPPED, failure.arn, reason)
    if failure.hopeless:
        return refused(failure, failure.hopeless)
    return Redriven(failure, RedriveAction.WOULD_REDRIVE, failure.arn)


def reason_to_skip(failure: Failure) -> str:
    """Return why an execution must not be redriven; an empty string if it should be."""
    if failure.repaired:
        return failure.repaired
    if failure.status not in FAILED_STATUSES:
        return f"The execution is {failure.status}; there is nothing to redrive."
    return ""


def refused(failure: Failure, reason: str) -> Redriven:
    """Return the result for an execution that was not redriven although something is left to do."""
    return Redriven(failure, RedriveAction.REFUSED, failure.arn, reason)


def exit_code(results: Sequence[Redriven]) -> ExitCode:
    """Return OK if nothing is left to do."""
    return ExitCode.OK if all(one.is_good for one in results) else ExitCode.IMAGE_FAILED
