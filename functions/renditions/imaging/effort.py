"""How much work goes into a rendition: where time is saved and where it is not, as docs/performance.md measures it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL.Image import Resampling


@dataclass(frozen=True, slots=True)
class Effort:
    """How one kind of rendition is made.

    A JPEG is decoded at ``reserve`` times the rendition's sides, or more. ``kernel`` does the rest, but LANCZOS where
    that decode has left little: it is soft already. ``quality`` is added to that of the settings, ``options`` go
    to the encoder.
    """

    reserve: float
    kernel: Resampling
    quality: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def fine(self, quality: int) -> int:
        """The quality of the settings, 1 to 100, with what this effort adds to it."""
        return max(1, min(100, quality + self.quality))


# Most of a large WebP's time is its encoder's: method 2 takes half as long as method 4, for the fineness of two steps
# of quality. In a small one decoding comes first, and careful scaling is worth a step of quality.
_LARGE_WEBP = Effort(1.3, Resampling.BICUBIC, quality=2, options={"method": 2})
_SMALL_WEBP = Effort(1.2, Resampling.LANCZOS, quality=-1, options={"method": 4})
# A JPEG is encoded in no time, so decoding and scaling decide. What their haste costs, a step of quality pays.
_JPEG = Effort(1.2, Resampling.BICUBIC, quality=1)
_EXACT = Effort(1.3, Resampling.LANCZOS)
_LARGE = 1_000_000  # pixels
# Frames of an animation are made by the hundred. kmax 0: none is whole but the first, all others hold only what
# changes, which takes a quarter of the bytes where little moves (docs/animation.md).
ANIMATED = Effort(1.3, Resampling.BICUBIC, quality=2, options={"method": 2, "kmin": 0, "kmax": 0})


def effort(output_format: str, size: tuple[int, int]) -> Effort:
    """What to spend on a rendition of ``size`` (width, height) in the format of the settings."""
    if output_format in ("webp", "auto"):
        return _LARGE_WEBP if size[0] * size[1] > _LARGE else _SMALL_WEBP
    return _JPEG if output_format == "jpeg" else _EXACT
