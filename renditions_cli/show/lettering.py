"""Text on the contact sheet: fonts, shortening and wrapping to a width."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Point = tuple[float, float]


def font(text: str, size: int) -> Font:
    """Return Pillow's default font for ASCII, else the font of the watermark, which covers many scripts."""
    return plain_font(size) if text.isascii() else wide_font(size)


@cache
def plain_font(size: int) -> Font:
    """Return a light sans serif font for ASCII."""
    return ImageFont.load_default(size)


@cache
def wide_font(size: int) -> Font:
    """Return a sans serif font with Latin, Greek, Cyrillic and more. It is wider, so its size is smaller."""
    data = files("renditions.imaging").joinpath("fonts/DejaVuSans-Bold.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), round(size * 0.88))


def write(
    draw: ImageDraw.ImageDraw, at: Point, text: str, size: int, colour: str, *, anchor: str = "ls"
) -> float:
    """Draw one line with its baseline at ``at`` (see ``anchor`` in Pillow). Returns its width in pixels."""
    chosen = font(text, size)
    draw.text(at, text, colour, chosen, anchor)
    return chosen.getlength(text)


def cut(text: str, size: int, width: float) -> str:
    """Shorten ``text`` to ``width`` pixels in its middle, because names differ at their ends."""
    half = len(text) // 2
    shorter = text
    while font(shorter, size).getlength(shorter) > width and half > 1:
        half -= 1
        shorter = f"{text[:half]}...{text[-half:]}"
    return shorter


def wrapped(text: str, size: int, width: float) -> list[str]:
    """Wrap ``text`` to lines of at most ``width`` pixels. A longer word is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(longer, size).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, size, width))
    return lines
