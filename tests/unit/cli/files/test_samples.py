"""The sample pictures are the cases that SOURCES.md says they are."""

import pytest
from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from cli.files.originals import SAMPLE_NAMES, SAMPLES


def test_the_large_photograph_is_upright_only_by_its_exif_orientation_and_tells_where_it_was_taken() -> None:
    with Image.open(SAMPLES / "living-room.jpg") as picture:
        assert picture.width * picture.height > 8_000_000
        assert picture.getexif()[Base.Orientation] == 6
        assert picture.getexif().get_ifd(IFD.GPSInfo)


def test_the_bowl_stands_on_nothing() -> None:
    with Image.open(SAMPLES / "fig-bowl.png") as picture:
        alpha = picture.getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getpixel((alpha.width // 2, alpha.height // 2)) == 255


def test_the_cat_moves() -> None:
    with Image.open(SAMPLES / "cat.gif") as picture:
        assert getattr(picture, "n_frames", 1) == 12


def test_the_brushes_are_in_printing_colours() -> None:
    with Image.open(SAMPLES / "paint-brushes.jpg") as picture:
        assert (picture.format, picture.mode) == ("JPEG", "CMYK")


def test_the_notes_are_no_picture() -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(SAMPLES / "notes.jpg")


def test_each_sample_has_its_origin_written_down() -> None:
    sources = (SAMPLES / "SOURCES.md").read_text()
    assert [name for name in SAMPLE_NAMES if f"`{name}`" not in sources] == []
