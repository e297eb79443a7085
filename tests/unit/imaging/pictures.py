"""Images made for the tests: small, exact, and of every kind that people upload."""

import io
import struct
import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renditions.contracts import Rendered
from renditions.imaging import render
from renditions.settings import Settings

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 220, 20)
Colour = tuple[int, ...]
# EXIF orientation → the quadrants at the top left, top right, bottom left and bottom right of the upright image.
UPRIGHT = {
    1: (RED, GREEN, BLUE, YELLOW),
    2: (GREEN, RED, YELLOW, BLUE),
    3: (YELLOW, BLUE, GREEN, RED),
    4: (BLUE, YELLOW, RED, GREEN),
    5: (RED, BLUE, GREEN, YELLOW),
    6: (BLUE, RED, YELLOW, GREEN),
    7: (YELLOW, GREEN, BLUE, RED),
    8: (GREEN, YELLOW, RED, BLUE),
}


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    """Return ``image`` as a file."""
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def quadrants(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return an image of red and green above blue and yellow, which shows how it was rotated."""
    picture = Image.new("RGB", (width, height))
    half = (width // 2, height // 2)
    for colour, corner in ((RED, (0, 0)), (GREEN, (half[0], 0)), (BLUE, (0, half[1])), (YELLOW, half)):
        picture.paste(colour, (*corner, width, height))
    return picture.convert(mode)


def photograph(width: int, height: int, seed: int = 7) -> Image.Image:
    """Return soft shapes, fine texture and an edge, which resize and compress like a photograph."""
    return _photograph(width, height, seed).copy()


@lru_cache(maxsize=64)
def _photograph(width: int, height: int, seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    soft = [128 + 90 * np.sin(x / (17 + 9 * band)) * np.cos(y / (23 + 5 * band)) for band in range(3)]
    pixels = np.stack(soft, axis=-1) + rng.normal(0, 6, (height, width, 3))
    pixels[height // 3 : height // 2, width // 4 : width // 2] *= 0.4
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def flat(colour: Colour, size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Return an image of one colour."""
    return Image.new(mode, size, colour)


def with_orientation(value: int) -> bytes:
    """Return EXIF with only an orientation."""
    exif = Image.Exif()
    exif[0x0112] = value
    return exif.tobytes()


def decoded(rendered: Rendered) -> Image.Image:
    """Return the rendition as a viewer shows it, without a palette."""
    image = Image.open(io.BytesIO(rendered.data))
    image.load()
    if image.mode != "P":
        return image
    shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
    shown.format = image.format
    return shown


def rendered_pixels(data: bytes, rendition: str = "thumbnail", **settings: Any) -> Image.Image:
    """Return the decoded rendition of ``data``, made as lossless PNG unless the settings say otherwise."""
    return decoded(render(data, rendition, Settings(**{"output_format": "png", **settings})))


def array(image: Image.Image) -> NDArray[np.float64]:
    """Return the samples of ``image`` as numbers that can be subtracted."""
    return np.asarray(image, dtype=np.float64)


def mean_error(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two images of the same size, of 255."""
    assert one.size == other.size
    return float(np.abs(array(one.convert("RGBA")) - array(other.convert("RGBA"))).mean())


def assert_colour(image: Image.Image, place: tuple[int, int], expected: Colour, within: int = 6) -> None:
    """Assert that the pixel at ``place`` has the ``expected`` colour, apart from compression."""
    found = image.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) <= within, (
        f"{found} is not {expected}"
    )


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def raw_png(size: tuple[int, int], depth: int, colour_type: int, rows: list[bytes], *extra: bytes) -> bytes:
    """Return a PNG of a kind that Pillow does not write. ``extra`` are chunks before the pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + png_chunk(b"IEND", b"")
