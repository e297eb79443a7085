"""Drawings and photographs: which encoding suits the pixels of a rendition."""

from functools import reduce

from PIL import Image, ImageChops

# A drawing has few colours, even with soft edges, and most pixels equal their neighbour (docs/renditions.md).
_MOST_COLOURS = 8192
_LEAST_FLAT = 0.6
# Colour at half resolution is visible if this share of the pixels differs by so much, of 255.
_LEAST_BLURRED = 0.002
_VISIBLE = 32
# Ink and paper have one level each; the others are on the edges between them.
_LEAST_OF_TWO, _TOP = 0.7, 7
_SAME_GREY = 4  # levels of 255 that nobody sees
# Bands of a large image are enough to judge it.
_BANDS, _BAND = 8, 16
_PROBED, _LEAST_ROWS = 3, 8


def is_drawn(image: Image.Image) -> bool:
    """Return whether lossless compression suits ``image``: few colours in flat areas, as in logos and charts."""
    if image.getcolors(_MOST_COLOURS) is None:
        return False
    if image.width == 1:
        return True
    left = image.crop((0, 0, image.width - 1, image.height))
    right = image.crop((1, 0, image.width, image.height))
    unlike = reduce(ImageChops.lighter, ImageChops.difference(left, right).split())
    return unlike.histogram()[0] >= _LEAST_FLAT * unlike.width * unlike.height


def shows_drawing(original: Image.Image) -> bool:
    """Return whether an original is drawn in colour, by thin bands across it. Scans and line art in grey are not."""
    return original.mode in ("RGB", "RGBA") and is_drawn(_sample(original))


def is_ink_on_paper(image: Image.Image) -> bool:
    """Return whether ``image`` is grey and two levels fill most of it, as in a reduced scan or a line drawing.

    Both must look the same after ``few_levels``: a drawing of two greys is neither ink nor paper.
    """
    if image.mode != "L":
        return False
    counts = image.histogram()
    two = sorted(range(256), key=counts.__getitem__, reverse=True)[:2]
    is_most = sum(counts[level] for level in two) >= _LEAST_OF_TWO * sum(counts)
    return is_most and all(abs(_rounded(level) - level) <= _SAME_GREY for level in two if counts[level])


def few_levels(image: Image.Image) -> Image.Image:
    """Return greyscale in 8 levels, enough for the soft edges of letters and lines."""
    return image.point([_rounded(value) for value in range(256)])


def _rounded(level: int) -> int:
    return round(round(level * _TOP / 255) * 255 / _TOP)


def needs_full_colour(image: Image.Image) -> bool:
    """Return whether colour at half resolution (4:2:0) would be visible, as at the edges of red letters."""
    if image.mode in ("L", "LA"):
        return False
    _, blue, red = _sample(image).convert("RGB").convert("YCbCr").split()
    change = ImageChops.lighter(*(ImageChops.difference(one, _halved(one)) for one in (blue, red)))
    counts = change.histogram()
    return sum(counts[_VISIBLE:]) > _LEAST_BLURRED * sum(counts)


def _halved(channel: Image.Image) -> Image.Image:
    half = (max(1, channel.width // 2), max(1, channel.height // 2))
    small = channel.resize(half, Image.Resampling.BOX)
    return small.resize(channel.size, Image.Resampling.BILINEAR)


def bands(image: Image.Image) -> Image.Image:
    """Return a fifth of ``image``: three bands across it, one below the other. A small one as a whole."""
    part, rows = image.height // _PROBED, max(_LEAST_ROWS, image.height // (5 * _PROBED))
    return image if image.height < 2 * _PROBED * rows else _joined(image, _PROBED, rows, (part - rows) // 2)


def _sample(image: Image.Image) -> Image.Image:
    """Return thin bands across a large ``image``, one below the other; a small one as a whole."""
    return image if image.height < 4 * _BANDS * _BAND else _joined(image, _BANDS, _BAND, 0)


def _joined(image: Image.Image, count: int, rows: int, skipped: int) -> Image.Image:
    """Return ``count`` bands of ``rows`` each, from equal parts of ``image`` of which ``skipped`` rows come before."""
    joined = Image.new(image.mode, (image.width, count * rows))
    for number in range(count):
        top = number * (image.height // count) + skipped
        joined.paste(image.crop((0, top, image.width, top + rows)), (0, number * rows))
    return joined
