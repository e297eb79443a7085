"""Decoding a JPEG at a fraction of its size makes no visible difference."""

import io
from pathlib import Path

import pytest
from PIL import Image

from renditions.imaging.decode import shrink_on_load
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import RenditionSpec, Settings
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    assert_colour,
    encoded,
    flat,
    mean_error,
    photograph,
    rendered_pixels,
)


def opened(data: bytes, size: int) -> Picture:
    """Return ``data`` on its way to a rendition of ``size`` pixels."""
    image, header = read(data, Settings(resizer="pillow"))
    return Picture(image, header, RenditionSpec("test", size), Settings(resizer="pillow"))


@pytest.mark.parametrize(
    "side, size, decoded_side",
    [
        (1000, 1000, 1000),
        (1000, 600, 1000),
        (1000, 420, 1000),  # half of it is only 1.19 times as large
        (1000, 400, 500),
        (1000, 333, 500),
        (1000, 200, 250),
        (1000, 125, 250),  # exactly an eighth
        (1000, 90, 125),
        (1003, 90, 126),  # no multiple of eight: the last pixel is only partly covered
    ],
)
def test_a_jpeg_is_decoded_with_pixels_in_reserve(side: int, size: int, decoded_side: int) -> None:
    picture = shrink_on_load(opened(encoded(photograph(side, side), "JPEG"), size))
    assert picture.image.size == (decoded_side, decoded_side)


def test_other_formats_are_decoded_at_full_size() -> None:
    picture = opened(encoded(photograph(800, 600), "PNG"), 50)
    assert shrink_on_load(picture) is picture


@pytest.mark.parametrize("size", [(1003, 701), (1600, 1201), (777, 1999), (641, 480)])
@pytest.mark.parametrize("progressive", ["", "progressive"])
def test_a_scaled_decode_looks_like_a_full_one(size: tuple[int, int], progressive: str) -> None:
    data = encoded(photograph(*size), "JPEG", quality=92, progressive=bool(progressive))
    quick = rendered_pixels(data, thumbnail_size=120)
    exact = Image.open(io.BytesIO(data)).resize(quick.size, Image.Resampling.LANCZOS)
    assert mean_error(quick, exact) < 2.5


@pytest.mark.parametrize("inks", [(0, 255, 255, 0), (255, 0, 0, 0), (0, 0, 0, 100), (20, 90, 10, 30)])
def test_cmyk_has_the_same_colours_with_and_without_adobes_marker(inks: tuple[int, ...]) -> None:
    """As in browsers, ink amounts are inverted in the file, with or without the marker."""
    adobe = encoded(flat(inks, mode="CMYK"), "JPEG", quality=95)
    plain = without_adobe_marker(adobe)
    expected = tuple((255 - ink) * (255 - inks[3]) // 255 for ink in inks[:3])
    assert b"Adobe" not in plain
    assert_colour(rendered_pixels(adobe), (10, 10), expected)
    assert_colour(rendered_pixels(plain), (10, 10), expected)


def test_ycck_is_recognized_without_adobes_marker() -> None:
    """Only YCCK has subsampled components. An editor may have removed the marker."""
    adobe = (Path(__file__).parent / "ycck.jpg").read_bytes()
    for data in (adobe, without_adobe_marker(adobe)):
        result = rendered_pixels(data)
        for place, colour in {(10, 10): RED, (150, 10): GREEN, (10, 110): BLUE, (150, 110): YELLOW}.items():
            assert_colour(result, place, colour, within=14)


def without_adobe_marker(jpeg: bytes) -> bytes:
    start = jpeg.index(b"\xff\xee")
    return jpeg[:start] + jpeg[start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big") :]
