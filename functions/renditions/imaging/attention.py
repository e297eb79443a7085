"""Which part of a picture people look at, for cropping to it.

Frequency-tuned saliency (Achanta, Hemami, Estrada, Süsstrunk: CVPR 2009): how far each pixel's colour, a little
blurred against noise, is from the mean colour of the picture; in YCbCr, which Pillow has, instead of Lab.
docs/attention.md shows what it chooses.
"""

from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter, ImageStat

_SIDE = 128  # enough to find the subject
_BLUR = 1.2
# How much more the middle counts than the ends, so that an even picture is cropped in its centre.
_PULL = 0.03


def best_start(image: Image.Image, side: int) -> int:
    """Where along the longer side of ``image`` (RGB) a square of ``side`` pixels begins that holds most of interest."""
    lies = image.width >= image.height
    longest, room = (image.width, image.width - side) if lies else (image.height, image.height - side)
    small = image.copy()
    small.thumbnail((_SIDE, _SIDE))
    salient = _saliency(small)
    line = salient.resize((small.width, 1) if lies else (1, small.height), Image.Resampling.BOX).tobytes()
    window = max(1, round(side * len(line) / longest))
    sums = [0, *accumulate(line)]
    last = len(line) - window
    if last <= 0:
        return room // 2
    scores = [
        (sums[start + window] - sums[start]) * (1 - _PULL * abs(2 * start / last - 1))
        for start in range(last + 1)
    ]
    best = max(range(last + 1), key=lambda start: (scores[start], -abs(2 * start - last)))
    return round(best * room / last)


def _saliency(image: Image.Image) -> Image.Image:
    """0 to 255 for each pixel: the distance of its colour from the mean, squared and stretched."""
    blurred = image.convert("RGB").filter(ImageFilter.GaussianBlur(_BLUR)).convert("YCbCr")
    mean = Image.new("YCbCr", image.size, tuple(round(value) for value in ImageStat.Stat(blurred).mean))
    distances = [
        band.point([value * value // 64 for value in range(256)])
        for band in ImageChops.difference(blurred, mean).split()
    ]
    total = ImageChops.add(ImageChops.add(distances[0], distances[1]), distances[2])
    high = max(level for level, count in enumerate(total.histogram()) if count) or 1
    return total.point([value * 255 / high for value in range(256)])
