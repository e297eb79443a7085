"""How much work goes into a rendition: where time is saved and where it is not, as docs/performance.md measures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL.Image import Resampling


@dataclass(frozen=True, slots=True)
class Effort:
    """How one kind of rendition is made.

    A JPEG is decoded at ``reserve`` times the rendition's sides, or more. ``kernel`` does the rest, but ``soft_kernel``
    where that decode has left little: it is soft already. ``quality`` is added to that of the settings, ``options`` go
    to the encoder.
    """

    reserve: float
    kernel: Resampling
    soft_kernel: Resampling
    quality: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def fine(self, quality: int) -> int:
        """The quality of the settings, 1 to 100, with what this effort adds to it."""
        return max(1, min(100, quality + self.quality))


# Most of a large WebP's time is its encoder's: method 2 takes half as long as method 4, for the fineness of two steps
# of quality. MKS2013 sharpens a little, which is what a scaled decode has lost.
_QUICK_WEBP = Effort(1.2, Resampling.BICUBIC, Resampling.MKS2013, quality=2, options={"method": 2})
# Where decoding takes most of the time, in small ones and of large originals, the better encoder costs little.
_MEDIUM_WEBP = Effort(1.25, Resampling.LANCZOS, Resampling.MKS2013, quality=-1, options={"method": 4})
_LARGE_WEBP = replace(_MEDIUM_WEBP, reserve=1.3)
_SMALL_WEBP = replace(_MEDIUM_WEBP, reserve=1.2)  # an eighth of a progressive JPEG costs next to nothing
# A JPEG is encoded in no time, so decoding and scaling decide. What their haste costs, a step of quality pays.
_JPEG = Effort(1.2, Resampling.BICUBIC, Resampling.LANCZOS, quality=1)
_EXACT = Effort(1.3, Resampling.LANCZOS, Resampling.LANCZOS)
_SMALL, _LARGE = 65_536, 1_000_000  # pixels
_TOILSOME = 20_000_000
# Frames of an animation are made by the hundred. kmax 0: none is whole but the first, all others hold only what
# changes, which takes a quarter of the bytes where little moves (docs/animation.md).
ANIMATED = replace(_QUICK_WEBP, options={"method": 2, "kmin": 0, "kmax": 0})


def effort(output_format: str, size: tuple[int, int], toil: int) -> Effort:
    """What to spend on a rendition of ``size`` (width, height) in the format of the settings.

    ``toil`` is what decoding the original takes, as in ``Header.toil``.
    """
    if output_format in ("webp", "auto"):
        return _webp(size[0] * size[1], toil)
    return _JPEG if output_format == "jpeg" else _EXACT


def _webp(pixels: int, toil: int) -> Effort:
    if pixels <= _LARGE:
        return _SMALL_WEBP if pixels <= _SMALL else _MEDIUM_WEBP
    return _LARGE_WEBP if toil > _TOILSOME else _QUICK_WEBP
