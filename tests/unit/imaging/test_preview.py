"""What a page shows until an image has loaded."""

import re
from pathlib import Path

import blurhash
import numpy as np
import pytest
from PIL import Image

from renditions.imaging import render
from renditions.settings import Settings
from tests.renditions import PREVIEWED, without
from tests.unit.imaging.pictures import RED, Colour, encoded, flat, photograph, quadrants

SAMPLES = Path(__file__).parents[3] / "samples"


def preview(data: bytes, **settings: str) -> tuple[str, str]:
    rendered = render(data, "thumbnail", Settings(**settings))  # type: ignore[arg-type] # a case names any setting
    return rendered.dominant_colour, rendered.placeholder


@pytest.mark.parametrize("mode, fill", [("RGB", (200, 40, 90)), ("L", (77,)), ("RGBA", (10, 200, 30, 255))])
def test_one_colour_everywhere_is_the_dominant_one_and_the_blur(mode: str, fill: Colour) -> None:
    data = encoded(Image.new(mode, (300, 200), fill if len(fill) > 1 else fill[0]), "PNG")
    expected = (fill * 3)[:3] if len(fill) == 1 else fill[:3]
    colour, placeholder = preview(data)
    assert colour == "#{:02x}{:02x}{:02x}".format(*expected)
    assert np.abs(np.array(blurhash.decode(placeholder, 8, 8)) - expected).mean() <= 10


def test_the_largest_part_dominates_and_not_the_mean() -> None:
    picture = flat((20, 30, 200), (300, 200))
    picture.paste(RED, (0, 0, 300, 80))
    assert preview(encoded(picture, "PNG"))[0] == "#141ec8"


def test_the_blur_shows_where_the_colours_are() -> None:
    data = encoded(quadrants(300, 300), "PNG")
    blur = np.array(blurhash.decode(preview(data)[1], 20, 20))
    red, green = blur[2, 2], blur[2, 17]
    blue, yellow = blur[17, 2], blur[17, 17]
    assert red[0] > 150 > red[1]
    assert green[1] > 150 > green[0]
    assert blue[2] > 150 > blue[0]
    assert min(yellow[:2]) > 120 > yellow[2]


@pytest.mark.parametrize("name, waves", [("fig-bowl.png", (4, 3)), ("living-room.jpg", (3, 4))])
def test_the_blur_has_more_detail_along_the_long_side(name: str, waves: tuple[int, int]) -> None:
    colour, placeholder = preview((SAMPLES / name).read_bytes())
    assert blurhash.components(placeholder) == waves
    assert re.fullmatch("#[0-9a-f]{6}", colour)


def test_transparent_pixels_do_not_count() -> None:
    picture = Image.new("RGBA", (200, 200), (0, 255, 0, 0))
    picture.paste((200, 0, 100, 255), (0, 0, 60, 60))
    assert preview(encoded(picture, "PNG"))[0] == "#c80064"
    clear = encoded(Image.new("RGBA", (50, 50), (0, 255, 0, 0)), "PNG")
    assert preview(clear, background="#AA11BB")[0] == "#aa11bb"


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (17, 16)])
def test_every_thumbnail_has_a_preview(size: tuple[int, int]) -> None:
    colour, placeholder = preview(encoded(photograph(*size), "PNG"))
    assert len(colour) == 7
    assert len(placeholder) == 28


@pytest.mark.parametrize("rendition", without(PREVIEWED))
def test_only_one_rendition_has_one(rendition: str) -> None:
    rendered = render(encoded(photograph(50, 40), "PNG"), rendition, Settings())
    assert (rendered.dominant_colour, rendered.placeholder) == ("", "")
