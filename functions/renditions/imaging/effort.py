"""How much work goes into a rendition: where time is saved and where it is not, as docs/performance.md measures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL.Image import Resampling

from renditions.imaging.formats.jpeg.decoder import SMALLEST
from renditions.imaging.picture import Header, Picture


@dataclass(frozen=True, slots=True)
class Effort:
    """How one rendition is made.

    A JPEG is decoded at 1 / ``scale`` of its sides, ``kernel`` does the rest. ``quality`` is added to that of the
    settings, ``options`` go to the encoder.
    """

    scale: int
    kernel: Resampling
    quality: int
    options: Mapping[str, Any]

    def fine(self, quality: int) -> int:
        """The quality of the settings, 1 to 100, with what this effort adds to it."""
        return max(1, min(100, quality + self.quality))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How renditions of one kind are made.

    A JPEG is decoded at ``reserve`` times the rendition's sides, or more. Kernel and quality are those of ``soft``
    where a scaled decode has left little for resizing: it is soft already.
    """

    reserve: float
    sharp: tuple[Resampling, int]
    soft: tuple[Resampling, int]
    options: Mapping[str, Any] = field(default_factory=dict)


# Most of a large WebP's time is its encoder's: method 2 takes half as long as method 4, for the fineness of two steps
# of quality. MKS2013 sharpens a little, which is what a scaled decode has lost, and costs the bytes of two steps.
_QUICK_WEBP = _Manner(1.2, (Resampling.BICUBIC, 2), (Resampling.MKS2013, 2), {"method": 2})
# Where decoding takes most of the time, in small ones and of large originals, the better encoder costs little.
_MEDIUM_WEBP = _Manner(1.25, (Resampling.LANCZOS, 0), (Resampling.MKS2013, -2), {"method": 4})
_LARGE_WEBP = replace(_MEDIUM_WEBP, reserve=1.26)
_SMALL_WEBP = replace(_MEDIUM_WEBP, reserve=1.2)  # an eighth of a progressive JPEG costs next to nothing
# A JPEG is encoded in no time, so decoding and scaling decide. What their haste costs, a step of quality pays; in a
# small one careful scaling costs next to nothing.
_JPEG = _Manner(1.2, (Resampling.BICUBIC, 1), (Resampling.LANCZOS, 1))
_SMALL_JPEG = _Manner(1.2, (Resampling.LANCZOS, 0), (Resampling.LANCZOS, 0))
_EXACT = _Manner(1.3, (Resampling.LANCZOS, 0), (Resampling.LANCZOS, 0))
_SMALL, _LARGE = 65_536, 1_000_000  # pixels
_TOILSOME = 30_000_000
# What is left for resizing, as a multiple of the rendition's sides, from which on the softness does not show.
_PLENTY = 2

# Frames of an animation are made by the hundred. kmax 0: none is whole but the first, all others hold only what
# changes, which takes a quarter of the bytes where little moves (docs/animation.md).
ANIMATED = Effort(1, Resampling.BICUBIC, 2, {"method": 2, "kmin": 0, "kmax": 0})


def effort(picture: Picture) -> Effort:
    """What to spend on the rendition that ``picture`` becomes."""
    header = picture.header
    target = picture.target
    manner = _manner(picture.settings.output_format, target[0] * target[1], header.toil)
    # Of the longer side, which rounding changes least.
    shrink = max(header.width, header.height) / max(target)
    scale = _scale(header, shrink / manner.reserve)
    kernel, quality = manner.soft if scale > 1 and shrink / scale < _PLENTY else manner.sharp
    return Effort(scale, kernel, quality, manner.options)


def _scale(header: Header, most: float) -> int:
    """The largest divisor of the sides, ``most`` or less, that the decoder of the format can do: 8, 4, 2 or 1."""
    if header.format != "JPEG":
        return 1
    most = min(most, header.width, header.height)
    return next((divisor for divisor in (SMALLEST, 4, 2) if divisor <= most), 1)


def _manner(output_format: str, pixels: int, toil: int) -> _Manner:
    if output_format == "jpeg":
        return _SMALL_JPEG if pixels <= _SMALL else _JPEG
    if output_format not in ("webp", "auto"):
        return _EXACT
    if pixels <= _LARGE:
        return _SMALL_WEBP if pixels <= _SMALL else _MEDIUM_WEBP
    return _LARGE_WEBP if toil > _TOILSOME else _QUICK_WEBP
