"""What is wrong with one image, from what S3, DynamoDB and Step Functions say about it. Pure: makes no request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from renditions.contracts import bucket_and_key
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject

# TimeoutSeconds of the state machines, the longest that an execution can run. A test keeps the two equal.
LONGEST_EXECUTION: Final = timedelta(seconds=86400)
# AWS ends an Express execution then. With Workflow=express, it is the first owner of a record.
LONGEST_EXPRESS: Final = timedelta(seconds=300)
IN_WORK: Final = frozenset({"PROCESSING", "DELETING"})
DEFAULT_GRACE: Final = timedelta(minutes=15)
# Between the time of an object and that of its event.
_EVENT_DELAY: Final = timedelta(minutes=1)


class Kind(StrEnum):
    """What can be wrong. An execution repairs the first seven, the others are for an operator."""

    UNRECORDED = "no record"
    OUTDATED = "record of an older object"
    ROLLED_BACK = "earlier version is current again"
    REVIVED = "deleted record, but the object is there"
    STUCK = "stuck"
    INCOMPLETE = "rendition missing"
    GONE = "record, but the object is gone"
    FAILED = "failed"
    UNREADABLE = "cannot be read"
    ORPHANED = "orphaned rendition"
    FOREIGN = "foreign file"


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution. ``since``: when it ended, or while it is running, when it started or was last redriven."""

    running: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``uri`` is that of the image or of the file; ``detail`` may be empty."""

    kind: Kind
    uri: str
    record: ImageRecord | None = None
    detail: str = ""

    @property
    def key(self) -> str:
        """The key in ``s3://bucket/key``."""
        return bucket_and_key(self.uri)[1]


@dataclass(frozen=True, slots=True)
class Clock:
    """``now``, and the grace period. What is younger is left alone, because its event may still be on its way."""

    now: datetime
    grace: timedelta = DEFAULT_GRACE

    def is_settled(self, moment: datetime) -> bool:
        """Return whether ``moment`` is before the grace period."""
        return moment <= self.now - self.grace


def judge(stored: StoredObject, record: ImageRecord | None, clock: Clock) -> Kind | None:
    """Return what is wrong according to the object and the record alone; None for nothing, or nothing yet.

    PROCESSING, DELETING and COMPLETED need more checks: ``is_stuck``, and whether the renditions exist.
    """
    if not clock.is_settled(stored.modified):
        return None
    if record is None:
        return Kind.UNRECORDED
    if record.status == "DELETED":
        return Kind.REVIVED
    if record.status == "DELETING":
        return None
    if record.etag != stored.etag or _is_newer(stored, record):
        return Kind.ROLLED_BACK if _is_older(stored, record) else Kind.OUTDATED
    return Kind.FAILED if record.status == "FAILED" else None


def express_owner(record: ImageRecord) -> Execution | None:
    """Return the Express execution that owns a record, as far as the record shows it; None if another kind does.

    Step Functions does not describe Express executions. It is over five minutes after its claim at the latest.
    """
    if ":express:" not in (record.execution_arn or "") or record.started_at is None:
        return None
    return Execution(running=False, since=datetime.fromisoformat(record.started_at) + LONGEST_EXPRESS)


def is_stuck(execution: Execution | None, clock: Clock) -> bool:
    """Return whether a record that is PROCESSING or DELETING will stay so. ``execution``: its owner, None if unknown.

    An execution that has just ended may still have a last write, or the report of its failure, on its way.
    """
    if execution is None:
        return True
    if execution.running:
        return execution.since < clock.now - LONGEST_EXECUTION - clock.grace
    return clock.is_settled(execution.since)


def _is_older(stored: StoredObject, record: ImageRecord) -> bool:
    """Whether the object was there before the upload of the record: a newer version was removed since."""
    return record.started_at is not None and stored.modified < datetime.fromisoformat(record.started_at)


def _is_newer(stored: StoredObject, record: ImageRecord) -> bool:
    """Whether the same bytes were stored again, perhaps with another focus or crop: a copy has the same ETag."""
    if record.uploaded_at is None:
        return False
    return stored.modified > datetime.fromisoformat(record.uploaded_at) + _EVENT_DELAY
