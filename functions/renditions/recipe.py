"""The recipe of an image: a hash of the settings that decide the pixels of its renditions, without the original.

A record with the recipe says what a changed setting has made stale, and nobody needs to read the original. So settings
that cannot matter to this image are left out: how animations are kept, for one that stands still. In doubt a setting
counts, because making the same pixels again costs less than leaving an image as it was.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from renditions.framing import Framing
from renditions.labels import NONE, Labels
from renditions.labels.packet import xmp_packet
from renditions.settings import IMAGING_REVISION, KEEP, RenditionSpec, Settings, revised
from renditions.shapes import TRANSPARENT, fit_around, fit_inside, padding

Size = tuple[int, int]

# Those of imaging.outputs, which needs Pillow; a test compares them.
KEEPS_ANIMATIONS: Final = ("webp", "auto")
# The format in which ``frames`` are pages.
_PAGES: Final = "TIFF"
# A GIF may leave part of its canvas empty without saying so in its header.
_EMPTY_CANVAS: Final = "GIF"


@dataclass(frozen=True, slots=True)
class Traits:
    """What decides which settings matter to an image. ``width`` and ``height`` are those of the upright original."""

    format: str
    width: int
    height: int
    frames: int
    has_alpha: bool
    framing: Framing
    labels: Labels = NONE
    has_gain_map: bool = False

    @property
    def is_animated(self) -> bool:
        """Whether the frames are those of an animation."""
        return self.frames > 1 and self.format != _PAGES

    @property
    def may_be_transparent(self) -> bool:
        """Whether a background can show."""
        return self.has_alpha or self.is_animated or self.format == _EMPTY_CANVAS


@dataclass(frozen=True, slots=True)
class _Shape:
    """The size to which an image is ``resized`` for ``spec``, and its size after the crop or on the canvas."""

    spec: RenditionSpec
    resized: Size
    size: Size

    @classmethod
    def of(cls, spec: RenditionSpec, traits: Traits) -> "_Shape":
        left, top, right, bottom = traits.framing.region(traits.width, traits.height)
        resized = (fit_around if spec.covers else fit_inside)(right - left, bottom - top, spec.bounds)
        if spec.covers:
            return cls(spec, resized, spec.bounds.filled_by(*resized))
        is_padded = padding(spec.fit) is not None
        return cls(spec, resized, spec.bounds.canvas_for(*resized) if is_padded else resized)

    @property
    def is_changed(self) -> bool:
        """Whether anything is cropped or padded."""
        return self.size != self.resized

    @property
    def short_side(self) -> int:
        """The short side of the image that gets the watermark: after the crop, before the canvas."""
        return min(self.size if self.spec.covers else self.resized)

    def values(self, traits: Traits) -> list[Any]:
        """Return what of the size and the fit matters."""
        shows_canvas = padding(self.spec.fit) is not None and traits.may_be_transparent
        if self.is_changed or shows_canvas:
            return [self.resized, self.size, self.spec.fit]
        return [self.resized]


def recipe(settings: Settings, traits: Traits, skipped: Collection[str], resizer: str, *, asked: bool) -> str:
    """Return 16 hex digits of what decides the pixels of all renditions of an image, but the original itself.

    ``settings`` are those with the preset, which leaves out the renditions ``skipped``. ``asked``: the original names
    its preset, and would keep it if the patterns changed. ``resizer`` is ``Settings.resized_by`` of the functions.
    """
    import hashlib  # noqa: PLC0415 - OpenSSL: a process that only renders does without its 3.5 MB

    made = [spec for spec in settings.renditions().values() if spec.name not in skipped]
    shapes = [_Shape.of(spec, traits) for spec in made]
    marked = _marked(settings, shapes)
    ignored = {*_ignored(settings, traits, shapes), *_ignored_of_the_mark(settings, marked)}
    values: dict[str, Any] = {
        one.name: getattr(settings, one.name)
        for one in fields(settings)
        if one.metadata["pixels"] and one.name not in ignored
    }
    values["background"] = values.get("background", "").lower()
    values["watermark_text"] = values.get("watermark_text", "").strip()
    named = {shape.spec.name: shape.values(traits) for shape in shapes}
    labels = traits.labels.chosen(settings.labels)
    has_pages = settings.pages == "all" and traits.format == _PAGES and traits.frames > 1
    paged = [settings.pages_max, settings.pages_max_megapixels] if has_pages else []
    labelled = [xmp_packet(labels).decode(), settings.signs(labels)]
    by = revised(resizer, settings.output_format)
    parts = [IMAGING_REVISION, values, named, marked, labelled, paged, by, asked]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _ignored(settings: Settings, traits: Traits, shapes: list[_Shape]) -> Iterator[str]:
    """Yield the settings that do not matter, but those of the watermark."""
    for name in settings.renditions():
        yield from (f"{name}_size", f"{name}_fit")  # the shapes say it
    changed = [shape for shape in shapes if shape.is_changed]
    if traits.framing.focus or not any(shape.spec.covers for shape in changed):
        yield "cover_gravity"
    if not traits.has_gain_map:
        yield "hdr"
    if settings.output_format == "png" and not (traits.has_gain_map and settings.hdr == KEEP):
        yield "output_quality"
    if not traits.is_animated:
        yield "animation_max_pixels"
    if not traits.is_animated or settings.output_format not in KEEPS_ANIMATIONS:
        yield "animation"
    # Where nothing is wanted, formats without transparency show the background, and so does the placeholder.
    shown = ("", TRANSPARENT)
    if not traits.may_be_transparent and not any(padding(shape.spec.fit) in shown for shape in changed):
        yield "background"


def _marked(settings: Settings, shapes: list[_Shape]) -> list[str]:
    """Return the names of the renditions that get a watermark."""
    if not (settings.watermark_text.strip() or settings.watermark_logo_key):
        return []
    low = settings.watermark_min_side
    return [shape.spec.name for shape in shapes if shape.spec.watermarked and shape.short_side >= low]


def _ignored_of_the_mark(settings: Settings, marked: list[str]) -> Iterator[str]:
    """Yield the settings of the watermark that do not matter."""
    yield "watermark_min_side"  # only which renditions are ``marked``
    has_text, has_logo = bool(settings.watermark_text.strip()), bool(settings.watermark_logo_key)
    if not marked:
        yield from (one.name for one in fields(settings) if one.name.startswith("watermark_"))
        return
    if not has_text:
        yield "watermark_font_key"
    if not has_logo and not (has_text and settings.watermark_font_key):
        yield "watermark_logo_bucket"
