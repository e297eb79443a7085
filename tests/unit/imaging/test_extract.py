"""The crop that an uploader states: what it shows, in every format, orientation and rendition."""

import io
from typing import Any

import pytest
from PIL import Image

from renditions.framing import Framing
from renditions.imaging import render
from renditions.imaging.formats import FORMATS
from renditions.settings import Settings
from tests.renditions import size_of
from tests.unit.imaging.animations import PHOTOGRAPHS, animated
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    YELLOW,
    assert_colour,
    decoded,
    encoded,
    mean_error,
    photograph,
    quadrants,
    with_orientation,
)

CORNERS = {"0,0,0.5,0.5": 0, "0.5,0,0.5,0.5": 1, "0,0.5,0.5,0.5": 2, "0.5,0.5,0.5,0.5": 3}
EDGES: dict[str, Any] = {"output_format": "png", "watermark_text": ""}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("crop", CORNERS)
def test_a_crop_is_measured_in_the_upright_image(orientation: int, crop: str) -> None:
    data = encoded(quadrants(320, 240), "PNG", exif=with_orientation(orientation))
    made = decoded(render(data, "thumbnail", Settings(**EDGES), framing=Framing("", crop)))
    colour = UPRIGHT[orientation][CORNERS[crop]]
    assert made.size == ((160, 120) if orientation < 5 else (120, 160))
    for place in ((0, 0), (made.width - 1, 0), (0, made.height - 1), (made.width - 1, made.height - 1)):
        assert_colour(made, place, colour, within=2)


@pytest.mark.parametrize("resizer", ["pillow", "auto"])
def test_nothing_outside_the_crop_bleeds_into_a_rendition(resizer: str) -> None:
    data = encoded(quadrants(1200, 1200), "PNG")
    made = decoded(
        render(
            data,
            "thumbnail",
            Settings(thumbnail_size=64, resizer=resizer, **EDGES),
            framing=Framing("", "0.5,0,0.5,0.5"),
        )
    )
    assert made.convert("RGB").getcolors() == [(64 * 64, GREEN)]


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "JPEG2000"])
def test_all_formats_show_the_same_crop(image_format: str) -> None:
    data = encoded(quadrants(1024, 768), image_format)
    framing = Framing("", "0.25,0.5,0.5,0.5")
    settings = Settings(thumbnail_size=128, jpeg2000_input="on", **EDGES)
    made = decoded(render(data, "thumbnail", settings, framing=framing))
    assert made.size == (128, 96)
    assert_colour(made, (20, 48), BLUE, within=14)
    assert_colour(made, (108, 48), YELLOW, within=14)
    assert len(FORMATS) == 9, "test the new format, too"


@pytest.mark.parametrize("crop", ["0.25,0.25,0.5,0.5", "0.1234,0.3217,0.4321,0.5678"])
def test_a_scaled_decode_shows_the_same_as_a_complete_one(crop: str) -> None:
    """The pixels of the crop decide the scale: those of the whole image would make it too coarse."""
    whole = photograph(801, 603)
    settings = Settings(thumbnail_size=48, **EDGES)
    by_jpeg, by_png = (
        decoded(render(encoded(whole, kind, **options), "thumbnail", settings, framing=Framing("", crop)))
        for kind, options in (("JPEG", {"quality": 95, "subsampling": 0}), ("PNG", {}))
    )
    box = Framing("", crop).region(*whole.size)
    expected = whole.crop(box).resize(by_png.size, Image.Resampling.LANCZOS)
    assert by_jpeg.size == by_png.size
    assert mean_error(by_png, expected) < 1
    assert mean_error(by_jpeg, by_png) < 3


def test_a_crop_is_never_enlarged_and_applies_to_every_rendition() -> None:
    data = encoded(photograph(400, 300), "PNG")
    for name in Settings().renditions():
        made = render(data, name, Settings(output_format="png"), framing=Framing("", "0.5,0.5,0.25,0.25"))
        assert (made.width, made.height) == size_of(name, 100, 75)


def test_the_smallest_crop_is_one_pixel() -> None:
    data = encoded(photograph(30, 20), "PNG")
    made = render(data, "thumbnail", Settings(), framing=Framing("", "0.999,0.999,0.001,0.001"))
    assert (made.width, made.height) == (1, 1)


def test_every_frame_of_an_animation_has_the_same_crop() -> None:
    data, crop = animated(PHOTOGRAPHS, lossless=True), "0.25,0.25,0.5,0.5"
    settings = Settings(animation="keep", output_quality=100)
    rendered = render(data, "thumbnail", settings, framing=Framing("", crop))
    moving = Image.open(io.BytesIO(rendered.data))
    box = Framing("", crop).region(*PHOTOGRAPHS[0].size)
    assert moving.n_frames == len(PHOTOGRAPHS)  # type: ignore[attr-defined]
    for number, frame in enumerate(PHOTOGRAPHS):
        moving.seek(number)
        assert mean_error(moving.convert("RGB"), frame.crop(box).convert("RGB")) < 8


def test_the_watermark_is_on_the_crop() -> None:
    data = encoded(Image.new("RGB", (800, 800), RED), "PNG")
    settings = Settings(output_format="png")
    plain, marked = (
        decoded(render(data, name, settings, framing=Framing("", "0,0,0.5,0.5"))).convert("RGB")
        for name in ("large", "watermark")
    )
    assert plain.size == marked.size == (400, 400)
    assert plain.getcolors() == [(160_000, RED)]
    assert marked.crop((200, 300, 400, 400)).getcolors() != [(20_000, RED)]
