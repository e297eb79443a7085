"""A picture in the terminal, as coloured half blocks: every terminal with colours shows them."""

from io import BytesIO

from PIL import Image, ImageOps
from rich.console import Console
from rich_pixels import Pixels

WIDEST, HIGHEST = 60, 32  # pixels: as many columns, and half as many lines
LARGEST = 2_000_000  # bytes of a file that is worth fetching for this


def shows_pictures(console: Console) -> bool:
    """Whether the output is a terminal with enough colours."""
    return console.is_terminal and console.color_system in {"256", "truecolor"} and not console.no_color


def picture(data: bytes, width: int) -> Pixels | None:
    """Return the picture in a file, at most ``width`` columns wide; None if it cannot be decoded."""
    try:
        with Image.open(BytesIO(data)) as image:
            small = ImageOps.contain(image.convert("RGBA"), (min(width, WIDEST), HIGHEST))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    pixels: Pixels = Pixels.from_image(small)
    return pixels
