"""The values of a gain map: what its samples mean, the one in an original, and the one on its way to a rendition.

Only an original that has one makes anything import this module.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from PIL import Image

Size = tuple[int, int]  # width and height in pixels
Box = tuple[float, float, float, float]  # left, upper, right, lower in pixels

# Far beyond what screens, files and eyes can do. What is beyond is damage, or built to break a reader.
_LEAST_STOPS, _MOST_STOPS = 0.01, 16
_GAMMAS = (0.05, 20)
_MOST_OFFSET = 1


class UnsuitableGainMapError(Exception):
    """A gain map that means something that no rendition can carry."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What the samples of one channel mean.

    The samples 0 and 255 are ``low`` and ``high`` stops; those between are raised to ``gamma``. The offsets are added
    to the base, and subtracted from the result, as fractions of SDR white.
    """

    low: float
    high: float
    gamma: float = 1.0
    base_offset: float = 1 / 64
    alternate_offset: float = 1 / 64

    @property
    def neutral(self) -> int:
        """The sample, 0 to 255, that changes nothing, or the nearest to it."""
        if self.high <= self.low:
            return 0
        part = min(1.0, max(0.0, -self.low / (self.high - self.low)))
        return round(255 * float(part**self.gamma))

    def is_sound(self) -> bool:
        """Return whether these are numbers that a file can mean."""
        return (
            -_MOST_STOPS <= self.low <= self.high <= _MOST_STOPS
            and _GAMMAS[0] <= self.gamma <= _GAMMAS[1]
            and max(abs(self.base_offset), abs(self.alternate_offset)) <= _MOST_OFFSET
        )


@dataclass(frozen=True, slots=True)
class Coding:
    """What the samples of a gain map mean: one channel, or red, green and blue.

    A screen that has ``base_stops`` of headroom shows the base, one that has ``stops`` the whole effect.
    ``in_colours_of_base``: whether red, green and blue are those of the base. In greyscale it makes no difference.
    """

    channels: tuple[Channel, ...]
    stops: float
    base_stops: float = 0.0
    in_colours_of_base: bool = True

    @classmethod
    def checked(cls, channels: tuple[Channel, ...], stops: float, base_stops: float = 0.0) -> Self:
        """Return the coding, with one channel where all are equal. Raises ValueError for one that makes no sense."""
        channels = channels[:1] if len(set(channels)) == 1 else channels
        numbers = (stops, base_stops, *(one.high for one in channels))
        is_sound = all(map(math.isfinite, numbers)) and all(one.is_sound() for one in channels)
        is_bright = max(0, base_stops) + _LEAST_STOPS <= stops <= _MOST_STOPS and base_stops >= 0
        if len(channels) not in (1, 3) or not (is_sound and is_bright):
            raise ValueError("not the numbers of a gain map")
        return cls(channels, stops, base_stops)

    def check_mode(self, mode: str) -> None:
        """Check that a map with pixels of that ``mode`` can be kept. Raises UnsuitableGainMapError."""
        if mode not in ("L", "RGB"):
            raise UnsuitableGainMapError("neither grey nor red, green and blue")
        if not self.in_colours_of_base and (mode == "RGB" or len(self.channels) == 3):
            raise UnsuitableGainMapError("gains in other primaries than those of the base")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The pixels of a gain map, and the ``box`` in which they are: after a scaled decode not whole pixels."""

    image: Image.Image
    box: Box


@dataclass(frozen=True, slots=True)
class GainMap:
    """The gain map of an original, as large as ``size``, lying as the original is stored.

    ``decode`` returns its pixels at 1 / shrink of its sides or more. It raises a leaf of ImageRejected.
    """

    coding: Coding
    size: Size
    decode: Callable[[float], Decoded]


@dataclass(frozen=True, slots=True)
class Gains:
    """The part of a gain map that a rendition shows, decoded: in ``box`` of ``image``, as the original is stored.

    ``scale`` is the size of the map beside that of the rendition, at most 1. ``base`` is the base in the size of the
    rendition, as stored, once it is resized.
    """

    image: Image.Image
    box: Box
    scale: float
    coding: Coding
    base: Image.Image | None = None
