"""BMP of every kind that is in use: each shows the colours that it was made of."""

import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from renditions.errors import CorruptImage, UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import BLUE, GREEN, RED, YELLOW, assert_colour, quadrants, rendered_pixels

WIDTH, HEIGHT = 42, 30
CORNERS = {(5, 5): RED, (35, 5): GREEN, (5, 25): BLUE, (35, 25): YELLOW}
PALETTE = b"".join(bytes((blue, green, red, 0)) for red, green, blue in (RED, GREEN, BLUE, YELLOW))
BITFIELDS, ALPHA_BITFIELDS = 3, 6


def bmp(
    body: bytes,
    bits: int,
    header: int = 40,
    compression: int = 0,
    tables: bytes = b"",
    *,
    top_down: bool = False,
) -> bytes:
    """Return a BMP whose rows are ``body``. ``tables`` are masks or a palette."""
    height = -HEIGHT if top_down else HEIGHT
    info = struct.pack("<IiiHHII", header, WIDTH, height, 1, bits, compression, len(body)) + bytes(16)
    masks, after = (tables[: header - 40], tables[header - 40 :]) if compression else (b"", tables)
    info = (info + masks).ljust(header, b"\0")[:header]
    start = 14 + len(info) + len(after)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + after + body


def rows(pixels: NDArray[Any], bits: int, *, top_down: bool = False) -> bytes:
    """Return the rows of ``pixels`` (height × width, ``bits`` each), padded to four bytes."""
    ordered = pixels if top_down else pixels[::-1]
    if bits >= 8:
        content = [row.astype(f"<u{bits // 8}").tobytes() for row in ordered]
    else:
        single = (ordered[..., None] >> np.arange(bits)[::-1]) & 1
        content = [np.packbits(row.astype(np.uint8)).tobytes() for row in single.reshape(len(ordered), -1)]
    return b"".join(row + bytes(-len(row) % 4) for row in content)


def fields(masks: tuple[int, ...], alpha: float = 1.0) -> NDArray[np.uint32]:
    """Return red, green, blue and yellow quarters with each colour under its mask."""
    colours = np.asarray(quadrants(WIDTH, HEIGHT)).astype(float) / 255
    packed = np.zeros((HEIGHT, WIDTH), np.uint32)
    for mask, values in zip(
        masks, (*np.moveaxis(colours, -1, 0), np.full((HEIGHT, WIDTH), alpha)), strict=False
    ):
        first = (mask & -mask).bit_length() - 1
        packed |= np.round(values * (mask >> first)).astype(np.uint32) << first
    return packed


@pytest.mark.parametrize("header", [40, 108, 124])
@pytest.mark.parametrize("top_down", [False, True], ids=["bottom up", "top down"])
def test_two_bits_per_pixel_choose_among_four_colours(header: int, top_down: bool) -> None:  # noqa: FBT001
    indices = np.kron(np.array([[0, 1], [2, 3]], np.uint8), np.ones((HEIGHT // 2, WIDTH // 2), np.uint8))
    body = rows(indices, 2, top_down=top_down)
    result = rendered_pixels(bmp(body, 2, header, tables=PALETTE, top_down=top_down))
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour, within=0)


@pytest.mark.parametrize("header", [40, 56, 124])
@pytest.mark.parametrize(
    "bits, masks, within",
    [
        (16, (0x1F, 0x7E0, 0xF800), 5),
        (16, (0x1F, 0x3E0, 0x7C00), 5),
        (16, (0xF00, 0xF0, 0xF), 9),
        (16, (0xFC00, 0x3E0, 0x1F), 5),
        (32, (0xFF, 0xFF00, 0xFF0000), 0),
        (32, (0xFF00, 0xFF0000, 0xFF), 0),
        (32, (0xFF00, 0xFF0000, 0xFF000000), 0),
        (32, (0x3FF00000, 0xFFC00, 0x3FF), 1),
        (32, (0xFFE00000, 0x1FFC00, 0x3FF), 1),
    ],
    ids=lambda value: "-".join(f"{mask:x}" for mask in value) if isinstance(value, tuple) else str(value),
)
def test_colours_may_have_any_order_and_width(
    header: int, bits: int, masks: tuple[int, ...], within: int
) -> None:
    tables = struct.pack("<4I", *masks, 0)[: 12 if header == 40 else 16]
    data = bmp(rows(fields(masks), bits), bits, header, BITFIELDS, tables)
    assert not inspect(data, Settings()).has_alpha
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour, within=within)


@pytest.mark.parametrize("header, compression", [(40, ALPHA_BITFIELDS), (56, BITFIELDS), (124, BITFIELDS)])
@pytest.mark.parametrize(
    "bits, masks",
    [
        (16, (0xF00, 0xF0, 0xF, 0xF000)),
        (32, (0xFF00, 0xFF0000, 0xFF000000, 0xFF)),
        (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    ],
    ids=["4-4-4-4", "argb", "2-10-10-10"],
)
def test_alpha_may_have_any_place(header: int, compression: int, bits: int, masks: tuple[int, ...]) -> None:
    data = bmp(rows(fields(masks, 1 / 3), bits), bits, header, compression, struct.pack("<4I", *masks))
    assert inspect(data, Settings()).has_alpha
    result = rendered_pixels(data)
    assert result.getchannel("A").getpixel((5, 5)) == 85
    assert_colour(result, (5, 5), RED, within=9)


def test_the_shortest_header_of_os2_version_2_is_read() -> None:
    colours = np.asarray(quadrants(WIDTH, HEIGHT)).astype(np.uint32)
    packed = np.ascontiguousarray(colours[::-1, :, ::-1].astype(np.uint8)).reshape(HEIGHT, -1)
    body = b"".join(row.tobytes() + bytes(-row.size % 4) for row in packed)
    data = b"BM" + struct.pack("<IHHIIIIHH", 0, 0, 0, 30, 16, WIDTH, HEIGHT, 1, 24) + body
    assert_colour(rendered_pixels(data), (35, 25), YELLOW, within=0)


@pytest.mark.parametrize("bits, compression", [(24, 4), (32, 5), (1, 3), (48, 0), (64, 0)])
def test_other_kinds_are_rejected_by_name(bits: int, compression: int) -> None:
    with pytest.raises(UnsupportedFormat, match=f"{bits} bits per pixel in compression {compression}"):
        render(bmp(bytes(40_000), bits, 124, compression, bytes(84)), "thumbnail", Settings())


def test_rows_that_are_cut_off_are_rejected() -> None:
    data = bmp(
        rows(fields((0x1F, 0x7E0, 0xF800)), 16), 16, 56, BITFIELDS, struct.pack("<4I", 0x1F, 0x7E0, 0xF800, 0)
    )
    with pytest.raises(CorruptImage):
        render(data[:-200], "thumbnail", Settings())
