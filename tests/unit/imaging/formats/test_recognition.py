"""Formats are recognized by their first bytes, and a rejection names what the file is."""

import pytest

from renditions.errors import UnsupportedFormat
from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP"])
def test_each_accepted_format_is_recognized_by_its_bytes(name: str) -> None:
    assert inspect(encoded(photograph(40, 30), name), Settings()).format == name


@pytest.mark.parametrize(
    "start, words",
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC image"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF image"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<!doctype html><title>Not found</title>", "a web page"),
        (b"PK\x03\x04", "a ZIP archive or Office document"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b"\0\0\1\0\1\0", "an icon"),
    ],
)
def test_a_rejection_names_the_kind_of_file_and_what_to_upload(start: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFormat) as rejection:
        inspect(start + bytes(200), Settings(avif_input="off"))
    assert str(rejection.value) == (f"This looks like {words}. Upload a JPEG, PNG, GIF, BMP, TIFF or WebP.")


@pytest.mark.parametrize(
    "start",
    [
        b"Hello, this is a letter.",
        b"BMW is a make of car, and this is a text about it.",
        b"RIFF\0\0\0\0WAVEfmt ",
    ],
    ids=["text", "text that begins like a BMP", "sound"],
)
def test_a_rejection_of_any_other_file_names_what_to_upload(start: bytes) -> None:
    with pytest.raises(UnsupportedFormat) as rejection:
        inspect(start + bytes(200), Settings(avif_input="off"))
    assert str(rejection.value) == (
        "Not a supported image format. Upload a JPEG, PNG, GIF, BMP, TIFF or WebP."
    )


@pytest.mark.parametrize("name", ["PPM", "ICO", "TGA", "PCX", "JPEG2000", "AVIF", "ICNS", "SGI", "DDS"])
def test_other_formats_that_pillow_reads_are_rejected(name: str) -> None:
    with pytest.raises(UnsupportedFormat):
        inspect(encoded(photograph(64, 64), name), Settings(avif_input="off"))
