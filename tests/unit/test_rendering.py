"""The function for programs that install the distribution."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from renditions.errors import InvalidFraming, InvalidSettings, UnknownRendition, UnsupportedFormat
from renditions.framing import Framing
from renditions.imaging import render as make
from renditions.rendering import pages, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, quadrants

DATA = encoded(quadrants(120, 80), "JPEG")


def test_all_renditions_are_those_of_the_functions() -> None:
    made = render(DATA, thumbnail_size=32, watermark_text="")
    settings = Settings(thumbnail_size=32, watermark_text="")
    assert made == {name: make(DATA, name, settings) for name in settings.renditions()}


def test_only_the_named_renditions_are_made() -> None:
    assert list(render(DATA, ["thumbnail"], output_format="jpeg")) == ["thumbnail"]
    assert list(render(DATA, "thumbnail")) == ["thumbnail"]


def test_a_focus_and_a_crop_say_where_to_look() -> None:
    made = render(
        DATA, "thumbnail", focus="1,0", crop="0,0,1,0.5", thumbnail_size="16x40", thumbnail_fit="cover"
    )
    settings = Settings(thumbnail_size="16x40", thumbnail_fit="cover")
    assert made["thumbnail"] == make(DATA, "thumbnail", settings, framing=Framing("1,0", "0,0,1,0.5"))
    with pytest.raises(InvalidFraming, match=r"^focus is '0\.4;0\.3', but must be x,y: two numbers"):
        render(DATA, focus="0.4;0.3")


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"thumbnail_sise": 240}, "There is no setting thumbnail_sise, only thumbnail_size, "),
        ({"thumbnail_size": 1}, "THUMBNAIL_SIZE is '1' but must be a whole number from 16"),
        ({"watermark_text": "版权"}, "no font in the package has these characters"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_allowed(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSettings, match=message):
        render(b"", **settings)


@pytest.mark.parametrize("data", ["beach.jpg", Path("beach.jpg"), BytesIO(DATA)])
def test_a_path_or_an_open_file_is_refused_with_what_to_pass(data: Any) -> None:
    with pytest.raises(TypeError, match=r"must be the content of a file as bytes, not .*read_bytes\(\)"):
        render(data)


def test_each_page_is_a_file_for_render() -> None:
    shades, file = [Image.new("L", (40, 30 + number)) for number in range(4)], BytesIO()
    shades[0].save(file, "TIFF", save_all=True, append_images=shades[1:])
    made = [render(page, "thumbnail")["thumbnail"] for page in pages(file.getvalue(), pages_max=3)]
    assert [(one.height, one.note) for one in made] == [(30, ""), (31, ""), (32, "")]
    assert list(pages(DATA)) == [DATA]


def test_a_bad_file_and_a_wrong_name_are_told_apart() -> None:
    with pytest.raises(UnsupportedFormat):
        render(b"hello")
    with pytest.raises(UnknownRendition, match="There is no rendition huge"):
        render(DATA, ["huge"])
