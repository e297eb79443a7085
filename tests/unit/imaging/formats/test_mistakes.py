"""Uploads that were changed on the way: the rejection says what happened and how to upload right."""

import base64
import bz2
import gzip
import json
from urllib.parse import quote_from_bytes

import pytest

from renditions.errors import UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, flat, photograph

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
FILES = {name: encoded(photograph(300, 200), name) for name in FORMATS}
BOUNDARY = b"------WebKitFormBoundary7MA4YWxk"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


# Small files and flat colours have few bytes beyond ASCII.
FLAT = {name: encoded(flat((200, 60, 40), (60, 60)), name) for name in FORMATS}


def form(data: bytes) -> bytes:
    head = b'\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return BOUNDARY + head + data + b"\r\n" + BOUNDARY + b"--\r\n"


CHANGES = {
    "base64": (base64.b64encode, "base64", "Decode it"),
    "base64 in lines": (base64.encodebytes, "base64", "Decode it"),
    "base64 in quotes": (lambda data: b'"' + base64.b64encode(data) + b'"', "base64", "Decode it"),
    "base64 for URLs": (base64.urlsafe_b64encode, "base64", "Decode it"),
    "base64 twice": (lambda data: base64.b64encode(base64.b64encode(data)), "base64", "Decode it"),
    "data URL": (lambda data: b"data:image/png;base64," + base64.b64encode(data), "data URL", "Decode it"),
    "multipart": (form, "multipart/form-data", "body of the request"),
    "form": (lambda data: b"file=" + quote_from_bytes(data).encode(), "form", "body of the request"),
    "JSON": (lambda data: json.dumps({"f": base64.b64encode(data).decode()}).encode(), "JSON", "not JSON"),
    "lost characters": (lambda data: data.decode("utf-8", "replace").encode(), "read as text", "binary"),
    "Latin-1": (lambda data: data.decode("latin-1").encode(), "read as text", "binary"),
    "Latin-1 twice": (
        lambda data: data.decode("latin-1").encode().decode("latin-1").encode(),
        "read as text",
        "binary",
    ),
    "gzip": (gzip.compress, "gzip", "Unpack it"),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("change", CHANGES)
def test_an_image_that_was_changed_on_the_way_is_named(name: str, change: str) -> None:
    changed, words, advice = CHANGES[change]
    with pytest.raises(UnsupportedFormat) as rejection:
        inspect(changed(FILES[name]), Settings())
    assert words in str(rejection.value)
    assert advice in str(rejection.value)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("change", ["lost characters", "Latin-1"])
def test_a_small_flat_image_that_was_read_as_text_is_named(name: str, change: str) -> None:
    changed, words, _ = CHANGES[change]
    with pytest.raises(UnsupportedFormat, match=words):
        render(changed(FLAT[name]), "thumbnail", Settings())


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP"])
def test_an_image_of_question_marks_is_named(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match="read as text"):
        render(FILES[name].decode("ascii", "replace").encode("ascii", "replace"), "thumbnail", Settings())


JPEG_BASE64 = base64.b64encode(FILES["JPEG"])
PART = b"--abc\r\nContent-Type: image/jpeg\r\n\r\n"


@pytest.mark.parametrize(
    "data, words",
    [
        (JPEG_BASE64.decode().encode("utf-16"), "base64"),
        (repr(JPEG_BASE64).encode(), "base64"),
        (b"\\x" + FILES["JPEG"].hex().encode(), "written out as text"),
        (b"0x" + FILES["PNG"].hex().encode(), "written out as text"),
        (b"data%3Aimage%2Fpng%3Bbase64%2C" + JPEG_BASE64, "data URL"),
        (b'<img src="data:image/png;base64,' + JPEG_BASE64, "data URL"),
        (PART + FILES["JPEG"], "multipart/form-data"),
        (b"MIME-Version: 1.0\r\n\r\n" + PART + FILES["JPEG"], "multipart/form-data"),
        (b"name=me&image=" + quote_from_bytes(JPEG_BASE64).encode(), "x-www-form-urlencoded"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + FILES["JPEG"], "message of HTTP"),
        (b"\xef\xbb\xbf" + FILES["JPEG"], "other bytes before it"),
        (b"\r\n" + FILES["PNG"], "other bytes before it"),
        (b"https://example.com/a.jpg\n", "address of a file"),
        (b"[object Blob]", "value of a program"),
        (b"undefined", "value of a program"),
        (bz2.compress(FILES["JPEG"]), "compressed file"),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "XML document"),
        (b"<!--" + b"x" * 3000 + b"-->" + SVG, "SVG drawing"),
    ],
    ids=range(18),
)  # fmt: skip
def test_what_else_is_uploaded_by_mistake_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedFormat, match=words):
        inspect(data, Settings())


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part", [b"<!---->", b"<!-- -->\n", b" ", b"\n", b"<?a?>", b"a=b&", b"a:\r\n", b"<img src=", b"\\r"]
)
def test_no_text_keeps_the_patterns_busy(part: bytes) -> None:
    for start in (b"", b"<", b"--a\r\n", b"data:"):
        with pytest.raises(UnsupportedFormat):
            inspect(start + part * (60_000 // len(part)) + b"!", Settings())


def test_a_png_with_other_line_ends_is_named() -> None:
    with pytest.raises(UnsupportedFormat, match=r"line ends were converted.*binary mode"):
        inspect(FILES["PNG"].replace(b"\n", b"\r\n"), Settings())


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
def test_pixels_that_happen_to_be_text_are_an_image(name: str) -> None:
    """The bytes of these colours are U+FFFD and é."""
    for colour in ((189, 191, 239), (239, 191, 189), (0x41, 0xA9, 0xC3), (0xC3, 0xA9, 0x41)):
        assert render(encoded(flat(colour, (60, 60)), name), "thumbnail", Settings()).width == 60


@pytest.mark.parametrize(
    "data",
    [
        SVG, b"\xef\xbb\xbf" + SVG, gzip.compress(SVG), SVG.decode().encode("utf-16"),
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC "a" "b">\n' + SVG,
    ],
    ids=["plain", "mark of UTF-8", "SVGZ", "UTF-16", "XML"],
)  # fmt: skip
def test_every_kind_of_svg_is_named(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="SVG drawing"):
        inspect(data, Settings())


@pytest.mark.parametrize(
    "data", [b"AAAA" * 300, b"a long letter about nothing in particular " * 9, b"BMW f\xc3\xbcr alle " * 30]
)
def test_text_is_not_taken_for_an_image(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match=r"^Not a supported image format"):
        inspect(data, Settings())
