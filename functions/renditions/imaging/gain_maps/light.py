"""Calculating with light: of samples and of the gains that brighten them, one image of numbers for each band.

Samples are taken for those of sRGB, whose curve Display P3 shares. Only ratios count, which other curves hardly change.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import Any, TypeVar

from PIL import Image, ImageMath

from renditions.imaging.gain_map import Channel, Coding, Size

_T = TypeVar("_T")
Light = Sequence[Image.Image]
Rows = tuple[int, int, int, int]  # the box of some whole rows

_MOST, _UNITS = 65_535, 1024  # of a number that becomes a sample, and in a ratio of 1
_WIDEST = math.log2(_MOST / _UNITS)  # stops
_HEIGHT = 32  # rows at a time: of what they are made of, numbers take twelve times the memory
_ENOUGH = (
    501  # pixels across and down show what an image loses; they do not lie alike in the blocks of a JPEG
)
_DARKEST = 1 / 64  # of white: below it, noise has ratios without meaning


def is_countable(coding: Coding) -> bool:
    """Return whether the gains are numbers that can be told apart here."""
    return all(one.low < one.high <= _WIDEST for one in coding.channels)


def light(image: Image.Image, coding: Coding) -> Light:
    """Return the linear light of ``image``, with the offset that belongs to its gains."""
    return [
        band.point(_linear(max(_for(coding.channels, number).base_offset, _DARKEST)), "F")
        for number, band in enumerate(image.split())
    ]


def brightened(base: Light, samples: Image.Image, coding: Coding) -> Light:
    """Return the light of ``base`` with the gains that ``samples`` mean."""
    gains = [
        band.point(_factors(_for(coding.channels, number)), "F")
        for number, band in enumerate(samples.split())
    ]
    return [
        _computed(lambda args: args["base"] * args["gain"], base=_for(base, number), gain=_for(gains, number))
        for number in range(max(len(base), len(gains)))
    ]


def between(base: Light, bright: Light, mode: str) -> Light:
    """Return by what ``base`` is to be multiplied to be ``bright``: for each band, or on average for the mode L."""
    ratios = [
        _computed(lambda args: args["bright"] / args["base"], bright=one, base=_for(base, number))
        for number, one in enumerate(bright)
    ]
    if mode == "RGB" or len(ratios) == 1:
        return ratios
    red, green, blue = ratios
    return [_computed(lambda args: (args["r"] * args["g"] * args["b"]) ** (1 / 3), r=red, g=green, b=blue)]


def sampled(ratios: Callable[[Rows], Light], size: Size, coding: Coding, mode: str) -> Image.Image:
    """Return the samples that mean the ``ratios``, which it asks for by a few rows at a time."""
    bands = [Image.new("F", size) for _ in Image.new(mode, (1, 1)).getbands()]
    for top in range(0, size[1], _HEIGHT):
        rows = (0, top, size[0], min(top + _HEIGHT, size[1]))
        for band, part in zip(bands, ratios(rows), strict=True):
            band.paste(part, rows)
    return Image.merge(
        mode, [_samples_of(one, _for(coding.channels, number)) for number, one in enumerate(bands)]
    )


def loss(shown: Image.Image, decoded: Image.Image) -> float:
    """Return by how much the light of ``decoded`` differs from that of ``shown``, in stops on average."""
    size = min(shown.width, _ENOUGH), min(shown.height, _ENOUGH)
    pairs = zip(
        *(one.resize(size, Image.Resampling.NEAREST).split() for one in (shown, decoded)), strict=True
    )
    differences = [
        _computed(
            lambda args: abs(args["one"] - args["other"]),
            one=one.point(_stops(), "F"),
            other=other.point(_stops(), "F"),
        )
        for one, other in pairs
    ]
    return sum(map(_mean, differences)) / len(differences)


def _for(values: Sequence[_T], number: int) -> _T:
    """Return the value for a band: there is one for each, or one for all."""
    return values[number % len(values)]


def _computed(formula: Any, **images: Image.Image) -> Image.Image:
    made: Image.Image = ImageMath.lambda_eval(formula, **images)
    return made


def _mean(numbers: Image.Image) -> float:
    (mean,) = memoryview(numbers.resize((1, 1), Image.Resampling.BOX).tobytes()).cast("f")
    return float(mean)


def _samples_of(ratio: Image.Image, channel: Channel) -> Image.Image:
    units = _computed(lambda args: args["int"](args["min"](args["ratio"] * _UNITS + 0.5, _MOST)), ratio=ratio)
    return units.point(_samples(channel), "L")


@lru_cache(maxsize=8)
def _linear(offset: float) -> list[float]:
    """Return the light of each sample."""
    parts = (sample / 255 for sample in range(256))
    return [(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) + offset for part in parts]


@lru_cache(maxsize=1)
def _stops() -> list[float]:
    return [math.log2(one) for one in _linear(_DARKEST)]


@lru_cache(maxsize=8)
def _factors(channel: Channel) -> list[float]:
    """Return the gain that each sample of a map means."""
    return [2.0 ** _gain(channel, sample) for sample in range(256)]


def _gain(channel: Channel, sample: float) -> float:
    """Return the stops that a sample means."""
    return channel.low + (channel.high - channel.low) * float((sample / 255) ** (1 / channel.gamma))


@lru_cache(maxsize=8)
def _samples(channel: Channel) -> bytes:
    """Return the sample for each number of units: the one whose gain is nearest."""
    limits = [0]
    for sample in range(1, 256):
        limits.append(max(limits[-1], min(_MOST + 1, ceil(_UNITS * 2.0 ** _gain(channel, sample - 0.5)))))
    limits.append(_MOST + 1)
    return b"".join(
        bytes((sample,)) * (after - before) for sample, (before, after) in enumerate(pairwise(limits))
    )
