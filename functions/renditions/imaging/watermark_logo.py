"""The logo of the watermark, which goes the same way as an original: its profile, 16 bits and orientation count."""

from functools import lru_cache

from PIL import Image

from renditions.errors import InvalidSettings, RenditionsError, SideTooLong, TooManyPixels
from renditions.imaging.colour import to_srgb
from renditions.imaging.decode import decode, to_full_colour
from renditions.imaging.formats.png import PNG
from renditions.imaging.formats.recognition import format_of
from renditions.imaging.formats.webp import WEBP
from renditions.imaging.orientation import orient
from renditions.imaging.picture import Picture
from renditions.imaging.resampling import resized
from renditions.imaging.source import read
from renditions.settings import PILLOW, RenditionSpec, Settings

# The operator provides the logo, but a mistake there must not take the memory of every function.
_MOST_PIXELS = 25_000_000
_FORMATS = (PNG, WEBP)
_AS_ORIGINAL = (decode, to_full_colour, to_srgb, orient)


@lru_cache(maxsize=4)
def logo_mark(logo: bytes, height: int, longest: int, resizer: str = PILLOW) -> Image.Image:
    """Return the logo as RGBA, ``height`` pixels tall but at most ``longest`` wide. Raises InvalidSettings."""
    image = _decoded(logo)
    factor = min(height / image.height, longest / image.width)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return resized(image, size, Image.Resampling.LANCZOS, resizer)


def is_invisible(logo: bytes) -> bool:
    """Return whether the logo is transparent everywhere. Raises InvalidSettings."""
    return _decoded(logo).getchannel("A").getextrema() == (0, 0)


@lru_cache(maxsize=1)
def _decoded(logo: bytes) -> Image.Image:
    if format_of(logo) not in _FORMATS:
        raise InvalidSettings("The watermark logo (WATERMARK_LOGO_KEY) is neither a PNG nor a WebP.")
    try:
        return _as_original(logo)
    except (TooManyPixels, SideTooLong) as fault:
        raise InvalidSettings(f"The watermark logo (WATERMARK_LOGO_KEY) is too large. {fault}") from fault
    except RenditionsError as fault:
        raise InvalidSettings(
            "The watermark logo (WATERMARK_LOGO_KEY) is damaged and cannot be read."
        ) from fault


def _as_original(logo: bytes) -> Image.Image:
    settings = Settings(max_bytes=max(1, len(logo)), max_pixels=_MOST_PIXELS)
    image, header = read(logo, settings)
    spec = RenditionSpec("logo", max(header.width, header.height))
    picture = Picture(image, header, spec, settings, original=logo)
    for step in _AS_ORIGINAL:
        picture = step(picture)
    return picture.image.convert("RGBA")
