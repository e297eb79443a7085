"""BlurHash (https://blurha.sh): a blurred image as a few waves in some 30 characters.

The package of this name on PyPI computes the same with five times as many multiplications: here the waves along a row
are summed once for all waves down the columns.
"""

from collections.abc import Sequence
from functools import cache
from math import cos, pi
from operator import mul

from PIL import Image

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_COLOURS = 3

Colour = tuple[float, ...]


def blurhash(image: Image.Image, across: int, down: int) -> str:
    """Return the BlurHash of an RGB ``image`` with ``across`` × ``down`` waves, 1 to 9 each."""
    mean, *waves = _waves(image, across, down)
    largest = max((abs(value) for wave in waves for value in wave), default=0.0)
    steps = max(0, min(82, int(largest * 166 - 0.5))) if waves else 0
    unit = (steps + 1) / 166
    red, green, blue = (_srgb(value) for value in mean)
    return (
        _in_base_83(across - 1 + 9 * (down - 1), 1)
        + _in_base_83(steps, 1)
        + _in_base_83(red << 16 | green << 8 | blue, 4)
        + "".join(_in_base_83(_quantized(wave, unit), 2) for wave in waves)
    )


def _waves(image: Image.Image, across: int, down: int) -> list[Colour]:
    """Return how strong each wave is in linear red, green and blue: the mean first, then row by row."""
    width, height = image.size
    linear = list(map(_linear().__getitem__, image.tobytes()))
    along = [_cosines(width, number) for number in range(across)]
    # By row, wave and colour.
    rows = [
        [
            [
                sum(map(mul, wave, linear[start + colour : start + _COLOURS * width : _COLOURS]))
                for colour in range(3)
            ]
            for wave in along
        ]
        for start in range(0, len(linear), _COLOURS * width)
    ]
    found = []
    for second in range(down):
        wave = _cosines(height, second)
        for first in range(across):
            norm = (1.0 if first == second == 0 else 2.0) / (width * height)
            columns = zip(*(row[first] for row in rows), strict=True)
            found.append(tuple(norm * sum(map(mul, wave, column)) for column in columns))
    return found


@cache
def _cosines(length: int, number: int) -> Sequence[float]:
    return [cos(pi * number * place / length) for place in range(length)]


@cache
def _linear() -> Sequence[float]:
    """Return the linear light of each sRGB sample."""
    return [
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in range(256)
    ]


def _srgb(linear: float) -> int:
    value = max(0.0, min(1.0, linear))
    if value <= 0.0031308:
        return int(value * 12.92 * 255 + 0.5)
    return int((1.055 * value ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _quantized(wave: Colour, unit: float) -> int:
    """Return the three colours of ``wave``, in 19 steps each, as one number."""
    number = 0
    for value in wave:
        root = (abs(value) / unit) ** 0.5
        signed = -root if value < 0 else root
        number = 19 * number + max(0, min(18, int(signed * 9 + 9.5)))
    return number


def _in_base_83(number: int, length: int) -> str:
    return "".join(_DIGITS[number // 83**place % 83] for place in reversed(range(length)))
