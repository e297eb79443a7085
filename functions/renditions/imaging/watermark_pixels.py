"""The pixels of the watermark's text: a line as RGBA, cropped to its ink."""

from functools import lru_cache

from PIL import Image, ImageFilter

from renditions.imaging.watermark_text import Line, set_line

_LIGHT, _DARK = (255, 255, 255), (16, 16, 16)
_OUTLINE = 1 / 26  # of the font size
# Smaller letters are unreadable.
_SMALLEST_TEXT = 7
_TRIAL = 100  # a size of the font


@lru_cache(maxsize=16)
def text_mark(text: str, height: int, longest: int, *, light: bool, font: bytes = b"") -> Image.Image | None:
    """Return ``text`` on one line, ``height`` pixels tall but at most ``longest`` wide, with a contrasting outline.

    The ink is white with a dark outline if ``light``, otherwise the reverse. ``font`` is a font of the user's own. None
    if there is too little room to be readable. Raises InvalidSettings for characters that no font has.
    """
    line = set_line(text, font)
    size = _fitting_size(line, height, longest)
    if size < _SMALLEST_TEXT:
        return None
    outline = max(1.0, size * _OUTLINE)
    room = round(outline * 2.5)  # for the outline and the visible part of the shadow
    left, top, right, bottom = line.bounds(size)
    paper = (int(right - left) + 2 * room, int(bottom - top) + 2 * room)
    place = (room - left, room - top)
    ink, edge = (_written(line, size, paper, place, wider) for wider in (0.0, outline))
    return _coloured(ink, edge, outline, light=light)


def _fitting_size(line: Line, height: int, longest: int) -> int:
    """Return the size of the font at which ``line`` fits."""
    left, top, right, bottom = line.bounds(_TRIAL)
    # A line of low letters is measured as if it contained a capital, so that it is not enlarged.
    capital = line.capital(_TRIAL)
    tall = max(bottom, capital[3]) - min(top, capital[1])
    wide = right - left
    return int(_TRIAL * min(height / (tall + 200 * _OUTLINE), longest / (wide + 500 * _OUTLINE)))


def _written(
    line: Line, size: int, paper: tuple[int, int], place: tuple[float, float], outline: float
) -> Image.Image:
    """Return the ink on each pixel, 0 to 255, for ``line`` written with a pen that is ``outline`` pixels wider."""
    from PIL import ImageDraw  # noqa: PLC0415 - loads FreeType

    written = Image.new("L", paper)
    line.draw(ImageDraw.Draw(written), place, size, outline)
    return written


def _coloured(ink: Image.Image, edge: Image.Image, outline: float, *, light: bool) -> Image.Image:
    """Return ink in front of its outline and a soft shadow. Colour fills each pixel, so that edges have no fringes."""
    fill, contrast = (_LIGHT, _DARK) if light else (_DARK, _LIGHT)
    shadow = edge.filter(ImageFilter.GaussianBlur(outline * 0.8)).point(lambda value: value * 0.45)
    around = Image.composite(edge.point(lambda value: value * 0.85), shadow, edge)
    mark = Image.composite(Image.new("RGB", ink.size, fill), Image.new("RGB", ink.size, contrast), ink)
    mark.putalpha(Image.composite(ink, around, ink))
    return mark.crop(mark.getchannel("A").getbbox())
