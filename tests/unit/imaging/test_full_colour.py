"""However a file stores its samples, the rendition has the colours that other programs show."""

import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import (
    GREEN,
    RED,
    array,
    assert_colour,
    encoded,
    mean_error,
    photograph,
    png_chunk,
    quadrants,
    raw_png,
    rendered_pixels,
    with_orientation,
)


@pytest.mark.parametrize(
    "image_format, mode",
    [
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(
            ("TIFF", mode)
            for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F", "LAB", "YCbCr")
        ),
        *(("BMP", mode) for mode in ("1", "L", "P", "RGB", "RGBA")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("GIF", mode) for mode in ("1", "L", "P", "RGB", "RGBA")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA", "L")),
    ],
)
def test_every_mode_of_every_format_becomes_the_same_grey_ramp(image_format: str, mode: str) -> None:
    data = encoded(ramp(mode), image_format)
    result = array(rendered_pixels(data, thumbnail_size=64).convert("L"))
    assert result.shape == (32, 64)
    assert np.abs(result[16] - np.linspace(0, 255, 64)).mean() < (64 if mode == "1" else 6)


def ramp(mode: str) -> Image.Image:
    """Return a ramp from black at the left to white at the right, in ``mode``."""
    row = np.linspace(0, 255, 256)
    grey = Image.fromarray(np.tile(row, (128, 1)).astype(np.uint8))
    if mode == "I;16":
        return Image.fromarray(np.tile(row * 257, (128, 1)).astype(np.uint16))
    if mode == "I":
        return Image.fromarray(np.tile(row * 257, (128, 1)).astype(np.int32))
    if mode == "F":
        return Image.fromarray(np.tile(row / 255, (128, 1)).astype(np.float32))
    if mode in ("CMYK", "LAB", "YCbCr"):
        return grey.convert("RGB").convert(mode)
    return grey.convert(mode)


def test_sixteen_bit_greyscale_is_scaled_and_not_clipped() -> None:
    data = encoded(Image.fromarray(np.full((50, 50), 0x4000, np.uint16)), "PNG")
    assert rendered_pixels(data).convert("L").getpixel((20, 20)) == 0x40


def test_sixteen_bit_colour_is_scaled() -> None:
    row = struct.pack(">3H", 0xFFFF, 0x8000, 0x1000) * 4
    assert_colour(rendered_pixels(raw_png((4, 2), 16, 2, [row] * 2)), (1, 1), (255, 128, 16), within=1)


def test_samples_without_an_agreed_range_are_stretched_to_their_span() -> None:
    wide = Image.fromarray(np.tile(np.linspace(-3000.0, 5000.0, 100), (50, 1)).astype(np.float32))
    result = array(rendered_pixels(encoded(wide, "TIFF")).convert("L"))
    assert result[0, 0] < 3
    assert result[0, -1] > 252


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_the_transparent_grey_of_a_png_is_found_at_every_depth(depth: int) -> None:
    """The file states it in its own depth: level 1 of 1 bit is white, of 4 bits it is nearly black."""
    levels = [1, 0] * 8
    bits = "".join(f"{level:0{depth}b}" for level in levels)
    row = int(bits, 2).to_bytes(len(bits) // 8, "big")
    data = raw_png((16, 2), depth, 0, [row] * 2, png_chunk(b"tRNS", struct.pack(">H", 1)))
    result = rendered_pixels(data).convert("RGBA").getchannel("A")
    assert [result.getpixel((x, 0)) for x in range(4)] == [0, 255, 0, 255]
    assert inspect(data, Settings()).has_alpha


@pytest.mark.parametrize("depth, code", [(8, ">3B"), (16, ">3H")])
def test_the_transparent_colour_of_a_png_is_found(depth: int, code: str) -> None:
    top = (1 << depth) - 1
    row = struct.pack(code, top, 0, top) + struct.pack(code, 0, top, 0)
    data = raw_png((2, 1), depth, 2, [row], png_chunk(b"tRNS", struct.pack(">3H", top, 0, top)))
    result = rendered_pixels(data)
    assert result.getpixel((0, 0)) == (255, 0, 255, 0) or result.getchannel("A").getpixel((0, 0)) == 0
    assert result.getpixel((1, 0)) == (0, 255, 0, 255)


def test_a_palette_with_transparency_keeps_it() -> None:
    palette = Image.new("P", (40, 20), 0)
    palette.putpalette([*RED, *GREEN])
    palette.paste(1, (20, 0, 40, 20))
    result = rendered_pixels(encoded(palette, "PNG", transparency=b"\x00\xff"))
    assert result.mode == "RGBA"
    assert result.getchannel("A").getpixel((5, 5)) == 0
    assert_colour(result, (30, 10), GREEN)
    assert_colour(rendered_pixels(encoded(palette, "GIF", transparency=0)), (30, 10), GREEN)


def test_line_art_gets_smooth_edges_when_it_shrinks() -> None:
    """Resizing palette indices or bits would leave only black and white."""
    drawing = Image.new("1", (800, 800), 1)
    drawing.paste(0, (0, 0, 397, 800))
    for art in (drawing, drawing.convert("P")):
        greys = set(rendered_pixels(encoded(art, "PNG")).convert("L").tobytes())
        assert len(greys - {0, 255}) > 0


def test_the_alpha_of_a_windows_bitmap_is_kept() -> None:
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, 4, 2, 1, 32, 3, 32, 0, 0, 0, 0) + masks
    pixels = bytes((30, 200, 10, 128)) * 8
    start = 14 + 108
    data = b"BM" + struct.pack("<IHHI", start + 32, 0, 0, start) + header.ljust(108, b"\0") + pixels
    assert rendered_pixels(data).getpixel((1, 1)) == (10, 200, 30, 128)


MODES = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "TIFF": ["L", "LA", "RGB", "RGBA", "CMYK"],
    "JPEG": ["L", "RGB", "CMYK"],
}


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from([(name, mode) for name, modes in MODES.items() for mode in modes]),
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    orientation=st.integers(1, 8),
    size=st.integers(16, 120),
)
def test_a_rendition_of_any_mode_orientation_and_size_matches_its_facts(
    kind: tuple[str, str], width: int, height: int, orientation: int, size: int
) -> None:
    image_format, mode = kind
    data = encoded(quadrants(width, height, mode), image_format, exif=with_orientation(orientation))
    facts = inspect(data, Settings())
    result = rendered_pixels(data, thumbnail_size=size)
    assert max(result.size) == min(size, max(facts.width, facts.height))
    assert (result.width >= result.height) == (facts.width >= facts.height) or min(result.size) == max(
        result.size
    )


def test_an_image_without_transparency_stays_without() -> None:
    assert rendered_pixels(encoded(photograph(300, 200).convert("RGBA"), "PNG")).mode == "RGB"
    assert mean_error(rendered_pixels(encoded(photograph(150, 100), "PNG")), photograph(150, 100)) == 0
