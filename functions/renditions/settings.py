"""Environment → frozen settings, read once at start. This is the one list of settings: default, range, unit.

The environment variable of a setting is its name in capitals: ``thumbnail_size`` is ``THUMBNAIL_SIZE``.
An absent or empty variable means the default; an empty text means no text. All faults are reported together.
Lambda's own ``AWS_LAMBDA_FUNCTION_MEMORY_SIZE`` (MB) is ``max_memory`` unless another limit is set.
"""

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from functools import cache
from typing import Any, Self

from renditions.errors import InvalidSettings, UnknownRendition
from renditions.framing import WHOLE, Framing
from renditions.labels import NONE, Labels
from renditions.labels.packet import xmp_packet
from renditions.shapes import COVER, FIT_PATTERN, FIT_WORDS, INSIDE, Bounds, checked_size

# Part of every version. Raise it when the same settings make different pixels, because caches keep a rendition for a
# year under a key that contains the version.
IMAGING_REVISION = 4
# The same for WebPs alone where SIMD resizes, whose encoder has parameters of its own.
SIMD_WEBP_REVISION = 2

POSITIONS = (
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
)  # fmt: skip
GRAVITIES = (*POSITIONS, "attention")
# credit: Artist and Copyright of the original's EXIF.
KEPT = ("none", "credit")
# auto: WebP, lossless for drawings.
FORMATS = ("webp", "jpeg", "png", "avif", "auto")
# origin: the digital source type. rights: creator, copyright, licence and the like. all: both, and the texts for those
# who cannot see the image.
LABELS = ("all", "origin", "rights", "off")
# Part of the versions of signed renditions. Raise it when the same pixels get credentials of another length.
CREDENTIALS_REVISION = 1
# keep: renditions of signed originals are signed.
CREDENTIALS = ("off", "keep")
# keep: all frames, where the output format is WebP.
ANIMATIONS = ("first", "keep")
# all: each page of a TIFF gets its renditions.
PAGES = ("first", "all")
SWITCH = ("off", "on")
KEEP = "keep"
# keep: renditions of an original with a gain map are JPEGs with one.
HDR = ("off", KEEP)
_LAST_OF_LATIN = "\xff"  # the font in the package has all characters up to it
_WAY_OUT = "these characters: set WATERMARK_FONT_KEY to the key of a font that has them, in the logo's bucket"
# auto: SIMD if the package has the library.
RESIZERS = ("auto", "simd", "pillow")
PILLOW, SIMD = "pillow", "cykooz-resizer"
WITHOUT_SIMD = (
    "the package has no resizer with SIMD: build it for a processor that has one (docs/performance.md)"
)
WITHOUT_HEIC = "the package has no HEIC decoder: build it with make build HEIC=on"


def _number(default: int, low: int, high: int, unit: str, *, pixels: bool = True) -> Any:
    metadata = {"low": low, "high": high, "unit": unit, "pixels": pixels}
    return field(default=default, metadata=metadata)


def _choice(default: str, allowed: tuple[str, ...], *, pixels: bool = True) -> Any:
    return field(default=default, metadata={"allowed": allowed, "unit": "keyword", "pixels": pixels})


def _text(default: str, longest: int, unit: str, *, pixels: bool = True) -> Any:
    return field(default=default, metadata={"longest": longest, "unit": unit, "pixels": pixels})


def _colour(default: str, unit: str) -> Any:
    return field(default=default, metadata={"pattern": r"#[0-9a-fA-F]{6}", "unit": unit, "pixels": True})


def _size(default: int | str, low: int, high: int) -> Any:
    metadata = {"low": low, "high": high, "unit": "pixels", "pixels": True, "is_size": True}
    return field(default=default, metadata=metadata)


def _fit(default: str = INSIDE) -> Any:
    metadata = {"pattern": FIT_PATTERN, "words": FIT_WORDS, "unit": "keyword", "pixels": True}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class RenditionSpec:
    """The definition of one rendition.

    ``size`` and ``fit`` are settings, whose grammar is in shapes.py. The preview is made from the rendition that is
    ``previewed``.
    """

    name: str
    size: int | str
    watermarked: bool = False
    fit: str = INSIDE
    previewed: bool = False

    @property
    def bounds(self) -> Bounds:
        """What the image is fitted to."""
        return Bounds.parse(self.size)

    @property
    def covers(self) -> bool:
        """Whether the image is cropped to the shape."""
        return self.fit == COVER


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``pixels`` in a field's metadata: a change of the setting changes the renditions."""

    # A size of one number is an int, as before there were others: versions contain it.
    thumbnail_size: int | str = _size(200, 16, 1024)
    medium_size: int | str = _size(800, 16, 4096)
    large_size: int | str = _size(1600, 16, 8192)
    watermark_size: int | str = _size(1600, 16, 8192)

    thumbnail_fit: str = _fit()
    medium_fit: str = _fit()
    large_fit: str = _fit()
    watermark_fit: str = _fit()
    cover_gravity: str = _choice("center", GRAVITIES)

    output_format: str = _choice("webp", FORMATS)
    output_quality: int = _number(
        80, 1, 100, "of 100, the same visual quality in each format; ignored for PNG"
    )
    animation: str = _choice("first", ANIMATIONS)
    animation_max_pixels: int = _number(80_000_000, 1, 4_000_000_000, "pixels × frames, input and output")
    # The version contains the number of pages, so that files of one page keep theirs.
    pages: str = _choice("first", PAGES, pixels=False)
    pages_max: int = _number(500, 1, 5_000, "pages", pixels=False)
    pages_max_megapixels: int = _number(
        10_000, 1, 1_000_000, "million pixels of all pages together", pixels=False
    )
    # A change of the setting changes pixels only where SIMD is available, so ``version`` looks at the resizer itself.
    resizer: str = _choice("auto", RESIZERS, pixels=False)
    kept_metadata: str = _choice("none", KEPT)
    hdr: str = _choice("off", HDR)
    # A version contains the labels themselves, so that images without any keep theirs.
    labels: str = _choice("all", LABELS, pixels=False)
    # A version contains it where there are credentials, so that images without any keep theirs.
    content_credentials: str = _choice("off", CREDENTIALS, pixels=False)
    background: str = _colour("#ffffff", "colour as #rrggbb")

    watermark_text: str = _text("© Renditions", 100, "characters; empty: no text; {year}: the year, in UTC")
    # Bucket and keys are AWS names, but settings too: a rendition's version depends on them.
    watermark_logo_bucket: str = _text("", 63, "bucket name; empty: the uploads bucket")
    watermark_logo_key: str = _text("", 1024, "object key of a PNG or WebP; empty: no logo")
    watermark_font_key: str = _text(
        "", 1024, "object key of a TTF, OTF or TTC; empty: the fonts in the package"
    )
    watermark_position: str = _choice("bottom-right", (*POSITIONS, "tiled"))
    watermark_opacity: int = _number(60, 1, 100, "percent")
    watermark_scale: int = _number(5, 1, 50, "percent of the rendition's short side")
    watermark_margin: int = _number(3, 0, 25, "percent of the rendition's short side")
    watermark_min_side: int = _number(120, 1, 4096, "pixels on the short side")

    max_bytes: int = _number(52_428_800, 1, 536_870_912, "bytes", pixels=False)
    max_side: int = _number(30_000, 1, 65_535, "pixels", pixels=False)
    max_jpeg_pixels: int = _number(210_000_000, 1, 400_000_000, "pixels", pixels=False)
    # Pillow itself refuses 178,956,970 pixels and more in WebP, GIF and TIFF.
    max_pixels: int = _number(50_000_000, 1, 178_000_000, "pixels", pixels=False)
    avif_input: str = _choice("on", SWITCH, pixels=False)
    max_avif_pixels: int = _number(50_000_000, 1, 210_000_000, "pixels", pixels=False)
    heic_input: str = _choice("off", SWITCH, pixels=False)
    max_heic_pixels: int = _number(50_000_000, 1, 210_000_000, "pixels", pixels=False)
    jpeg2000_input: str = _choice("off", SWITCH, pixels=False)
    max_jpeg2000_pixels: int = _number(50_000_000, 1, 210_000_000, "pixels", pixels=False)
    max_frames: int = _number(5_000, 1, 50_000, "frames or pages", pixels=False)
    max_animation_pixels: int = _number(400_000_000, 1, 4_000_000_000, "pixels × frames", pixels=False)
    max_bmp_rle_bytes: int = _number(4_194_304, 1, 536_870_912, "bytes", pixels=False)
    max_jpeg_scans: int = _number(100, 1, 1_000, "scans", pixels=False)
    max_metadata_bytes: int = _number(33_554_432, 1, 67_108_864, "bytes", pixels=False)
    max_memory: int = _number(0, 0, 10_240, "MB; 0: the memory of the function", pixels=False)

    def rendition(self, name: str) -> RenditionSpec:
        """Return the definition of the rendition ``name``. Raises UnknownRendition."""
        specs = self.renditions()
        if name not in specs:
            raise UnknownRendition(f"There is no rendition {name}, only {', '.join(specs)}.")
        return specs[name]

    def renditions(self) -> dict[str, RenditionSpec]:
        """Return name → definition of every rendition, in the order in which people read them: the one list."""
        specs = (
            RenditionSpec("thumbnail", self.thumbnail_size, fit=self.thumbnail_fit, previewed=True),
            RenditionSpec("medium", self.medium_size, fit=self.medium_fit),
            RenditionSpec("large", self.large_size, fit=self.large_fit),
            RenditionSpec("watermark", self.watermark_size, watermarked=True, fit=self.watermark_fit),
        )
        return {spec.name: spec for spec in specs}

    @property
    def resized_by(self) -> str:
        """The name of the library that resizes, as in the record: PILLOW or SIMD."""
        return SIMD if self.resizer != PILLOW and _has_simd() else PILLOW

    def signs(self, labels: Labels) -> bool:
        """Return whether the renditions of an original with these labels get content credentials."""
        return self.content_credentials != "off" and bool(labels.credentials)

    def version(self, digest: str, framing: Framing = WHOLE, labels: Labels = NONE, *, pages: int = 1) -> str:
        """Return 16 hex digits of what decides the bytes: ``digest``, ``framing``, ``labels``, settings and resizer.

        Of several ``pages`` it also decides how many there are.
        SIMD and Pillow differ in the last bit of some pixels, so that each needs versions of its own.
        """
        import hashlib  # noqa: PLC0415 - OpenSSL: a process that only renders does without its 3.5 MB

        values = asdict(self)
        relevant = {f.name: values[f.name] for f in fields(self) if f.metadata["pixels"]}
        if self.hdr == "off":
            del relevant["hdr"]  # as in versions from before there was a choice
        resizer = [] if self.resized_by == PILLOW else [revised(self.resized_by, self.output_format)]
        framed = [] if framing == WHOLE else [framing.texts()]
        packet = xmp_packet(labels).decode()
        labelled = [{"xmp": packet}] if packet else []
        signed = [{"c2pa": CREDENTIALS_REVISION}] if self.signs(labels) else []
        paged = [] if pages == 1 else [{"pages": pages}]
        parts = [IMAGING_REVISION, digest, relevant, *resizer, *framed, *labelled, *signed, *paged]
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read every setting from ``environ``. Raises InvalidSettings, naming every fault at once."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        for declared in fields(cls):
            raw = environ.get(declared.name.upper())
            if raw is None or (raw == "" and "longest" not in declared.metadata):
                continue
            try:
                values[declared.name] = _parse(declared, raw)
            except ValueError as fault:
                faults.append(f"{declared.name.upper()} is {raw!r} but must be {fault}")
        if values.get("heic_input") == "on" and not importlib.util.find_spec("pillow_heif"):
            faults.append(f"HEIC_INPUT is 'on' but {WITHOUT_HEIC}")
        if not values.get("watermark_font_key"):
            faults += without_glyph(values.get("watermark_text", ""))
        if values.get("resizer") == "simd" and not _has_simd():
            faults.append(f"RESIZER is 'simd' but {WITHOUT_SIMD}")
        if faults:
            raise InvalidSettings("; ".join(faults) + ".")
        if not values.get("max_memory"):
            values["max_memory"] = int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 0)
        return cls(**values)


def without_glyph(text: str) -> list[str]:
    """Return the fault of a text with characters that no font in the package has, if there are any."""
    if not any(sign > _LAST_OF_LATIN for sign in text):
        return []
    from renditions import fonts  # noqa: PLC0415 - most texts need no look at the fonts

    missing = fonts.without_glyph(text, fonts.bundled())
    named = fonts.named(missing)
    return [f"WATERMARK_TEXT contains {named}, but no font in the package has {_WAY_OUT}"] if missing else []


def revised(resizer: str, output_format: str) -> str:
    """Return ``resizer`` as versions and recipes have it: with a revision if it makes other WebPs than it used to."""
    is_revised = resizer == SIMD and output_format in ("webp", "auto")
    return f"{resizer} {SIMD_WEBP_REVISION}" if is_revised else resizer


@cache
def _has_simd() -> bool:
    return importlib.util.find_spec("cykooz_resizer") is not None


def checked_override(name: str, value: object) -> int | str:
    """Return the value that a preset gives the setting ``name``. Raises ValueError with what is allowed."""
    declared = Settings.__dataclass_fields__[name]
    is_text = not {"low", "is_size"} & set(declared.metadata)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and not is_text):
        return _parse(declared, str(value))
    raise ValueError(
        "a text in quotation marks" if is_text else f"a whole number ({declared.metadata['unit']})"
    )


def _parse(declared: "Field[Any]", raw: str) -> int | str:
    """The value of one setting. Raises ValueError with what is allowed."""
    rules = declared.metadata
    if "is_size" in rules:
        return checked_size(raw, rules["low"], rules["high"])
    if "low" in rules:
        return _parse_number(raw, rules["low"], rules["high"], rules["unit"])
    if "allowed" in rules and raw not in rules["allowed"]:
        raise ValueError(f"one of {', '.join(rules['allowed'])}")
    if "longest" in rules and len(raw) > rules["longest"]:
        raise ValueError(f"at most {rules['longest']} characters long ({rules['unit']})")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], raw):
        raise ValueError(rules.get("words") or f"a {rules['unit']}")
    return raw


def _parse_number(raw: str, low: int, high: int, unit: str) -> int:
    allowed = f"a whole number from {low} to {high} ({unit})"
    try:
        value = int(raw)
    except ValueError:
        raise ValueError(allowed) from None
    if not low <= value <= high:
        raise ValueError(allowed)
    return value
