"""Renditions that are padded: their canvas, its colour, and what is on it."""

from typing import Any

import pytest
from PIL import Image

from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.animations import PHOTOGRAPHS, SIZE, animated, rendered_animation
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    Colour,
    assert_colour,
    decoded,
    encoded,
    flat,
    photograph,
    rendered_pixels,
    with_orientation,
)

FRAMED: dict[str, Any] = {"thumbnail_size": "120x60", "thumbnail_fit": "pad"}


@pytest.mark.parametrize("output_format", ["webp", "jpeg", "png", "avif", "auto"])
@pytest.mark.parametrize("fit", ["pad", "pad:blur", "pad:transparent", "pad:#336699"])
def test_the_canvas_has_the_size_that_was_asked_for(fit: str, output_format: str) -> None:
    settings = Settings(thumbnail_size="60x30", thumbnail_fit=fit, output_format=output_format)
    for size in ((200, 100), (100, 200), (20, 10), (10, 300)):
        rendered = render(encoded(photograph(*size), "PNG"), "thumbnail", settings)
        assert decoded(rendered).size == (rendered.width, rendered.height) == (60, 30)


@pytest.mark.parametrize(
    "size, canvas",
    [((600, 300), (120, 90)), ((20, 10), (20, 15)), ((10, 40), (53, 40)), ((40, 30), (40, 30))],
)
def test_with_a_ratio_the_canvas_is_no_larger_than_the_image_needs(
    size: tuple[int, int], canvas: tuple[int, int]
) -> None:
    made = rendered_pixels(encoded(flat(RED, size), "PNG"), thumbnail_size="120@4:3", thumbnail_fit="pad")
    assert made.size == canvas


@pytest.mark.parametrize(
    "fit, corner",
    [("pad", (0, 0, 255)), ("pad:#00ff00", (0, 255, 0)), ("pad:blur", RED)],
)
def test_the_border_has_the_colour_that_was_asked_for_and_the_image_is_in_the_middle(
    fit: str, corner: Colour
) -> None:
    made = rendered_pixels(
        encoded(flat(RED, (300, 600)), "PNG"), background="#0000ff", **{**FRAMED, "thumbnail_fit": fit}
    )
    assert made.size == (120, 60)
    assert_colour(made, (2, 2), corner, within=2)
    assert_colour(made, (44, 30), corner, within=2)
    for place in ((45, 1), (60, 30), (74, 58)):
        assert_colour(made, place, RED, within=2)
    assert_colour(made, (75, 30), corner, within=2)


def test_a_transparent_border_is_transparent_and_the_background_in_jpeg() -> None:
    data = encoded(flat(RED, (300, 600)), "PNG")
    wanted = {**FRAMED, "thumbnail_fit": "pad:transparent", "background": "#00ff00"}
    assert rendered_pixels(data, **wanted).getpixel((2, 2)) == (0, 0, 0, 0)
    assert_colour(rendered_pixels(data, output_format="jpeg", **wanted), (2, 2), (0, 255, 0))


def test_what_is_transparent_in_the_image_shows_the_canvas() -> None:
    half = Image.new("RGBA", (600, 300))
    half.paste((*RED, 255), (0, 0, 300, 300))
    data = encoded(half, "PNG")
    for output_format in ("png", "jpeg"):
        made = rendered_pixels(
            data, output_format=output_format, **{**FRAMED, "thumbnail_fit": "pad:#0000ff"}
        )
        assert made.mode == "RGB"
        assert_colour(made, (100, 30), (0, 0, 255), within=8)
    wide = {"thumbnail_size": "60x120", "thumbnail_fit": "pad:blur"}
    webp, jpeg = (rendered_pixels(data, output_format=one, **wide) for one in ("webp", "jpeg"))
    assert webp.mode == jpeg.mode == "RGB"
    for place in ((33, 60), (50, 60), (50, 40)):
        assert_colour(jpeg, place, webp.getpixel(place), within=8)  # type: ignore[arg-type]
    faint = Image.new("RGBA", (600, 300), (*RED, 128))
    made = rendered_pixels(encoded(faint, "PNG"), **{**FRAMED, "thumbnail_fit": "pad:transparent"})
    assert_colour(made, (60, 30), RED, within=2)
    assert made.getpixel((60, 30))[3] == 128  # type: ignore[index]


def test_a_grey_image_stays_grey_on_a_grey_canvas() -> None:
    data = encoded(flat((90,), (300, 600), "L"), "PNG")
    assert render(data, "thumbnail", Settings(output_format="jpeg", **FRAMED)).width == 120
    assert rendered_pixels(data, output_format="jpeg", **FRAMED).mode == "L"
    coloured = rendered_pixels(data, **{**FRAMED, "thumbnail_fit": "pad:#336699"})
    assert_colour(coloured, (2, 2), (0x33, 0x66, 0x99))


def test_the_shape_is_that_of_the_upright_image() -> None:
    data = encoded(flat(BLUE, (600, 300)), "JPEG", exif=with_orientation(6))
    made = rendered_pixels(data, **FRAMED)
    assert made.size == (120, 60)
    assert_colour(made, (2, 2), (255, 255, 255))
    assert_colour(made, (60, 2), BLUE, within=8)


def test_the_watermark_is_on_the_image_and_not_on_the_border() -> None:
    data = encoded(flat(GREEN, (300, 600)), "PNG")
    made = rendered_pixels(data, "watermark", watermark_size="900x600", watermark_fit="pad").convert("RGB")
    assert made.size == (900, 600)
    for bar in ((0, 0, 300, 600), (600, 0, 900, 600)):
        assert made.crop(bar).getcolors() == [(180_000, (255, 255, 255))]
    assert len(made.crop((300, 0, 600, 600)).getcolors(65536) or []) > 1


def test_every_frame_of_an_animation_is_padded() -> None:
    rendered = rendered_animation(
        animated(PHOTOGRAPHS), thumbnail_size=f"{2 * SIZE[0]}x{SIZE[1]}", thumbnail_fit="pad:#000000"
    )
    assert (rendered.width, rendered.height) == (2 * SIZE[0], SIZE[1])
    moving = decoded(rendered)
    for number in range(len(PHOTOGRAPHS)):
        moving.seek(number)
        assert_colour(moving, (2, 2), (0, 0, 0))


def test_the_preview_is_that_of_the_padded_image() -> None:
    data = encoded(flat(RED, (60, 600)), "PNG")
    settings = Settings(thumbnail_size=200, thumbnail_fit="pad:#0000ff")
    assert render(data, "thumbnail", settings).dominant_colour == "#0000ff"
