"""The pixels of the watermark: a line of text in a bundled font, or a logo, as RGBA cropped to its ink."""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from renditions.errors import InvalidSettings
from renditions.imaging.formats.png import PNG
from renditions.imaging.formats.recognition import format_of
from renditions.imaging.formats.webp import WEBP
from renditions.imaging.resampling import resized
from renditions.settings import PILLOW

_FONT = Path(__file__).parent / "fonts" / "DejaVuSans-Bold.ttf"
_LIGHT, _DARK = (255, 255, 255), (16, 16, 16)
_OUTLINE = 1 / 26  # of the font size
# Smaller letters are unreadable.
_SMALLEST_TEXT = 7
# The operator provides the logo, but a mistake there must not take the memory of every function.
_MOST_LOGO_PIXELS = 25_000_000
_LOGO_FORMATS = (PNG, WEBP)


@lru_cache(maxsize=16)
def text_mark(text: str, height: int, longest: int, *, light: bool) -> Image.Image | None:
    """Return ``text`` on one line, ``height`` pixels tall but at most ``longest`` wide, with a contrasting outline.

    The ink is white with a dark outline if ``light``, otherwise the reverse. None if there is too little room to be
    readable.
    """
    line = " ".join(text.split())
    font = _font_for(line, height, longest)
    if font is None:
        return None
    outline = max(1.0, font.size * _OUTLINE)
    room = round(outline * 2.5)  # for the outline and the visible part of the shadow
    left, top, right, bottom = font.getbbox(line)
    size = (int(right - left) + 2 * room, int(bottom - top) + 2 * room)
    place = (room - left, room - top)
    ink = _written(line, font, size, place)
    edge = _written(line, font, size, place, outline)
    return _coloured(ink, edge, outline, light=light)


def _font_for(line: str, height: int, longest: int) -> ImageFont.FreeTypeFont | None:
    """Return the font in the size at which ``line`` fits, or None if that is unreadably small."""
    trial = _font(100)
    left, top, right, bottom = trial.getbbox(line)
    # A line of low letters is measured as if it contained a capital, so that it is not enlarged.
    capital = trial.getbbox("H")
    tall = max(bottom, capital[3]) - min(top, capital[1])
    size = int(100 * min(height / (tall + 200 * _OUTLINE), longest / (right - left + 500 * _OUTLINE)))
    return _font(size) if size >= _SMALLEST_TEXT else None


def _font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout needs no text-shaping library, which may not be installed.
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _written(
    line: str,
    font: ImageFont.FreeTypeFont,
    size: tuple[int, int],
    place: tuple[float, float],
    outline: float = 0,
) -> Image.Image:
    """Return the ink on each pixel, 0 to 255, for ``line`` written with a pen that is ``outline`` pixels wider."""
    paper = Image.new("L", size)
    ImageDraw.Draw(paper).text(place, line, fill=255, font=font, stroke_width=outline, stroke_fill=255)
    return paper


def _coloured(ink: Image.Image, edge: Image.Image, outline: float, *, light: bool) -> Image.Image:
    """Return ink in front of its outline and a soft shadow. Colour fills each pixel, so that edges have no fringes."""
    fill, contrast = (_LIGHT, _DARK) if light else (_DARK, _LIGHT)
    shadow = edge.filter(ImageFilter.GaussianBlur(outline * 0.8)).point(lambda value: value * 0.45)
    around = Image.composite(edge.point(lambda value: value * 0.85), shadow, edge)
    mark = Image.composite(Image.new("RGB", ink.size, fill), Image.new("RGB", ink.size, contrast), ink)
    mark.putalpha(Image.composite(ink, around, ink))
    return mark.crop(mark.getchannel("A").getbbox())


@lru_cache(maxsize=4)
def logo_mark(logo: bytes, height: int, longest: int, resizer: str = PILLOW) -> Image.Image:
    """Return the logo as RGBA, ``height`` pixels tall but at most ``longest`` wide. Raises InvalidSettings."""
    image = _decoded_logo(logo)
    factor = min(height / image.height, longest / image.width)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return resized(image, size, Image.Resampling.LANCZOS, resizer)


@lru_cache(maxsize=1)
def _decoded_logo(logo: bytes) -> Image.Image:
    logo_format = format_of(logo)
    if logo_format not in _LOGO_FORMATS:
        raise InvalidSettings("The watermark logo (WATERMARK_LOGO_KEY) is neither a PNG nor a WebP.")
    try:
        image = logo_format.load_decoder()(io.BytesIO(logo))
        small_enough = image.width * image.height <= _MOST_LOGO_PIXELS
        decoded = image.convert("RGBA") if small_enough else None
    except MemoryError:
        raise
    except Exception as fault:
        raise InvalidSettings(
            "The watermark logo (WATERMARK_LOGO_KEY) is damaged and cannot be read."
        ) from fault
    if decoded is None:
        raise InvalidSettings(
            f"The watermark logo (WATERMARK_LOGO_KEY) is {image.width:,} × {image.height:,} pixels. "
            f"At most {_MOST_LOGO_PIXELS:,} pixels are allowed."
        )
    return decoded
