"""The sample images are the cases that SOURCES.md describes."""

import pytest
from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from renditions_cli.files.originals import SAMPLE_NAMES, SAMPLES


def test_the_large_photograph_has_an_exif_orientation_and_a_location() -> None:
    with Image.open(SAMPLES / "living-room.jpg") as image:
        assert image.width * image.height > 8_000_000
        assert image.getexif()[Base.Orientation] == 6
        assert image.getexif().get_ifd(IFD.GPSInfo)


def test_the_bowl_has_a_transparent_background() -> None:
    with Image.open(SAMPLES / "fig-bowl.png") as image:
        alpha = image.getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getpixel((alpha.width // 2, alpha.height // 2)) == 255


def test_the_cat_is_an_animation() -> None:
    with Image.open(SAMPLES / "cat.gif") as image:
        assert getattr(image, "n_frames", 1) == 12


def test_the_brushes_are_in_cmyk() -> None:
    with Image.open(SAMPLES / "paint-brushes.jpg") as image:
        assert (image.format, image.mode) == ("JPEG", "CMYK")


def test_the_notes_are_not_an_image() -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(SAMPLES / "notes.jpg")


def test_the_origin_of_each_sample_is_documented() -> None:
    sources = (SAMPLES / "SOURCES.md").read_text()
    assert [name for name in SAMPLE_NAMES if f"`{name}`" not in sources] == []
