"""Transparency, kept in formats that have it and put on the background in the others."""

import pytest
from PIL import Image

from tests.unit.imaging.pictures import RED, assert_colour, encoded, flat, rendered_pixels


@pytest.mark.parametrize("output_format", ["webp", "png", "avif"])
def test_transparency_is_kept_if_the_format_supports_it(output_format: str) -> None:
    picture = flat((220, 30, 30, 128), mode="RGBA")
    result = rendered_pixels(encoded(picture, "PNG"), output_format=output_format)
    assert result.mode == "RGBA"
    assert set(result.getchannel("A").tobytes()) <= set(range(125, 132))


@pytest.mark.parametrize("background, expected", [("#ffffff", (255, 255, 255)), ("#003366", (0, 51, 102))])
def test_a_jpeg_gets_the_background_behind_transparent_parts(
    background: str, expected: tuple[int, int, int]
) -> None:
    picture = flat((0, 0, 0, 0), mode="RGBA")
    picture.paste((*RED, 255), (200, 0, 400, 300))
    result = rendered_pixels(encoded(picture, "PNG"), output_format="jpeg", background=background)
    assert_colour(result, (20, 50), expected)
    assert_colour(result, (180, 50), RED, within=10)


def test_half_transparent_pixels_mix_with_the_background() -> None:
    result = rendered_pixels(encoded(flat((0, 0, 0, 128), mode="RGBA"), "PNG"), output_format="jpeg")
    assert_colour(result, (50, 50), (127, 127, 127))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_an_opaque_alpha_channel_is_dropped(mode: str) -> None:
    picture = Image.new("L", (80, 60), 90).convert(mode)
    assert rendered_pixels(encoded(picture, "PNG")).mode == {"LA": "L", "RGBA": "RGB"}[mode]


def test_greyscale_with_alpha_is_flattened() -> None:
    result = rendered_pixels(encoded(Image.new("LA", (80, 60), (0, 0)), "PNG"), output_format="jpeg")
    assert_colour(result, (40, 30), (255, 255, 255))
