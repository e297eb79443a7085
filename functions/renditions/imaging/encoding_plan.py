"""How a rendition is decoded, resized and encoded, and where that saves time (measured in docs/performance.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from PIL.Image import Image, Resampling

from renditions.imaging.picture import Header, Picture
from renditions.imaging.texture import Texture, texture
from renditions.settings import PILLOW


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the encoder is asked for: ``more`` than the quality in the settings, and its ``options``.

    Those that Pillow does not know are parameters of libwebp, which is called directly if there are any.
    """

    more: int
    options: Mapping[str, Any] = field(default_factory=dict)

    def quality(self, quality: int) -> int:
        """Return the encoder's quality, 1 to 100, for the ``quality`` in the settings."""
        return max(1, min(100, quality + self.more))


_Encodings = Encoding | Mapping[Texture, Encoding]


@dataclass(frozen=True, slots=True)
class EncodingPlan:
    """How one rendition is made.

    The original is decoded at 1 / ``scale`` of its sides, and ``kernel`` resizes the result, or ``drawing_kernel``, if
    there is one and it is a drawing. ``encodings`` are one, or one for each texture that the rendition may have.
    """

    scale: int
    kernel: Resampling
    encodings: _Encodings
    drawing_kernel: Resampling | None = None

    def encoding(self, image: Image) -> Encoding:
        """Return how the finished ``image`` is encoded."""
        return self.encodings if isinstance(self.encodings, Encoding) else self.encodings[texture(image)]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How renditions of one kind are made.

    The original is decoded at ``reserve`` times the sides of the rendition, or more. ``soft`` is for what a scaled
    decode, which is soft already, has left little to resize of; ``sharp`` is for all others.
    """

    reserve: float
    sharp: tuple[Resampling, _Encodings]
    soft: tuple[Resampling, _Encodings]


# Where Pillow resizes.
# The encoder takes most of the time of a large WebP. Method 2 takes half as long as method 4 and loses two steps of
# quality. MKS2013 sharpens a little, which makes up for a scaled decode, and costs the bytes of two steps.
_QUICK = Encoding(2, {"method": 2})
_QUICK_WEBP = _Recipe(1.2, (Resampling.BICUBIC, _QUICK), (Resampling.MKS2013, _QUICK))
# Where decoding takes most of the time, in small renditions and of large originals, the better encoder costs little.
_CAREFUL = {"method": 4}
_MEDIUM_WEBP = _Recipe(
    1.25, (Resampling.LANCZOS, Encoding(0, _CAREFUL)), (Resampling.MKS2013, Encoding(-2, _CAREFUL))
)
_LARGE_WEBP = replace(_MEDIUM_WEBP, reserve=1.26)
_SMALL_WEBP = replace(_MEDIUM_WEBP, reserve=1.2)  # an eighth of a progressive JPEG costs next to nothing
# Encoding a JPEG takes no time, so decoding and resizing decide. A step of quality makes up for quick resizing. In a
# small one, careful resizing costs next to nothing.
_JPEG = _Recipe(1.2, (Resampling.BICUBIC, Encoding(1)), (Resampling.LANCZOS, Encoding(1)))
_SMALL_JPEG = _Recipe(1.2, (Resampling.LANCZOS, Encoding(0)), (Resampling.LANCZOS, Encoding(0)))


def _simd(encodings: _Encodings) -> _Recipe:
    """Where SIMD resizes, every kernel costs next to nothing: more is decoded, nothing is sharpened."""
    return _Recipe(1.25, (Resampling.LANCZOS, encodings), (Resampling.LANCZOS, encodings))


# Method 2 sets the loop filter too low, because it does not look for blocks that it has flattened: at full strength, an
# image has 5 % fewer bytes at the same SSIM. Segments have different quality for flat and for busy parts.
_FULL = {"filter_strength": 100}
_SEGMENTS = {"method": 2, "segments": 3, "sns_strength": 25, **_FULL}
# Grain is everywhere, so that finding segments would take a sixth of the time or more for nothing.
_ONE_SEGMENT = {"method": 2, "segments": 1, "sns_strength": 0, **_FULL}
_FULLY_CAREFUL = {"method": 4, **_FULL}
# What is mostly flat loses nothing. Fine edges lose most.
_LARGE_ENCODINGS = {
    Texture.SMOOTH: Encoding(-2, _SEGMENTS),
    Texture.SHARP: Encoding(0, _SEGMENTS),
    Texture.SOFT: Encoding(-2, _ONE_SEGMENT),
    Texture.GRAINY: Encoding(0, _ONE_SEGMENT),
    Texture.BUSY: Encoding(1, _SEGMENTS),
}
_SIMD_LARGE_WEBP = _simd(_LARGE_ENCODINGS)
# Method 4 has an eighth fewer bytes of fine grain, and takes 20 ms longer.
_GRAIN = dict.fromkeys((Texture.SOFT, Texture.GRAINY), Encoding(-1, _FULLY_CAREFUL))
_SIMD_WEBP = _simd({**_LARGE_ENCODINGS, **_GRAIN})
# In a small rendition that costs little.
_SIMD_SMALL_WEBP = _simd(
    {
        **_GRAIN,
        Texture.SMOOTH: Encoding(-1, _FULLY_CAREFUL),
        Texture.SHARP: Encoding(0, _FULLY_CAREFUL),
        Texture.BUSY: Encoding(0, _FULLY_CAREFUL),
    }
)
# A progressive JPEG has 3 % fewer bytes at three times the time of the encoder. A step of quality saves as many.
_SIMD_JPEG = _simd(Encoding(-1, {"progressive": False}))
# Half a side is less soft than a quarter of one that is twice as long: between 2 and 3 times the size of the rendition,
# where it costs little, everything is decoded.
_RESERVE_OF_HALF = 1.5

_EXACT = _Recipe(1.3, (Resampling.LANCZOS, Encoding(0)), (Resampling.LANCZOS, Encoding(0)))
_SMALL, _LARGE = 65_536, 1_000_000  # pixels of the rendition
_COSTLY = 30_000_000  # decode cost of the original
# What is left to resize, as a multiple of the sides of the rendition, from which on the softness does not show.
_PLENTY = 2

# Frames of an animation are made by the hundred. kmax 0: only the first frame is whole, all others hold what changes,
# which takes a quarter of the bytes where little moves (docs/performance.md).
ANIMATED = Encoding(2, {"method": 2, "kmin": 0, "kmax": 0})
# Pillow encodes them, without the full filter: what Lanczos keeps would take up to 7 % more bytes.
_ANIMATED_LARGE = Resampling.BICUBIC
# Lanczos leaves waves beside edges: at 800 pixels, a logo has a quarter fewer bytes without them, a chart a third.
_DRAWN = Resampling.BICUBIC


def plan_for(picture: Picture) -> EncodingPlan:
    """Return the plan for the rendition that ``picture`` becomes."""
    header, target = picture.header, picture.target
    left, top, right, bottom = picture.region
    # Of the longer side, which rounding changes least.
    shrink = max(right - left, bottom - top) / max(target)
    if picture.settings.resized_by != PILLOW:
        return _simd_plan(picture, shrink)
    recipe = _recipe(picture.settings.output_format, target[0] * target[1], header.decode_cost)
    scale = _scale(header, header.format.scales, shrink / recipe.reserve)
    return EncodingPlan(scale, *(recipe.soft if scale > 1 and shrink / scale < _PLENTY else recipe.sharp))


def _scale(header: Header, scales: tuple[int, ...], most: float) -> int:
    """Return the largest of ``scales``, ``most`` or less, by which the sides can be divided; 1 if there is none."""
    most = min(most, header.width, header.height)
    return next((divisor for divisor in scales if divisor <= most), 1)


def _recipe(output_format: str, pixels: int, decode_cost: int) -> _Recipe:
    if output_format == "jpeg":
        return _SMALL_JPEG if pixels <= _SMALL else _JPEG
    if output_format not in ("webp", "auto"):
        return _EXACT
    if pixels <= _LARGE:
        return _SMALL_WEBP if pixels <= _SMALL else _MEDIUM_WEBP
    return _LARGE_WEBP if decode_cost > _COSTLY else _QUICK_WEBP


def _simd_plan(picture: Picture, shrink: float) -> EncodingPlan:
    header, output_format, pixels = picture.header, picture.settings.output_format, prod(picture.target)
    recipe = _simd_recipe(output_format, pixels)
    scales = header.format.scales or header.format.late_scales
    scale = _scale(header, scales, shrink / recipe.reserve)
    if scale == 2 and shrink < 2 * _RESERVE_OF_HALF:
        scale = 1
    kernel, encodings = recipe.sharp
    if picture.animation:
        return EncodingPlan(scale, _ANIMATED_LARGE if pixels > _LARGE else kernel, encodings)
    may_be_drawn = header.format.may_be_drawn and output_format in ("webp", "auto")
    return EncodingPlan(scale, kernel, encodings, _DRAWN if may_be_drawn else None)


def _simd_recipe(output_format: str, pixels: int) -> _Recipe:
    if output_format == "jpeg":
        return _SMALL_JPEG if pixels <= _SMALL else _SIMD_JPEG
    if output_format not in ("webp", "auto"):
        return _EXACT
    if pixels <= _LARGE:
        return _SIMD_SMALL_WEBP if pixels <= _SMALL else _SIMD_WEBP
    return _SIMD_LARGE_WEBP
