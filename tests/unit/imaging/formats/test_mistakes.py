"""Uploads that were changed on the way: the rejection says what happened and how to upload right."""

import base64
import gzip
import json
from urllib.parse import quote_from_bytes

import pytest

from renditions.errors import UnsupportedFormat
from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
FILES = {name: encoded(photograph(300, 200), name) for name in FORMATS}
BOUNDARY = b"------WebKitFormBoundary7MA4YWxk"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


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
