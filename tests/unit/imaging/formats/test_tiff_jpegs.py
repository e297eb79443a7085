"""TIFFs made of JPEGs: shown if complete, rejected if pixels of one strip are missing."""

import io
import struct

import pytest
from PIL import TiffImagePlugin

from renditions.errors import CorruptImage
from renditions.imaging import render
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging.pictures import encoded, mean_error, photograph, rendered_pixels

OFFSETS, COUNTS, ROWS = 273, 279, 278


def strips(mode: str) -> tuple[bytes, list[tuple[int, int]]]:
    """Return a TIFF with strips of 64 rows, and offset and length of each strip."""
    layout = TiffImagePlugin.ImageFileDirectory_v2()
    layout[ROWS] = 64
    picture = photograph(300, 200).convert(mode)
    data = encoded(picture, "TIFF", compression="jpeg", quality=90, tiffinfo=layout)
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(data)).tag_v2
    return data, list(zip(tags[OFFSETS], tags[COUNTS], strict=True))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "YCbCr"])
def test_a_complete_image_is_shown(mode: str) -> None:
    result = rendered_pixels(strips(mode)[0], LARGEST).convert("RGB")
    assert mean_error(result, photograph(300, 200).convert(mode).convert("RGB")) < 4


def test_strips_that_share_their_bytes_are_rejected() -> None:
    """Otherwise each of thousands could be as long as the file."""
    data, places = strips("L")
    counts = struct.pack("<4I", *(length for _, length in places))
    assert counts in data
    with pytest.raises(CorruptImage):
        render(data.replace(counts, struct.pack("<4I", *[len(data) // 2] * 4)), "thumbnail", Settings())


@pytest.mark.parametrize("mode", ["RGB", "L", "YCbCr"])
@pytest.mark.parametrize("strip", [0, 1, -1])
def test_a_strip_without_all_of_its_pixels_is_rejected(mode: str, strip: int) -> None:
    data, places = strips(mode)
    start, length = places[strip]
    middle, end = start + length // 2, start + length
    cut = data[:middle] + b"\xff\xd9" + bytes(end - middle - 2) + data[end:]
    with pytest.raises(CorruptImage):
        render(cut, "thumbnail", Settings())
