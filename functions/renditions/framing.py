"""Where to look in one image: the focus and the crop that its uploader may state in the metadata of the object."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from renditions.errors import InvalidFraming

# User metadata of the object: x-amz-meta-renditions-focus and -crop.
FOCUS, CROP = "renditions-focus", "renditions-crop"
# No sign, no exponent, no digits of other scripts. Programs write up to 17 decimals.
_FRACTION = (
    r" *(0|1|0?\.[0-9]{1,20}|[01]\.0{1,20}) *"  # compiled if somebody states one: no start waits for it
)
# Fractions are whole millionths, which are finer than the pixels of the longest side that is allowed.
_ONE: Final = 1_000_000
_ROUNDING: Final = 1_000  # by which a crop may reach beyond the image, where a program has rounded
_SHOWN: Final = 40  # characters of a wrong value
_ALLOWED: Final = {
    FOCUS: "x,y: two numbers from 0 to 1, such as 0.4,0.3, measured from the top left of the upright image",
    CROP: "x,y,width,height: four numbers from 0 to 1 within the image, such as 0.1,0.2,0.5,0.5, "
    "measured from the top left of the upright image",
}


@dataclass(frozen=True, slots=True)
class Framing:
    """Fractions of the upright image, as normalized text; empty for none.

    ``crop`` (x,y,width,height) is what all renditions show. ``focus`` (x,y) is the point that those which cover their
    shape keep, as near to the middle as it can be.
    """

    focus: str = ""
    crop: str = ""

    @classmethod
    def parse(cls, focus: str, crop: str, stated_as: str = "The metadata renditions-") -> Self:
        """Check and normalize what an uploader states. Raises InvalidFraming, naming every fault at once.

        ``stated_as`` comes before "focus" and "crop" in its text: where they were stated.
        """
        faults: list[str] = []
        values = {FOCUS: focus, CROP: crop}
        for name, value in values.items():
            try:
                values[name] = _normalized(name, value)
            except ValueError:
                where = f"{stated_as}{name.removeprefix('renditions-')}"
                faults.append(f"{where} is {_shown(value)}, but must be {_ALLOWED[name]}.")
        if faults:
            raise InvalidFraming(" ".join([*faults, "Correct it, or leave it out."]))
        return cls(values[FOCUS], values[CROP])

    @classmethod
    def of_metadata(cls, metadata: Mapping[str, str]) -> Self:
        """Read the user metadata of an object, as S3 returns it. Raises InvalidFraming."""
        stated = {name.lower(): value for name, value in metadata.items()}
        return cls.parse(stated.get(FOCUS, ""), stated.get(CROP, ""))

    def texts(self) -> dict[str, str]:
        """Return both as the record has them."""
        return {"focus": self.focus, "crop": self.crop}

    def metadata(self) -> dict[str, str]:
        """Return the user metadata that states it."""
        return {name: text for name, text in ((FOCUS, self.focus), (CROP, self.crop)) if text}

    def region(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of the crop in an upright image of ``width`` × ``height`` pixels."""
        if not self.crop:
            return 0, 0, width, height
        x, y, across, down = map(_millionths, self.crop.split(","))
        left, right = _whole_pixels(x, x + across, width)
        top, bottom = _whole_pixels(y, y + down, height)
        return left, top, right, bottom

    def focus_in(self, width: int, height: int) -> tuple[float, float] | None:
        """Return the focus as fractions of the crop of such an image; its nearest point if the focus is outside."""
        if not self.focus:
            return None
        x, y = (_millionths(number) / _ONE for number in self.focus.split(","))
        left, top, right, bottom = self.region(width, height)
        across, down = (x * width - left) / (right - left), (y * height - top) / (bottom - top)
        return min(1.0, max(0.0, across)), min(1.0, max(0.0, down))


WHOLE: Final = Framing()


def _normalized(name: str, value: str) -> str:
    """Raises ValueError for what is not allowed."""
    if not value.strip(" "):
        return ""
    found = [re.fullmatch(_FRACTION, part) for part in value.split(",", 4)]
    numbers = [_millionths(one[1]) for one in found if one]
    if len(numbers) != len(found) or len(found) != (2 if name == FOCUS else 4):
        raise ValueError(value)
    if name == CROP:
        x, y, width, height = numbers
        if max(x + width, y + height) > _ONE + _ROUNDING:
            raise ValueError(value)
        numbers = [x, y, min(width, _ONE - x), min(height, _ONE - y)]
        if not min(numbers[2:]):
            raise ValueError(value)
    return ",".join(f"{number / _ONE:.6f}".rstrip("0").rstrip(".") for number in numbers)


def _shown(value: str) -> str:
    """The beginning of a wrong value in quotation marks, with escapes: it comes from an upload."""
    text = ascii(value[:_SHOWN])
    return text if len(text) <= _SHOWN + 2 and len(value) <= _SHOWN else f"{text[:_SHOWN]}…'"


def _millionths(number: str) -> int:
    return round(float(number) * _ONE)


def _whole_pixels(begin: int, end: int, length: int) -> tuple[int, int]:
    """Return where a part begins and ends, in pixels of ``length``: at least one pixel later."""
    first = min(round(begin * length / _ONE), length - 1)
    return first, max(first + 1, round(end * length / _ONE))
