"""All eight EXIF orientations, in every format that has EXIF."""

import pytest
from PIL import ImageOps

from tests.unit.imaging.pictures import (
    GREEN,
    UPRIGHT,
    assert_colour,
    encoded,
    quadrants,
    rendered_pixels,
    with_orientation,
)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("size", [(1200, 800), (120, 80)], ids=["resized", "unchanged"])
def test_all_eight_orientations_become_upright(image_format: str, value: int, size: tuple[int, int]) -> None:
    options = {"compression": "tiff_lzw"} if image_format == "TIFF" else {"quality": 95}
    data = encoded(quadrants(*size), image_format, exif=with_orientation(value), **options)
    result = rendered_pixels(data, thumbnail_size=120)
    width, height = (120, 80) if value < 5 else (80, 120)
    assert result.size == (width, height)
    places = ((15, 15), (width - 15, 15), (15, height - 15), (width - 15, height - 15))
    for place, colour in zip(places, UPRIGHT[value], strict=True):
        assert_colour(result, place, colour, within=14)


def test_a_viewer_does_not_rotate_the_rendition_again() -> None:
    data = encoded(quadrants(120, 80), "JPEG", exif=with_orientation(6))
    for name in ("webp", "jpeg", "png", "avif"):
        result = rendered_pixels(data, output_format=name)
        assert ImageOps.exif_transpose(result).size == result.size == (80, 120)


def test_an_uncompressed_tiff_is_rotated_only_once() -> None:
    result = rendered_pixels(
        encoded(quadrants(300, 200), "TIFF", exif=with_orientation(8)), thumbnail_size=90
    )
    assert result.size == (60, 90)
    assert_colour(result, (5, 5), GREEN)
