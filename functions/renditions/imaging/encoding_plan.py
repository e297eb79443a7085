"""How a rendition is decoded, resized and encoded, and where that saves time (measured in docs/performance.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL.Image import Image, Resampling

from renditions.imaging.picture import Header, Picture
from renditions.imaging.texture import Texture, texture
from renditions.settings import PILLOW


@dataclass(frozen=True, slots=True)
class EncodingPlan:
    """How one rendition is made.

    The original is decoded at 1 / ``scale`` of its sides, and ``kernel`` resizes the result. ``quality`` is added to
    the quality in the settings; where it depends on the texture of the rendition, a number for each. ``options`` are
    for the encoder.
    """

    scale: int
    kernel: Resampling
    quality: int | Mapping[Texture, int]
    options: Mapping[str, Any]

    def quality_for(self, quality: int, image: Image) -> int:
        """Return the encoder's quality, 1 to 100, of ``image`` for the ``quality`` in the settings."""
        more = self.quality if isinstance(self.quality, int) else self.quality[texture(image)]
        return max(1, min(100, quality + more))


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How renditions of one kind are made.

    The original is decoded at ``reserve`` times the sides of the rendition, or more. ``soft`` is the kernel and the
    quality where a scaled decode, which is soft already, has left little to resize; ``sharp`` is for all others.
    """

    reserve: float
    sharp: tuple[Resampling, int | Mapping[Texture, int]]
    soft: tuple[Resampling, int | Mapping[Texture, int]]
    options: Mapping[str, Any] = field(default_factory=dict)


# Where Pillow resizes.
# The encoder takes most of the time of a large WebP. Method 2 takes half as long as method 4 and loses two steps of
# quality. MKS2013 sharpens a little, which makes up for a scaled decode, and costs the bytes of two steps.
_QUICK_WEBP = _Recipe(1.2, (Resampling.BICUBIC, 2), (Resampling.MKS2013, 2), {"method": 2})
# Where decoding takes most of the time, in small renditions and of large originals, the better encoder costs little.
_MEDIUM_WEBP = _Recipe(1.25, (Resampling.LANCZOS, 0), (Resampling.MKS2013, -2), {"method": 4})
_LARGE_WEBP = replace(_MEDIUM_WEBP, reserve=1.26)
_SMALL_WEBP = replace(_MEDIUM_WEBP, reserve=1.2)  # an eighth of a progressive JPEG costs next to nothing
# Encoding a JPEG takes no time, so decoding and resizing decide. A step of quality makes up for quick resizing. In a
# small one, careful resizing costs next to nothing.
_JPEG = _Recipe(1.2, (Resampling.BICUBIC, 1), (Resampling.LANCZOS, 1))
_SMALL_JPEG = _Recipe(1.2, (Resampling.LANCZOS, 0), (Resampling.LANCZOS, 0))

# Where SIMD resizes, every kernel costs next to nothing: more of the original is decoded, nothing is sharpened.
# Method 2 loses fine grain first, which costs two or three steps of quality more than sharp edges. What is mostly flat
# loses nothing. BICUBIC: method 2 would spend 2 to 6 % more bytes on what Lanczos keeps, and nobody sees it.
_LARGE_QUALITY = {Texture.SMOOTH: 0, Texture.SHARP: 1, Texture.SOFT: 3, Texture.GRAINY: 4, Texture.BUSY: 3}
_SIMD_LARGE_WEBP = _Recipe(
    1.25, (Resampling.BICUBIC, _LARGE_QUALITY), (Resampling.BICUBIC, _LARGE_QUALITY), {"method": 2}
)
# Method 4 keeps grain. Here, fine edges lose most.
_QUALITY = {Texture.SMOOTH: -3, Texture.SHARP: 0, Texture.SOFT: -1, Texture.GRAINY: -1, Texture.BUSY: 0}
_SIMD_WEBP = _Recipe(1.25, (Resampling.LANCZOS, _QUALITY), (Resampling.LANCZOS, _QUALITY), {"method": 4})
# In a small rendition, a smooth sky is a slope.
_SMALL_QUALITY = dict.fromkeys(Texture, -1) | {Texture.BUSY: 0}
_SIMD_SMALL_WEBP = replace(
    _SIMD_WEBP, sharp=(Resampling.LANCZOS, _SMALL_QUALITY), soft=(Resampling.LANCZOS, _SMALL_QUALITY)
)
# A progressive JPEG has 3 % fewer bytes at three times the time of the encoder. A step of quality saves as many.
_SIMD_JPEG = _Recipe(1.25, (Resampling.LANCZOS, -1), (Resampling.LANCZOS, -1), {"progressive": False})
# Half a side is less soft than a quarter of one that is twice as long: between 2 and 3 times the size of the rendition,
# where it costs little, everything is decoded.
_RESERVE_OF_HALF = 1.5

_EXACT = _Recipe(1.3, (Resampling.LANCZOS, 0), (Resampling.LANCZOS, 0))
_SMALL, _LARGE = 65_536, 1_000_000  # pixels of the rendition
_COSTLY = 30_000_000  # decode cost of the original
# What is left to resize, as a multiple of the sides of the rendition, from which on the softness does not show.
_PLENTY = 2

# Frames of an animation are made by the hundred. kmax 0: only the first frame is whole, all others hold what changes,
# which takes a quarter of the bytes where little moves (docs/performance.md).
ANIMATED = EncodingPlan(1, Resampling.BICUBIC, 2, {"method": 2, "kmin": 0, "kmax": 0})


def plan_for(picture: Picture) -> EncodingPlan:
    """Return the plan for the rendition that ``picture`` becomes."""
    header, target = picture.header, picture.target
    left, top, right, bottom = picture.region
    # Of the longer side, which rounding changes least.
    shrink = max(right - left, bottom - top) / max(target)
    if picture.settings.resized_by != PILLOW:
        return _simd_plan(header, picture.settings.output_format, target, shrink)
    recipe = _recipe(picture.settings.output_format, target[0] * target[1], header.decode_cost)
    scale = _scale(header, header.format.scales, shrink / recipe.reserve)
    kernel, quality = recipe.soft if scale > 1 and shrink / scale < _PLENTY else recipe.sharp
    return EncodingPlan(scale, kernel, quality, recipe.options)


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


def _simd_plan(header: Header, output_format: str, target: tuple[int, int], shrink: float) -> EncodingPlan:
    recipe = _simd_recipe(output_format, target[0] * target[1])
    scales = header.format.scales or header.format.late_scales
    scale = _scale(header, scales, shrink / recipe.reserve)
    if scale == 2 and shrink < 2 * _RESERVE_OF_HALF:
        scale = 1
    return EncodingPlan(scale, *recipe.sharp, recipe.options)


def _simd_recipe(output_format: str, pixels: int) -> _Recipe:
    if output_format == "jpeg":
        return _SMALL_JPEG if pixels <= _SMALL else _SIMD_JPEG
    if output_format not in ("webp", "auto"):
        return _EXACT
    if pixels <= _LARGE:
        return _SIMD_SMALL_WEBP if pixels <= _SMALL else _SIMD_WEBP
    return _SIMD_LARGE_WEBP
