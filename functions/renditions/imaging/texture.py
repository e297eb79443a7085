"""The texture of an image: how much of its quality an encoder that works in little time will lose."""

from enum import Enum, auto

from PIL import Image, ImageChops

# Bands of a large image are enough to judge it.
_BANDS, _BAND = 8, 16
_EQUAL = 1  # of 255: neighbours that differ by no more are flat
# Shares of flat pixels.
_MOSTLY, _HALF, _LITTLE, _HARDLY = 0.78, 0.52, 0.4, 0.3
# A pixel's distance from the mean of its neighbours, as a multiple of that between two neighbours.
_SOFT = 0.6


class Texture(Enum):
    """The kinds of texture, in the order of what they lose.

    ``SMOOTH``: mostly flat, as skies and drawings. ``SHARP``: edges between flat areas. ``SOFT``: gentle slopes with
    fine grain, as backgrounds out of focus. ``GRAINY``: the same with fewer flat areas. ``BUSY``: detail everywhere, as
    foliage and rocks.
    """

    SMOOTH = auto()
    SHARP = auto()
    SOFT = auto()
    GRAINY = auto()
    BUSY = auto()


def texture(image: Image.Image) -> Texture:
    """Return the texture of ``image`` by the differences between neighbours in its rows. The limits are measured."""
    if image.width < 3:
        return Texture.SMOOTH
    bands = _bands(image).convert("L")
    left, middle, right = (bands.crop((x, 0, bands.width - 2 + x, bands.height)) for x in range(3))
    steps = ImageChops.difference(left, middle).histogram()
    bends = ImageChops.difference(ImageChops.add(left, right, scale=2), middle).histogram()
    flat = sum(steps[: _EQUAL + 1]) / sum(steps)
    if flat >= _MOSTLY:
        return Texture.SMOOTH
    if flat >= _HARDLY and _total(bends) < _SOFT * _total(steps):
        return Texture.GRAINY if flat < _HALF else Texture.SOFT
    return Texture.BUSY if flat < _LITTLE else Texture.SHARP


def _total(counts: list[int]) -> int:
    return sum(value * count for value, count in enumerate(counts))


def _bands(image: Image.Image) -> Image.Image:
    """Return bands across a large ``image``, one below the other; a small one as a whole."""
    if image.height < 2 * _BANDS * _BAND:
        return image
    bands = Image.new(image.mode, (image.width, _BANDS * _BAND))
    for number in range(_BANDS):
        top = number * (image.height // _BANDS)
        bands.paste(image.crop((0, top, image.width, top + _BAND)), (0, number * _BAND))
    return bands
