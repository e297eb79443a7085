"""PNGs of the rarer kinds, and damaged ancillary chunks, which never cause a rejection."""

import struct

import pytest

from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import RED, assert_colour, png_chunk, raw_png, rendered_pixels


@pytest.mark.parametrize(
    "kind", [b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"tIME", b"bKGD", b"sBIT", b"tRNS", b"acTL"]
)
@pytest.mark.parametrize("content", [b"", b"\0"])
def test_a_chunk_that_is_too_short_is_left_out(kind: bytes, content: bytes) -> None:
    data = raw_png((2, 1), 8, 2, [bytes(RED) * 2], png_chunk(kind, content))
    assert not inspect(data, Settings()).has_alpha
    assert_colour(rendered_pixels(data), (1, 0), RED, within=0)


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_a_small_greyscale_image_with_a_transparent_level_becomes_a_png(depth: int) -> None:
    """The rendition is so small that a palette is tried, too."""
    row = bytes(range(8))
    levels = 64 // depth
    data = raw_png((levels, 1), depth, 0, [row], png_chunk(b"tRNS", struct.pack(">H", 1)))
    rendered = render(data, "thumbnail", Settings(output_format="png"))
    assert rendered.width == levels
    assert len(rendered.data) <= len(data)
