"""Whether the renditions that a record names are those that its stack would make now. Pure: makes no request."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from renditions.contracts import bucket_and_key
from renditions.framing import Framing
from renditions.presets import Preset, Presets
from renditions.recipe import Traits, recipe
from renditions.records import ImageRecord
from renditions.settings import Settings

# The attributes of the record that decide it, for whoever reads only these.
NEEDED: Final = (
    "image_uri", "status", "renditions", "recipe", "preset",
    "format", "width", "height", "frames", "has_alpha", "focus", "crop",
)  # fmt: skip


class Freshness(StrEnum):
    """What a record says about its renditions. UNKNOWN: it was written before records had recipes."""

    CURRENT = "current"
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recipes:
    """What a stack makes of images now: its settings, its presets, and the library that resizes in its functions."""

    settings: Settings
    presets: Presets
    resizer: str

    def judge(self, record: ImageRecord) -> Freshness | None:
        """Return what has become of the renditions that are served; None if there are none."""
        if not record.renditions:
            return None
        traits = _traits(record)
        if not record.recipe or traits is None:
            return Freshness.UNKNOWN
        return Freshness.CURRENT if record.recipe in self._of(record, traits) else Freshness.STALE

    def _of(self, record: ImageRecord, traits: Traits) -> Iterator[str]:
        """Yield the recipes that are current: that of the preset by key, and that of a preset which was asked for.

        The record does not say which of them it was, but its recipe is only one of the two.
        """
        by_key = self.presets.choose(bucket_and_key(record.image_uri)[1]).preset
        yield self._recipe(by_key, traits, asked=False)
        if not self.presets.by_metadata:
            yield self._recipe(by_key, traits, asked=True)  # what originals ask for counts no longer
        elif asked := self.presets.by_name.get(record.preset or ""):
            yield self._recipe(asked, traits, asked=True)

    def _recipe(self, preset: Preset, traits: Traits, *, asked: bool) -> str:
        settings = preset.settings(self.settings)
        return recipe(settings, traits, preset.skipped, self.resizer, asked=asked)


def _traits(record: ImageRecord) -> Traits | None:
    """Return the traits of the image that is served; None if its record is not complete."""
    facts = (record.format, record.width, record.height, record.frames, record.has_alpha)
    if record.format is None or None in facts:
        return None
    framing = Framing(record.focus or "", record.crop or "")
    return Traits(
        record.format,
        record.width or 0,
        record.height or 0,
        record.frames or 0,
        bool(record.has_alpha),
        framing,
    )
