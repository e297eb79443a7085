"""The shape of a rendition: what the settings of its size and fit mean.

A size is one number (both sides), ``400x300`` (width and height) or ``1600@16:9`` (the longest side, at a ratio).
"""

import re
from dataclasses import dataclass
from math import floor
from typing import Self

# inside: the whole image. cover: fills the shape, cropped where the focus or the gravity says. pad: the whole image on
# a canvas of the shape: the background of the settings, a colour of its own, the image itself out of focus, or nothing.
INSIDE, COVER, PAD = "inside", "cover", "pad"
BLUR, TRANSPARENT = "blur", "transparent"
FITS = (INSIDE, COVER, PAD, f"{PAD}:{BLUR}", f"{PAD}:{TRANSPARENT}")
FIT_PATTERN = f"({INSIDE}|{COVER}|{PAD}(:({BLUR}|{TRANSPARENT}|#[0-9a-fA-F]{{6}}))?)"
FIT_WORDS = f"one of {', '.join(FITS)}, {PAD}:#rrggbb"
_SIZE = re.compile(r"([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4})|@([1-9][0-9]{0,2}):([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a rendition may measure, in pixels, and the ``ratio`` of its sides where it is cropped or padded.

    ``is_canvas``: padding fills the bounds, however small the image; otherwise only as much as the ratio needs.
    """

    width: int
    height: int
    ratio: tuple[int, int]
    is_canvas: bool = True

    @classmethod
    def parse(cls, size: int | str) -> Self:
        """Parse the setting of a size. Raises ValueError if it is none."""
        found = _SIZE.fullmatch(str(size))
        if not found:
            raise ValueError("no size")
        side, height, across, down = (int(number or 0) for number in found.groups())
        if not across:
            return cls(side, height or side, (side, height or side))
        shrink = side / max(across, down)
        return cls(_whole(across * shrink), _whole(down * shrink), (across, down), is_canvas=False)

    @property
    def longest(self) -> int:
        """The longest side."""
        return max(self.width, self.height)

    def filled_by(self, width: int, height: int) -> tuple[int, int]:
        """Return the largest part of an image of ``width`` × ``height`` that has the ratio and is within the bounds."""
        if width >= self.width and height >= self.height:
            return self.width, self.height
        across, down = self.ratio
        most = min(width / across, height / down)
        return min(width, _whole(across * most)), min(height, _whole(down * most))

    def canvas_for(self, width: int, height: int) -> tuple[int, int]:
        """Return the canvas on which an image of ``width`` × ``height``, which is within the bounds, is padded."""
        if self.is_canvas:
            return self.width, self.height
        across, down = self.ratio
        least = max(width / across, height / down)
        canvas = min(self.width, _whole(across * least)), min(self.height, _whole(down * least))
        return max(width, canvas[0]), max(height, canvas[1])


def fit_inside(width: int, height: int, bounds: Bounds) -> tuple[int, int]:
    """Return width and height that are within ``bounds``: aspect kept, never enlarged, never 0."""
    return _shrunk(width, height, max(width / bounds.width, height / bounds.height))


def fit_around(width: int, height: int, bounds: Bounds) -> tuple[int, int]:
    """Return the smallest width and height that cover ``bounds``, in the same way."""
    if width * bounds.height <= height * bounds.width:
        return _shrunk(width, height, height / (bounds.width * height / width))
    return _shrunk(width, height, width / (bounds.height * width / height))


def _shrunk(width: int, height: int, shrink: float) -> tuple[int, int]:
    """Divides and rounds (halves up) as sharp and libvips do."""
    if shrink <= 1:
        return width, height
    return max(1, floor(width / shrink + 0.5)), max(1, floor(height / shrink + 0.5))


def checked_size(raw: str, low: int, high: int) -> int | str:
    """Return the setting of a size, an int if it is one number. Raises ValueError with what is allowed."""
    allowed = (
        f"a whole number from {low} to {high} (pixels, both sides), or two as 400x300 (width x height), "
        "or one with a ratio as 400@4:3 (longest side)"
    )
    try:
        bounds = Bounds.parse(raw)
    except ValueError:
        raise ValueError(allowed) from None
    sides = (bounds.width, bounds.height) if bounds.is_canvas else (bounds.longest,)
    if not all(low <= side <= high for side in sides):
        raise ValueError(allowed)
    return int(raw) if raw.isdecimal() else raw


def _whole(length: float) -> int:
    return max(1, int(length + 0.5))


def padding(fit: str) -> str | None:
    """Return what the fit pads with: empty for the background of the settings; None if it does not pad."""
    kind, _, what = fit.partition(":")
    return what if kind == PAD else None
