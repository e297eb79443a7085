"""What is to be done about one image, and whether it would be rejected. Pure: makes no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from renditions.errors import ImageRejected, ObjectArchived
from renditions.freshness import NEEDED, Freshness, Recipes
from renditions.imaging import limits
from renditions.imaging.formats import FORMATS
from renditions.imaging.formats.format import Format
from renditions.reconciliation.comparison import IN_WORK, Clock, Kind, judge
from renditions.records import ImageRecord
from renditions.settings import Settings
from renditions.storage.objects import StoredObject
from renditions_cli.aws.backfill.plan import State

# What the recipes look at, besides the preset of the key and whether there are renditions.
DECISIVE = tuple(name for name in NEEDED if name not in {"image_uri", "renditions"})
MOST_KNOWN = 10_000
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
FRESHNESS = {
    Freshness.CURRENT: State.CURRENT,
    Freshness.STALE: State.STALE,
    Freshness.UNKNOWN: State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Judge:
    """What images need, with these recipes. It remembers what it has found: many photographs have the same size."""

    recipes: Recipes
    _known: dict[tuple[object, ...], Freshness | None] = field(default_factory=dict)

    def freshness(self, key: str, record: ImageRecord) -> Freshness | None:
        """Return what the recipes say about a record."""
        preset = self.recipes.presets.choose(key).preset.name
        # As texts, because the labels are a mapping.
        facts = (preset, bool(record.renditions), *(repr(getattr(record, name)) for name in DECISIVE))
        if facts not in self._known:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            self._known[facts] = self.recipes.judge(record)
        return self._known[facts]

    def state_of(self, stored: StoredObject, record: ImageRecord | None, clock: Clock) -> State:
        """Return what an image needs.

        One whose event may still be on its way, and one that an execution works on, are left alone.
        """
        state = _at_first_sight(stored, record, clock)
        if state or not record:
            return state or State.RECENT
        return FRESHNESS[self.freshness(stored.key, record) or Freshness.UNKNOWN]


def _at_first_sight(stored: StoredObject, record: ImageRecord | None, clock: Clock) -> State | None:
    """The state, or None if the recipes decide it."""
    if record and record.status in IN_WORK:
        return State.IN_PROGRESS
    kind = judge(stored, record, clock)
    if kind:
        return State.FAILED if kind is Kind.FAILED else State.MISSING
    if record is None or record.etag != stored.etag or record.status not in {"COMPLETED", "REJECTED"}:
        return State.RECENT
    return State.REJECTED if record.status == "REJECTED" else None


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
