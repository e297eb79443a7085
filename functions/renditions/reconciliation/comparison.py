"""What is wrong with one image, told from what S3, DynamoDB and Step Functions say about it. Pure: no AWS in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

# TimeoutSeconds of the state machine, which a test keeps equal: no execution works longer.
LONGEST_EXECUTION: Final = timedelta(seconds=7200)
IN_WORK: Final = frozenset({"PROCESSING", "DELETING"})
DEFAULT_GRACE: Final = timedelta(minutes=15)


class Kind(StrEnum):
    """What can be wrong. The first six are put right by an execution, the others are for an operator."""

    UNRECORDED = "no record"
    OUTDATED = "record of an older object"
    REVIVED = "deleted record, but the object is there"
    STUCK = "stuck"
    INCOMPLETE = "rendition missing"
    GONE = "record, but the object is gone"
    FAILED = "failed"
    ORPHANED = "orphaned rendition"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The current version of an object, as S3 lists it. ``etag`` without quotation marks, ``modified`` in UTC."""

    key: str
    etag: str
    bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What the images table knows about an image; ``renditions``: the keys that its record names."""

    uri: str
    status: str
    etag: str
    sequencer: str
    execution_arn: str
    started_at: str
    renditions: tuple[str, ...] = field(default=())

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Parse an item as DynamoDB returns it."""
        made = item.get("renditions", {}).get("M", {}).values()
        return cls(
            uri=item["image_uri"]["S"],
            status=item["status"]["S"],
            etag=_text(item, "etag"),
            sequencer=_text(item, "sequencer"),
            execution_arn=_text(item, "execution_arn"),
            started_at=_text(item, "started_at"),
            renditions=tuple(one["M"]["key"]["S"] for one in made),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """An execution: whether it still runs, and since when it runs (its last redrive counts) or has ended."""

    running: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``uri`` is the image's, for an orphan the rendition's; ``detail`` may be empty."""

    kind: Kind
    uri: str
    known: Known | None = None
    detail: str = ""

    @property
    def key(self) -> str:
        """The key in ``s3://bucket/key``."""
        return self.uri.removeprefix("s3://").partition("/")[2]


@dataclass(frozen=True, slots=True)
class Clock:
    """``now``, and how long everything that is younger is left alone, because its event may still be on its way."""

    now: datetime
    grace: timedelta = DEFAULT_GRACE

    def is_settled(self, moment: datetime) -> bool:
        """Whether ``moment`` is longer ago than the grace period."""
        return moment <= self.now - self.grace


def judge(stored: StoredObject, known: Known | None, clock: Clock) -> Kind | None:
    """What the listing and the record alone show to be wrong; None for nothing, or nothing yet.

    PROCESSING, DELETING and COMPLETED need more than that: ``is_stuck``, and a look for the renditions.
    """
    if not clock.is_settled(stored.modified):
        return None
    if known is None:
        return Kind.UNRECORDED
    if known.status == "DELETED":
        return Kind.REVIVED
    if known.status == "DELETING":
        return None
    if known.etag != stored.etag:
        return Kind.OUTDATED
    return Kind.FAILED if known.status == "FAILED" else None


def is_stuck(run: Run | None, clock: Clock) -> bool:
    """Whether a record that says PROCESSING or DELETING will stay so. ``run``: its execution, None if unknown.

    One that has just ended is left alone: what it wrote last, or the report of its failure, is still on its way.
    """
    if run is None:
        return True
    if run.running:
        return run.since < clock.now - LONGEST_EXECUTION - clock.grace
    return clock.is_settled(run.since)


def _text(item: Mapping[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
