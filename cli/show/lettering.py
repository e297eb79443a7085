"""Text on the contact sheet: fonts, cutting to a width, breaking into lines."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Point = tuple[float, float]


def font(text: str, size: int) -> Font:
    """Pillow's own font where it has every letter, else the one of the watermark, which knows many scripts."""
    return plain_font(size) if text.isascii() else wide_font(size)


@cache
def plain_font(size: int) -> Font:
    """A light sans serif for ASCII."""
    return ImageFont.load_default(size)


@cache
def wide_font(size: int) -> Font:
    """A sans serif with Latin, Greek, Cyrillic and more; wider, so set smaller."""
    data = files("renditions.imaging").joinpath("fonts/DejaVuSans-Bold.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), round(size * 0.88))


def write(
    draw: ImageDraw.ImageDraw, at: Point, text: str, size: int, colour: str, *, anchor: str = "ls"
) -> float:
    """Draw one line; ``at`` is on its base line, unless ``anchor`` says otherwise. Returns its width in pixels."""
    chosen = font(text, size)
    draw.text(at, text, colour, chosen, anchor)
    return chosen.getlength(text)


def cut(text: str, size: int, width: float) -> str:
    """``text`` in at most ``width`` pixels: its middle is left out, because names differ at their ends."""
    half = len(text) // 2
    shorter = text
    while font(shorter, size).getlength(shorter) > width and half > 1:
        half -= 1
        shorter = f"{text[:half]}...{text[-half:]}"
    return shorter


def broken(text: str, size: int, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` pixels; a word that is longer is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(longer, size).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, size, width))
    return lines
