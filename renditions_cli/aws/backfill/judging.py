"""What is to be done about one image, and whether it would be rejected. Pure: makes no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from renditions.errors import ImageRejected, ObjectArchived
from renditions.freshness import Freshness, Recipes
from renditions.imaging import limits
from renditions.imaging.formats import FORMATS
from renditions.imaging.formats.format import Format
from renditions.reconciliation.comparison import IN_WORK, Clock, Kind, judge
from renditions.records import ImageRecord
from renditions.settings import Settings
from renditions.storage.objects import StoredObject
from renditions_cli.aws.backfill.plan import State

ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
FRESHNESS = {
    Freshness.CURRENT: State.CURRENT,
    Freshness.STALE: State.STALE,
    Freshness.UNKNOWN: State.UNKNOWN,
}


def state_of(stored: StoredObject, record: ImageRecord | None, clock: Clock, recipes: Recipes) -> State:
    """Return what an image needs.

    One whose event may still be on its way, and one that an execution works on, are left alone.
    """
    if record and record.status in IN_WORK:
        return State.IN_PROGRESS
    kind = judge(stored, record, clock)
    if kind:
        return State.FAILED if kind is Kind.FAILED else State.MISSING
    if record is None or record.etag != stored.etag or record.status not in {"COMPLETED", "REJECTED"}:
        return State.RECENT
    if record.status == "REJECTED":
        return State.REJECTED
    return FRESHNESS[recipes.judge(record) or Freshness.UNKNOWN]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a stack on originals, as far as a list and a record can tell whether an image keeps to them."""

    settings: Settings
    formats: Mapping[str, Format] = field(default_factory=lambda: {one.name: one for one in FORMATS})

    def rejection(self, stored: StoredObject, storage_class: str, record: ImageRecord | None) -> str:
        """Return the code with which an image would be rejected; empty if only reading it can show that."""
        if storage_class in ARCHIVED:
            return ObjectArchived.__name__
        try:
            limits.check_size(stored.bytes, self.settings)
            if record and record.etag == stored.etag:
                self._check_pixels(record)
        except ImageRejected as error:
            return type(error).__name__
        return ""

    def _check_pixels(self, record: ImageRecord) -> None:
        found = self.formats.get(record.format or "")
        if found and record.width and record.height:
            limits.check_dimensions(found, record.width, record.height, self.settings)
            limits.check_animation(found, record.frames or 1, record.width, record.height, self.settings)
