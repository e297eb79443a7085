"""What a change of an image's record means in numbers: uploads, outcomes, time and bytes. Pure: makes no request.

Functions cannot count outcomes: a retried function would count twice, and states that are no functions write them. The
record changes once for each. docs/operations.md describes the metrics.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from renditions.contracts import BACKFILL
from renditions.errors import ImageRejected
from renditions.logs import pseudonym
from renditions.records import ImageRecord

UNITS: Final[Mapping[str, str]] = {
    "Uploads": "Count",
    "Completed": "Count",
    "Rejected": "Count",
    "Failed": "Count",
    "Deleted": "Count",
    "Backfilled": "Count",
    "TimeToNotice": "Milliseconds",
    "Pixels": "Count",
    "BytesIn": "Bytes",
    "BytesOut": "Bytes",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "COMPLETED": "Completed",
    "REJECTED": "Rejected",
    "FAILED": "Failed",
    "DELETED": "Deleted",
}
OTHER: Final = "Other"
# Each value is a metric that AWS bills, so a rejection of another release counts as OTHER.
REASONS: Final = frozenset({one.__name__ for one in ImageRejected.__subclasses__()} | {OTHER})
# EventBridge delivers for a day, and then an execution takes seconds, or hours while Lambda is throttled. A longer time
# mostly says when somebody repaired the image, and nothing about the pipeline.
_LONGEST_TIME: Final = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One change of a record in numbers. ``values``: metric → value; ``reason``: of a rejection, otherwise empty.

    ``facts`` describe the image for searches in the log. They are not dimensions, and none is personal.
    """

    moment: datetime
    values: Mapping[str, float]
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def measure(before: ImageRecord | None, after: ImageRecord | None) -> Measurement | None:
    """Return what a change of a record counts for; None if for nothing. A removed record counts for nothing."""
    if after is None:
        return None
    uploaded = {"Uploads": 1} if _is_upload(before, after) else {}
    outcome = _counted_as(after) if _is_outcome(before, after) else ""
    values = {**uploaded, **({outcome: 1} if outcome else {}), **_sizes(after, outcome)}
    moment = after.completed_at if outcome else after.started_at
    if not values or not moment:
        return None
    code = after.reason_code or OTHER
    reason = (code if code in REASONS else OTHER) if outcome == "Rejected" else ""
    return Measurement(datetime.fromisoformat(moment), values, reason, _facts(after, outcome))


def _is_upload(before: ImageRecord | None, after: ImageRecord) -> bool:
    """Whether the record is about an upload that it was not about before.

    An execution that starts anew, or that reconciliation starts, has the same upload: to S3, zeros at the end of a
    sequencer mean nothing.
    """
    if after.status not in {"PROCESSING", "FAILED"} or after.origin == BACKFILL:
        return False
    return before is None or _upload(before) != _upload(after)


def _upload(record: ImageRecord) -> tuple[str | None, str]:
    return record.etag, (record.sequencer or "").rstrip("0")


def _is_outcome(before: ImageRecord | None, after: ImageRecord) -> bool:
    """Whether the record has got an outcome, and not only another attribute such as ``settled_by``."""
    if after.status not in OUTCOMES:
        return False
    return before is None or _ending(before) != _ending(after)


def _counted_as(record: ImageRecord) -> str:
    """The metric of an outcome. Only what fails in a backfill is counted as it is elsewhere, because it needs somebody.

    The others would drown those of uploads: a tighter limit may reject thousands of old images at once.
    """
    if record.origin == BACKFILL and record.status in {"COMPLETED", "REJECTED"}:
        return "Backfilled"
    return OUTCOMES[record.status]


def _ending(record: ImageRecord) -> tuple[str, str | None, str | None]:
    return record.status, record.execution_arn, record.completed_at


def _sizes(record: ImageRecord, outcome: str) -> dict[str, float]:
    """The time, pixels and bytes of a completed image. What the record of an older release lacks is left out."""
    if outcome != "Completed":
        return {}
    sizes: dict[str, float] = {"BytesOut": sum(one.bytes for one in record.renditions)}
    if record.bytes is not None:
        sizes["BytesIn"] = record.bytes
    if record.width and record.height:
        sizes["Pixels"] = record.width * record.height
    if record.uploaded_at and record.completed_at:
        taken = datetime.fromisoformat(record.completed_at) - datetime.fromisoformat(record.uploaded_at)
        if timedelta() <= taken <= _LONGEST_TIME:
            sizes["TimeToNotice"] = round(taken / timedelta(milliseconds=1))
    return sizes


def _facts(record: ImageRecord, outcome: str) -> dict[str, Any]:
    facts = {
        "image": pseudonym(record.image_uri),
        "execution": record.execution_arn,
        "outcome": outcome or "Uploaded",
        "format": record.format if outcome == "Completed" else None,
        "error": record.reason_code if outcome == "Failed" else None,
    }
    return {name: value for name, value in facts.items() if value}
