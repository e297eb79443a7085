"""Decoding a JPEG at a fraction of its size must not show in the result."""

import io

import pytest
from PIL import Image

from renditions.imaging.decode import shrink_on_load
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import RenditionSpec, Settings
from tests.unit.imaging.pictures import assert_colour, encoded, flat, mean_error, photograph, rendered_pixels


def opened(data: bytes, size: int) -> Picture:
    """``data`` on its way to a rendition of ``size`` pixels."""
    image, header = read(data, Settings())
    return Picture(image, header, RenditionSpec("test", size), Settings())


@pytest.mark.parametrize(
    "side, size, decoded_side",
    [
        (1000, 1000, 1000),
        (1000, 600, 1000),
        (1000, 500, 1000),  # exactly half: one step less, for quality
        (1000, 333, 500),  # three times
        (1000, 200, 250),  # five times: a quarter
        (1000, 125, 250),  # exactly an eighth: one step less
        (1000, 100, 125),
        (1003, 100, 126),  # no multiple of eight: the last pixel is a part of one
    ],
)
def test_a_jpeg_is_decoded_at_the_scale_that_sharp_takes(side: int, size: int, decoded_side: int) -> None:
    picture = shrink_on_load(opened(encoded(photograph(side, side), "JPEG"), size))
    assert picture.image.size == (decoded_side, decoded_side)


def test_other_formats_are_left_as_they_are() -> None:
    picture = opened(encoded(photograph(800, 600), "PNG"), 50)
    assert shrink_on_load(picture) is picture


@pytest.mark.parametrize("size", [(1003, 701), (1600, 1201), (777, 1999), (641, 480)])
@pytest.mark.parametrize("progressive", ["", "progressive"])
def test_a_scaled_decode_looks_like_a_full_one(size: tuple[int, int], progressive: str) -> None:
    data = encoded(photograph(*size), "JPEG", quality=92, progressive=bool(progressive))
    quick = rendered_pixels(data, thumbnail_size=120)
    exact = Image.open(io.BytesIO(data)).resize(quick.size, Image.Resampling.LANCZOS)
    assert mean_error(quick, exact) < 2.5


def test_cmyk_with_and_without_adobes_marker_means_the_same_colours() -> None:
    """Adobe writes ink amounts inverted and says so in a marker; files without it are not inverted."""
    adobe = encoded(flat((0, 255, 255, 0), mode="CMYK"), "JPEG", quality=95)
    start = adobe.index(b"\xff\xee")
    marker_length = 2 + int.from_bytes(adobe[start + 2 : start + 4], "big")
    inverted = encoded(flat((255, 0, 0, 255), mode="CMYK"), "JPEG", quality=95)
    plain = inverted[:start] + inverted[start + marker_length :]
    assert_colour(rendered_pixels(adobe), (10, 10), (255, 0, 0))
    assert_colour(rendered_pixels(plain), (10, 10), (255, 0, 0))
