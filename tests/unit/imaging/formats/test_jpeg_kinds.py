"""JPEGs that cannot be decoded are rejected by kind, and broken metadata never causes a rejection."""

import struct

import pytest

from renditions.errors import UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import RED, assert_colour, encoded, quadrants, rendered_pixels

START = 2  # bytes of the marker at the start of each JPEG


def with_frame(marker: int, bits: int = 8, components: int = 3) -> bytes:
    """Return a JPEG whose frame header claims another kind."""
    data = bytearray(encoded(quadrants(64, 48), "JPEG", quality=95))
    frame = data.index(b"\xff\xc0")
    data[frame + 1], data[frame + 4], data[frame + 9] = marker, bits, components
    return bytes(data)


@pytest.mark.parametrize(
    "data, words",
    [
        (with_frame(0xC1, bits=12), "12 bits per sample"),
        (with_frame(0xC1, bits=16), "16 bits per sample"),
        (with_frame(0xC3), "lossless"),
        (with_frame(0xC5), "hierarchical"),
        (with_frame(0xC9), "arithmetically coded"),
        (with_frame(0xCA), "arithmetically coded"),
        (with_frame(0xF7), "JPEG-LS"),
        (with_frame(0xC0, components=2), "two colours"),
    ],
    ids=[
        "12 bits",
        "16 bits",
        "lossless",
        "hierarchical",
        "arithmetic",
        "progressive arithmetic",
        "LS",
        "two colours",
    ],
)
def test_a_kind_that_cannot_be_decoded_is_named(data: bytes, words: str) -> None:
    for look in (lambda: inspect(data, Settings()), lambda: render(data, "large", Settings())):
        with pytest.raises(UnsupportedFormat, match=words):
            look()


@pytest.mark.parametrize(
    "marker, body",
    [
        (0xE0, b"JFIF\0"),
        (0xE0, b"JFIF\0\1"),
        (0xEE, b"Adobe"),
        (0xE2, b"ICC_PROFILE\0"),
        (0xE2, b"ICC_PROFILE\0\1"),
        (0xE2, b"MPF\0garbage"),
        (0xED, b"Photoshop 3.0\0008BIM\3\355"),
        (0xED, b"Photoshop 3.0\0008BIM"),
        (0xE1, b"Exif\0\0"),
        (0xE1, b"Exif\0\0MM\0*"),
        (0xE0, b""),
        (0xFE, b""),
    ],
)
def test_a_segment_that_ends_too_early_does_not_cause_a_rejection(marker: int, body: bytes) -> None:
    data = encoded(quadrants(64, 48), "JPEG", quality=95)
    segment = bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body
    result = rendered_pixels(data[:START] + segment + data[START:])
    assert_colour(result, (10, 10), RED, within=8)
