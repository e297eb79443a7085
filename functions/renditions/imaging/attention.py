"""The part of an image that people look at, for cropping to it.

Multiplies three well-known cues. Detail: the subject is in focus (the gradient that seam carving protects, Avidan and
Shamir: SIGGRAPH 2007). Rarity: its colours are not those of the border, where the background is (Wei, Wen, Zhu, Sun:
ECCV 2012). Centre: photographers aim at their subject (Tatler: Journal of Vision 2007), so that anything off centre
must stand out more. docs/attention.md has the accuracy, measured on photographs.
"""

from math import exp, pi, sin

from PIL import Image, ImageChops, ImageFilter, ImageOps

from renditions.imaging.resampling import resized
from renditions.settings import PILLOW

_SIDE = 128  # enough to find the subject
_COLOURS = 64
_BORDER = 0.08  # of the short side
_RARITY = 2.0  # how fast interest falls with a colour's share of the border
# The width of a bell curve, where 1 is from the centre to an end: an end counts a fifth of the centre.
_CENTRE = 0.55
# A subject needs space around it, so that the edges of the part count less: the power of half a sine wave.
_SPACE = 0.25


def best_start(image: Image.Image, size: tuple[int, int], resizer: str = PILLOW) -> int:
    """Return where the most interesting part of ``size`` begins, along the side of ``image`` (RGB) that is cut most.

    ``resizer`` is the library that makes a small copy to look at.
    """
    is_across = image.width - size[0] >= image.height - size[1]
    length, taken = (image.width, size[0]) if is_across else (image.height, size[1])
    line = _along(_interest(_reduced(image, resizer)), is_across=is_across)
    window = max(1, round(taken * len(line) / length))
    last = len(line) - window
    if last <= 0 or not any(line):
        return (length - taken) // 2
    weights = [sin(pi * (place + 0.5) / window) ** _SPACE for place in range(window)]
    scores = [sum(map(float.__mul__, line[start:], weights)) for start in range(last + 1)]
    best = max(range(last + 1), key=lambda start: (scores[start], -abs(2 * start - last)))
    return round(best * (length - taken) / last)


def _reduced(image: Image.Image, resizer: str) -> Image.Image:
    scale = min(1.0, _SIDE / max(image.size))
    width, height = (max(1, round(length * scale)) for length in image.size)
    return resized(image, (width, height), Image.Resampling.BICUBIC, resizer)


def _interest(image: Image.Image) -> Image.Image:
    """Return the interest of each pixel, 0 to 255."""
    return ImageChops.multiply(_detail(image), _rarity(image))


def _detail(image: Image.Image) -> Image.Image:
    """Return how much brightness changes around each pixel: the morphological gradient, slightly blurred, stretched."""
    grey = image.convert("L")
    change = ImageChops.subtract(grey.filter(ImageFilter.MaxFilter(3)), grey.filter(ImageFilter.MinFilter(3)))
    return ImageOps.autocontrast(change.filter(ImageFilter.GaussianBlur(1)))


def _rarity(image: Image.Image) -> Image.Image:
    """Return how rare the colour of each pixel is on the border compared to the whole image; 255 for none there."""
    colours = image.filter(ImageFilter.GaussianBlur(2)).quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    border = _border(image.size)
    whole, around = colours.histogram(), colours.histogram(border)
    usual = sum(around) / sum(whole)
    levels = [
        round(255 * exp(-_RARITY * near / (count * usual))) if count else 0
        for count, near in zip(whole, around, strict=True)
    ]
    return Image.frombytes("L", colours.size, colours.tobytes()).point(levels)


def _border(size: tuple[int, int]) -> Image.Image:
    """Return a mask of the outermost pixels; of all pixels if there are no others."""
    width, height = size
    thickness = max(1, round(_BORDER * min(size)))
    mask = Image.new("L", size, 255)
    if min(size) > 2 * thickness:
        mask.paste(0, (thickness, thickness, width - thickness, height - thickness))
    return mask


def _along(interest: Image.Image, *, is_across: bool) -> list[float]:
    """Return the mean interest at each place along one side, less towards its ends."""
    size = (interest.width, 1) if is_across else (1, interest.height)
    means = memoryview(interest.convert("F").resize(size, Image.Resampling.BOX).tobytes()).cast("f").tolist()
    middle = len(means) / 2
    return [
        mean * exp(-(((place + 0.5 - middle) / middle / _CENTRE) ** 2) / 2)
        for place, mean in enumerate(means)
    ]
