"""BMP as Windows and Photoshop show it: alpha that is none, embedded profiles, run lengths that end early."""

import struct
from collections.abc import Sequence

import pytest

from renditions.errors import CorruptImage
from tests.unit.imaging.pictures import array, assert_colour, rendered_pixels
from tests.unit.imaging.profiles import rgb_profile

DEEP = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
ARGB1555 = (0x7C00, 0x3E0, 0x1F, 0x8000)
SIDE = 20


def bmp(
    length: int, bits: int, compression: int, body: bytes, masks: Sequence[int] = (0,) * 4, **parts: bytes
) -> bytes:
    """Return a BMP with a header of ``length`` bytes. ``parts`` are a palette and a profile."""
    palette, profile = parts.get("palette", b""), parts.get("profile", b"")
    header = struct.pack("<IiiHHIIiiII", length, SIDE, SIDE, 1, bits, compression, len(body), 0, 0, 0, 0)
    header += struct.pack("<4I", *masks)
    header += (b"DEBM" if profile else b"BGRs") + bytes(48)
    header += struct.pack("<4I", 4, 124 + len(palette) + len(body), len(profile), 0)
    start = 14 + length + len(palette)
    size = start + len(body) + len(profile)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, start) + header[:length] + palette + body + profile


@pytest.mark.parametrize("length", [56, 108, 124], ids=["V3", "V4", "V5"])
@pytest.mark.parametrize("last, alpha", [(0, 255), (9, 0)], ids=["all zero", "one that is not"])
def test_32_bits_with_an_empty_alpha_are_opaque(length: int, last: int, alpha: int) -> None:
    body = bytes((40, 60, 200, 0)) * (SIDE * SIDE - 1) + bytes((40, 60, 200, last))
    shown = rendered_pixels(bmp(length, 32, 3, body, DEEP), output_format="png").convert("RGBA")
    assert shown.getpixel((10, 10)) == (200, 60, 40, alpha)


@pytest.mark.parametrize("length", [56, 108, 124], ids=["V3", "V4", "V5"])
@pytest.mark.parametrize("pixel, alpha", [(0x7C00, 0), (0xFC00, 255)])
def test_16_bits_keep_their_alpha(length: int, pixel: int, alpha: int) -> None:
    body = struct.pack("<H", pixel) * (SIDE * SIDE)
    shown = rendered_pixels(bmp(length, 16, 3, body, ARGB1555), output_format="png").convert("RGBA")
    assert shown.getpixel((10, 10)) == (255, 0, 0, alpha)


@pytest.mark.parametrize("bits, compression", [(24, 0), (32, 0)])
def test_an_embedded_profile_is_used(bits: int, compression: int) -> None:
    body = bytes((40, 60, 200, 0))[: bits // 8] * (SIDE * SIDE)
    plain, profiled = (
        rendered_pixels(bmp(124, bits, compression, body, profile=one), output_format="png")
        for one in (b"", rgb_profile())
    )
    assert_colour(plain, (5, 5), (200, 60, 40), 0)
    assert_colour(profiled, (5, 5), (219, 37, 13), 3)


PALETTE = {bits: b"".join(bytes((i, 255 - i, i // 2, 0)) for i in range(1 << bits)) for bits in (8, 4)}
FIRST = (0, 255, 0)
ROW, END = bytes((20, 0x77)) + b"\0\0", b"\0\1"


@pytest.mark.parametrize("bits, compression", [(8, 1), (4, 2)], ids=["RLE8", "RLE4"])
@pytest.mark.parametrize(
    "body, empty, filled",
    [
        (ROW * 20 + END, [], [(0, 0), (19, 19)]),
        (ROW * 20, [], [(0, 0), (19, 19)]),
        (ROW * 5 + END, [(0, 0), (19, 14)], [(0, 15), (19, 19)]),
        (ROW * 19 + bytes((10, 0x77)) + END, [(10, 0), (19, 0)], [(9, 0), (19, 1)]),
        (END, [(0, 0), (19, 19)], []),
    ],
    ids=["whole", "no end", "rows missing", "last row short", "nothing"],
)
def test_run_lengths_that_end_early_leave_the_first_colour(
    bits: int, compression: int, body: bytes, empty: list[tuple[int, int]], filled: list[tuple[int, int]]
) -> None:
    data = bmp(40, bits, compression, body, palette=PALETTE[bits])
    shown = rendered_pixels(data, output_format="png").convert("RGB")
    assert all(shown.getpixel(place) == FIRST for place in empty)
    assert all(shown.getpixel(place) != FIRST for place in filled)


def test_an_empty_row_takes_its_place() -> None:
    body = ROW + b"\0\0" + ROW * 18 + END
    shown = array(rendered_pixels(bmp(40, 8, 1, body, palette=PALETTE[8]), output_format="png"))
    assert tuple(shown[18, 5]) == (0, 255, 0)
    assert tuple(shown[17, 5]) == tuple(shown[19, 5]) != (0, 255, 0)


@pytest.mark.parametrize("bits, compression", [(8, 1), (4, 2)], ids=["RLE8", "RLE4"])
def test_run_lengths_that_are_cut_off_are_damaged(bits: int, compression: int) -> None:
    with pytest.raises(CorruptImage):
        rendered_pixels(bmp(40, bits, compression, ROW * 10, palette=PALETTE[bits]))
