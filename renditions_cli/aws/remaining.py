"""Whether anything is left to do for an execution that ended badly.

Its event is done if its outcome was published, or if a newer event of the same image makes it irrelevant. The record
shows which: its owner, its sequencer, its status, and the execution that published the outcome in its owner's place
(``settled_by``).
"""

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions.records import ImageRecord
from renditions_cli.aws.sdk_errors import concerns_every_request

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# The outcome of the event is in the record. FAILED is not one: the event has to be processed again.
FINAL = frozenset({"COMPLETED", "REJECTED", "DELETED"})
IN_WORK = frozenset({"PROCESSING", "DELETING"})
RUNNING = frozenset({"RUNNING", "PENDING_REDRIVE"})
MOST_SUCCESSORS = 9  # each after the one before has ended


@dataclass(frozen=True, slots=True)
class Facts:
    """An execution: its ARN, that of its state machine, its status, the sequencer of its event, the image's record."""

    arn: str
    machine: str
    is_deletion: bool
    status: str
    sequencer: str
    record: ImageRecord | None

    @property
    def owns_record(self) -> bool:
        """Whether the record is this execution's."""
        return self.record is not None and self.record.execution_arn == self.arn

    @property
    def is_unpublished(self) -> bool:
        """Whether the execution has written the outcome into the record but ended before it had published it."""
        return self.record is not None and self.owns_record and self.record.status in FINAL

    @property
    def is_record_older(self) -> bool:
        """Whether the record shows nothing of this execution's event, or there is none."""
        return self.record is None or (self.record.sequencer or "") < self.sequencer


@dataclass(frozen=True, slots=True)
class Statuses:
    """The statuses of executions, each read at most once."""

    step_functions: "SFNClient"
    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, arn: str) -> str:
        """Return the status of an execution; an empty string if there is no such execution."""
        if arn not in self.known:
            self.known[arn] = read_status(self.step_functions, arn)
        return self.known[arn]


def read_status(client: "SFNClient", arn: str) -> str:
    """Return the current status of an execution; an empty string if there is none, UNKNOWN if it cannot be read."""
    try:
        return client.describe_execution(executionArn=arn)["status"]
    except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn):
        return ""
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return "UNKNOWN"


def nothing_left(one: Facts, statuses: "Statuses") -> str:
    """Return why nothing is left to do; an empty string if something is."""
    if one.status == "SUCCEEDED":
        return "The execution succeeded."
    if one.is_unpublished:
        return nothing_to_publish(one, statuses)
    if one.is_record_older:
        return succeeded_anew(one, statuses)
    return owned_by_another(one)


def nothing_to_publish(one: Facts, statuses: "Statuses") -> str:
    """Return that another execution has published the outcome, if one has."""
    record = one.record
    if record is None or not record.settled_by or statuses(record.settled_by) != "SUCCEEDED":
        return ""
    return f"The image is {record.status}. Its notice was sent by {record.settled_by.rpartition(':execution:')[2]}."


def succeeded_anew(one: Facts, statuses: "Statuses") -> str:
    """Return that a deletion, started anew, had nothing to delete: then no record says so.

    An upload that was processed anew is in the record. If the record does not have it, it has to be processed.
    """
    if not one.is_deletion:
        return ""
    last = last_successor(one.machine, one.arn, statuses)
    return "A new execution with the same input succeeded." if statuses(last) == "SUCCEEDED" else ""


def owned_by_another(one: Facts) -> str:
    """Return that another execution owns the image, if that execution also answers for this one's event."""
    record = one.record
    if record is None or one.owns_record:
        return ""
    if (record.sequencer or "") > one.sequencer:
        return f"A newer upload or deletion owns the image, which is {record.status}."
    if record.status in FINAL | IN_WORK:
        return f"Another execution of the same event owns the image, which is {record.status}."
    return ""


def successor_name(arn: str) -> str:
    """Return the name of the execution that a redrive starts after ``arn``: always the same, so it starts only once."""
    return f"redrive-{hashlib.sha256(arn.encode()).hexdigest()[:32]}"


def successor(machine: str, arn: str) -> str:
    """Return the ARN of the execution of ``machine`` that a redrive starts after ``arn``."""
    return f"{machine.replace(':stateMachine:', ':execution:')}:{successor_name(arn)}"


def last_successor(machine: str, arn: str, statuses: "Statuses") -> str:
    """Return the last execution of those that redrives have started after ``arn``; ``arn`` itself if there is none."""
    for _ in range(MOST_SUCCESSORS):
        following = successor(machine, arn)
        if not statuses(following):
            return arn
        arn = following
    return arn
