"""The rarer ways in which a TIFF may hold its samples: each shows the colours that it was made of."""

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from renditions.errors import CorruptImage
from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Colour,
    assert_colour,
    quadrants,
    rendered_pixels,
)

CORNERS = {(5, 5): RED, (35, 5): GREEN, (5, 25): BLUE, (35, 25): YELLOW}
Tag = tuple[int, list[int]]


def tiff(order: str, body: bytes, *extra: Tag, bits: int, samples: int = 1, photometric: int = 1) -> bytes:
    """An uncompressed TIFF of 40 × 30 pixels whose samples are ``body``; ``order`` is struct's byte order."""
    planes = samples if (284, [2]) in extra else 1
    start, length = 4000, len(body) // planes
    tags: list[Tag] = [
        *((256, [40]), (257, [30]), (258, [bits] * samples), (259, [1]), (262, [photometric])),
        *((273, [start + length * plane for plane in range(planes)]), (277, [samples]), (278, [30])),
        *((279, [length] * planes), *extra),
    ]
    directory, values = struct.pack(order + "H", len(tags)), b""
    behind = 8 + 2 + 12 * len(tags) + 4
    for number, content in sorted(tags):
        directory += struct.pack(order + "HHI", number, 4, len(content))
        packed = struct.pack(f"{order}{len(content)}I", *content)
        directory += packed if len(content) == 1 else struct.pack(order + "I", behind + len(values))
        values += packed if len(content) > 1 else b""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "I", 8) + directory + bytes(4) + values
    return head.ljust(start, b"\0") + body


def samples(mode: str) -> NDArray[np.uint16]:
    return np.asarray(quadrants(40, 30).convert(mode)).astype(np.uint16)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("mode, photometric", [("RGB", 2), ("RGBA", 2), ("CMYK", 5)])
@pytest.mark.parametrize("bits, code", [(8, "u1"), (16, "u2")])
def test_colours_on_planes_of_their_own_come_together(
    order: str, mode: str, photometric: int, bits: int, code: str
) -> None:
    wide = samples(mode) * (1 if bits == 8 else 257)
    planes = np.moveaxis(wide, -1, 0).astype(f"{order}{code}").tobytes()
    alpha = [(338, [2])] if mode == "RGBA" else []
    data = tiff(order, planes, (284, [2]), *alpha, bits=bits, samples=len(mode), photometric=photometric)
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour)


def grey(colour: Colour) -> Colour:
    red, green, blue = colour
    return (round(0.299 * red + 0.587 * green + 0.114 * blue),) * 3


@pytest.mark.parametrize("photometric", [0, 1], ids=["zero is white", "zero is black"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_counts_from_either_end_at_every_depth(bits: int, photometric: int) -> None:
    top = (1 << bits) - 1
    levels = np.round(samples("L") / 255 * top).astype(int)
    stored = levels if photometric else top - levels
    if bits == 16:
        body = stored.astype("<u2").tobytes()
    else:
        body = np.packbits(
            ((stored[..., None] >> np.arange(bits)[::-1]) & 1).reshape(30, -1), axis=1
        ).tobytes()
    result = rendered_pixels(tiff("<", body, bits=bits, photometric=photometric))
    for x, y in CORNERS:
        assert_colour(result, (x, y), (round(int(levels[y, x]) * 255 / top),) * 3, within=1)


def test_twelve_bit_grey_is_scaled() -> None:
    pairs = samples("L").reshape(-1, 2).astype(int) * 16
    packed = (pairs[:, 0] << 12 | pairs[:, 1]).tolist()
    result = rendered_pixels(tiff("<", b"".join(pair.to_bytes(3, "big") for pair in packed), bits=12))
    for place, colour in CORNERS.items():
        assert_colour(result, place, grey(colour), within=1)


@pytest.mark.parametrize("factor", [1, 256], ids=["8-bit values, as old programs wrote", "16-bit values"])
def test_a_palette_shows_its_colours(factor: int) -> None:
    table = np.zeros((3, 256), int)
    table[:, :4] = np.array([RED, GREEN, BLUE, YELLOW]).T * factor
    indices = np.kron(np.array([[0, 1], [2, 3]]), np.ones((15, 20), int)).astype(np.uint8)
    data = tiff("<", indices.tobytes(), (320, table.ravel().tolist()), bits=8, photometric=3)
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour, within=0)


def test_planes_that_are_cut_off_are_rejected() -> None:
    planes = np.moveaxis(samples("RGB") * 257, -1, 0).astype("<u2").tobytes()
    data = tiff("<", planes, (284, [2]), bits=16, samples=3, photometric=2)
    with pytest.raises(CorruptImage):
        render(data[:-500], "thumbnail", Settings())
