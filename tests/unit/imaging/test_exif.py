"""EXIF: orientation, camera and time, wherever a format stores them."""

import pytest
from PIL import ExifTags, Image

from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph, png_chunk, with_orientation

pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")

CARRIERS = ["JPEG", "PNG", "WEBP", "TIFF"]


@pytest.mark.parametrize("image_format", CARRIERS)
@pytest.mark.parametrize("value", range(1, 9))
def test_the_size_is_the_one_in_a_viewer(image_format: str, value: int) -> None:
    facts = inspect(encoded(photograph(60, 40), image_format, exif=with_orientation(value)), Settings())
    assert facts.orientation == value
    assert (facts.width, facts.height) == ((60, 40) if value < 5 else (40, 60))


@pytest.mark.parametrize("image_format", CARRIERS)
def test_without_exif_an_image_is_upright(image_format: str) -> None:
    assert inspect(encoded(photograph(60, 40), image_format), Settings()).orientation == 1


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_invalid_orientation_is_ignored(value: int) -> None:
    assert (
        inspect(encoded(photograph(60, 40), "JPEG", exif=with_orientation(value)), Settings()).orientation
        == 1
    )


@pytest.mark.parametrize(
    "broken",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0garbage" * 9,
    ],
)
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_is_ignored(image_format: str, broken: bytes) -> None:
    assert inspect(encoded(photograph(60, 40), image_format, exif=broken), Settings()).orientation == 1


def test_exif_after_the_pixels_of_a_png_counts() -> None:
    plain = encoded(photograph(60, 40), "PNG")
    late = plain[:-12] + png_chunk(b"eXIf", with_orientation(6)[6:]) + plain[-12:]
    assert inspect(late, Settings()).orientation == 6


def test_exif_in_the_text_that_imagemagick_writes_counts() -> None:
    exif = with_orientation(3)
    text = f"\nexif\n{len(exif):8}\n{exif.hex()}\n".encode("latin-1")
    plain = encoded(photograph(60, 40), "PNG")
    tagged = plain[:33] + png_chunk(b"tEXt", b"Raw profile type exif\0" + text) + plain[33:]
    assert inspect(tagged, Settings()).orientation == 3


def test_orientation_in_xmp_is_ignored_as_in_viewers() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    assert inspect(encoded(photograph(60, 40), "JPEG", xmp=xmp), Settings()).orientation == 1


def shot(make: str = "", model: str = "", taken: str = "", zone: str = "") -> bytes:
    exif = Image.Exif()
    for tag, value in ((ExifTags.Base.Make, make), (ExifTags.Base.Model, model)):
        if value:
            exif[tag] = value
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for tag, value in ((ExifTags.Base.DateTimeOriginal, taken), (ExifTags.Base.OffsetTimeOriginal, zone)):
        if value:
            details[tag] = value
    exif.get_ifd(ExifTags.IFD.GPSInfo)[29] = "2026:01:01"
    return exif.tobytes()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_camera_and_time_are_found_wherever_exif_may_be(image_format: str) -> None:
    data = encoded(photograph(60, 40), image_format, exif=shot("Fujifilm", "X-T5", "2026:11:20 12:00:01"))
    facts = inspect(data, Settings())
    assert (facts.taken_at, facts.camera) == ("2026-11-20T12:00:01", "Fujifilm X-T5")


@pytest.mark.parametrize(
    "make, model, camera",
    [
        ("NIKON CORPORATION", "NIKON Z 6_2", "NIKON Z 6_2"),
        ("Apple", "iPhone 17 Pro", "Apple iPhone 17 Pro"),
        ("", "EOS R5", "EOS R5"),
        ("Maker", "", "Maker"),
        ("  Padded \0", " name\0\0", "Padded name"),
        ("", "", ""),
        ("<script>", "alert(1)", ""),
        ("Mail", "me@example.org", ""),
        ("{}", "$.x", ""),
        ("M", "x" * 500, "M " + "x" * 62),
    ],
)
def test_a_camera_is_a_short_harmless_name(make: str, model: str, camera: str) -> None:
    data = encoded(photograph(60, 40), "JPEG", exif=shot(make, model))
    assert inspect(data, Settings()).camera == camera


@pytest.mark.parametrize(
    "taken, zone, expected",
    [
        ("2026:11:20 12:00:01", "+05:30", "2026-11-20T12:00:01+05:30"),
        ("2026:11:20 12:00:01", "home", "2026-11-20T12:00:01"),
        ("0000:00:00 00:00:00", "", ""),
        ("    :  :     :  :  ", "", ""),
        ("yesterday", "+01:00", ""),
    ],
)
def test_a_time_is_valid_or_left_out(taken: str, zone: str, expected: str) -> None:
    data = encoded(photograph(60, 40), "JPEG", exif=shot(taken=taken, zone=zone))
    assert inspect(data, Settings()).taken_at == expected
