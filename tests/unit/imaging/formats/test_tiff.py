"""The rarer ways in which a TIFF may store its samples: each shows the colours that it was made of."""

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from renditions.errors import CorruptImage, UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    array,
    assert_colour,
    quadrants,
    rendered_pixels,
)
from tests.unit.imaging.profiles import rgb_profile

CORNERS = {(5, 5): RED, (35, 5): GREEN, (5, 25): BLUE, (35, 25): YELLOW}
Tag = tuple[int, list[int] | bytes]


def tiff(order: str, body: bytes, *extra: Tag, bits: int, samples: int = 1, photometric: int = 1) -> bytes:
    """Return an uncompressed TIFF of 40 × 30 pixels with the samples ``body``, in struct's byte ``order``."""
    planes = samples if (284, [2]) in extra else 1
    start, length = 4000, len(body) // planes
    tags: list[Tag] = [
        *((256, [40]), (257, [30]), (258, [bits] * samples), (259, [1]), (262, [photometric])),
        *((273, [start + length * plane for plane in range(planes)]), (277, [samples]), (278, [30])),
        *((279, [length] * planes), *extra),
    ]
    tags = list(dict(tags).items())  # an extra tag replaces a usual one
    directory, values = struct.pack(order + "H", len(tags)), b""
    values_start = 8 + 2 + 12 * len(tags) + 4
    for number, content in sorted(tags):
        is_bytes = isinstance(content, bytes)
        directory += struct.pack(order + "HHI", number, 7 if is_bytes else 4, len(content))
        packed = content if isinstance(content, bytes) else struct.pack(f"{order}{len(content)}I", *content)
        directory += packed if len(packed) == 4 else struct.pack(order + "I", values_start + len(values))
        values += packed if len(packed) > 4 else b""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "I", 8) + directory + bytes(4) + values
    return head.ljust(start, b"\0") + body


def samples(mode: str) -> NDArray[np.uint16]:
    return np.asarray(quadrants(40, 30).convert(mode)).astype(np.uint16)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("mode, photometric", [("RGB", 2), ("RGBA", 2), ("CMYK", 5)])
@pytest.mark.parametrize("bits, code", [(8, "u1"), (16, "u2")])
def test_colours_in_separate_planes_are_combined(
    order: str, mode: str, photometric: int, bits: int, code: str
) -> None:
    wide = samples(mode) * (1 if bits == 8 else 257)
    planes = np.moveaxis(wide, -1, 0).astype(f"{order}{code}").tobytes()
    alpha = [(338, [2])] if mode == "RGBA" else []
    data = tiff(order, planes, (284, [2]), *alpha, bits=bits, samples=len(mode), photometric=photometric)
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("photometric", [0, 1], ids=["zero is white", "zero is black"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 12, 16, 32])
def test_greyscale_of_every_depth_may_count_from_white_or_black(
    bits: int, photometric: int, order: str
) -> None:
    top = (1 << bits) - 1
    levels = np.round(samples("L") / 255 * top).astype(int)
    stored = levels if photometric else top - levels
    if bits >= 16:
        body = stored.astype(f"{order}u{bits // 8}").tobytes()
    else:
        body = np.packbits(
            ((stored[..., None] >> np.arange(bits)[::-1]) & 1).reshape(30, -1), axis=1
        ).tobytes()
    result = rendered_pixels(tiff(order, body, bits=bits, photometric=photometric))
    for x, y in CORNERS:
        assert_colour(result, (x, y), (round(int(levels[y, x]) * 255 / top),) * 3, within=1)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    "extra, alpha", [([], 128), ([(338, [0])], None), ([(338, [1])], 128), ([(338, [2])], 128)],
    ids=["not stated", "meaningless", "premultiplied", "alpha"],
)  # fmt: skip
def test_greyscale_may_have_a_second_sample(
    order: str, bits: int, extra: list[Tag], alpha: int | None
) -> None:
    level = 50 if extra == [(338, [1])] else 100
    pixels = np.full((30, 40, 2), (level, 128)) * (1 if bits == 8 else 257)
    data = tiff(order, pixels.astype(f"{order}u{bits // 8}").tobytes(), *extra, bits=bits, samples=2)
    assert inspect(data, Settings()).has_alpha == (alpha is not None)
    result = rendered_pixels(data)
    assert_colour(result, (5, 5), (100, 100, 100), within=1)
    assert not alpha or result.getchannel("A").getpixel((5, 5)) == alpha


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("bits", [8, 16])
def test_lab_is_shown(order: str, bits: int) -> None:
    """L 53, a 80, b 67 is the red of sRGB."""
    scale = (2.55, 1, 1) if bits == 8 else (655.35, 256, 256)
    lab = np.round(np.full((30, 40, 3), (53.2, 80.1, 67.2)) * scale).astype(np.int64)
    code = f"{order}u{bits // 8}"
    result = rendered_pixels(tiff(order, lab.astype(code).tobytes(), bits=bits, samples=3, photometric=8))
    assert_colour(result, (5, 5), (255, 0, 0), within=12)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("across, down", [(1, 1), (2, 1), (2, 2)])
def test_uncompressed_colour_may_be_subsampled(order: str, across: int, down: int) -> None:
    luma, blue, red = np.moveaxis(samples("YCbCr"), -1, 0)
    body = b"".join(
        luma[y : y + down, x : x + across].astype(np.uint8).tobytes() + bytes((blue[y, x], red[y, x]))
        for y in range(0, 30, down)
        for x in range(0, 40, across)
    )
    data = tiff(order, body, (530, [across, down]), bits=8, samples=3, photometric=6)
    result = rendered_pixels(data)
    for place, colour in {(5, 5): RED, (35, 5): GREEN, (5, 25): BLUE, (35, 25): YELLOW}.items():
        assert_colour(result, place, colour, within=4)


def test_a_big_endian_big_tiff_is_read() -> None:
    body = samples("RGB").astype(np.uint8).tobytes()
    tags = [(256, 3, 40), (257, 3, 30), (259, 3, 1), (262, 3, 2), (273, 16, 400), (277, 3, 3), (278, 3, 30)]
    entries = [
        *(struct.pack(">HHQ", tag, kind, 1) + struct.pack(">H" if kind == 3 else ">Q", value).ljust(8, b"\0")
          for tag, kind, value in tags),
        struct.pack(">HHQ3H2x", 258, 3, 3, 8, 8, 8),
        struct.pack(">HHQQ", 279, 16, 1, len(body)),
    ]  # fmt: skip
    head = (
        b"MM\0+" + struct.pack(">HHQ", 8, 0, 16) + struct.pack(">Q", len(entries)) + b"".join(sorted(entries))
    )
    data = head.ljust(400, b"\0") + body
    facts = inspect(data, Settings())
    assert (facts.width, facts.height) == (40, 30)
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour, within=0)


@pytest.mark.parametrize(
    "bits, count, photometric, extra, words",
    [
        (16, 1, 1, (339, [3]), "1 × 16-bit floating-point samples per pixel \\(greyscale\\)"),
        (64, 1, 1, (339, [3]), "1 × 64-bit floating-point"),
        (32, 3, 2, (339, [3, 3, 3]), "3 × 32-bit floating-point samples per pixel \\(RGB\\)"),
        (32, 3, 2, (284, [1]), "3 × 32-bit samples per pixel \\(RGB\\)"),
        (10, 3, 2, (284, [1]), "3 × 10-bit samples"),
        (8, 12, 1, (284, [1]), "12 samples per pixel"),
        (8, 1, 1, (259, [34887]), "compressed with LERC"),
        (8, 1, 1, (259, [33003]), "compressed with JPEG 2000"),
        (8, 1, 1, (259, [50001]), "compressed with WebP"),
        (8, 1, 1, (259, [12345]), "compressed with method 12345"),
    ],
)
def test_a_rejection_names_the_kind_that_is_not_supported(
    bits: int, count: int, photometric: int, extra: Tag, words: str
) -> None:
    data = tiff("<", bytes(40 * 30 * count * 8), extra, bits=bits, samples=count, photometric=photometric)
    with pytest.raises(UnsupportedFormat, match=words):
        render(data, "thumbnail", Settings())


@pytest.mark.parametrize("factor", [1, 256], ids=["8-bit values, as old programs wrote", "16-bit values"])
def test_a_palette_shows_its_colours(factor: int) -> None:
    table = np.zeros((3, 256), int)
    table[:, :4] = np.array([RED, GREEN, BLUE, YELLOW]).T * factor
    indices = np.kron(np.array([[0, 1], [2, 3]]), np.ones((15, 20), int)).astype(np.uint8)
    data = tiff("<", indices.tobytes(), (320, table.ravel().tolist()), bits=8, photometric=3)
    result = rendered_pixels(data)
    for place, colour in CORNERS.items():
        assert_colour(result, place, colour, within=0)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize("planes", [[], [(284, [2])]], ids=["contiguous", "planes"])
@pytest.mark.parametrize(
    "colours, bits, photometric, extra",
    [
        (1, 12, 1, None), (1, 16, 0, None), (1, 16, 1, None), (3, 16, 2, None),
        *((colours, 16, photometric, extra) for colours, photometric in ((1, 1), (3, 2)) for extra in (0, 1, 2)),
        (1, 16, 0, 2),
    ],
)  # fmt: skip
def test_sixteen_bits_keep_the_shadows_of_a_linear_profile(
    order: str, planes: list[Tag], colours: int, bits: int, photometric: int, extra: int | None
) -> None:
    if planes and (bits == 12 or (colours == 1 and extra is None)):
        return  # one plane
    top = (1 << bits) - 1
    row = np.linspace(0, 0.02 * top, 40).round()
    row = (row * 0.5).round() if extra == 1 else row
    grey = np.tile(row if photometric else top - row, (30, 1))
    bands = [grey] * colours + ([np.full_like(grey, top / 2)] if extra is not None else [])
    body = np.stack(bands, 0 if planes else -1).astype(f"{order}u2").tobytes()
    if bits == 12:
        spread = (grey.astype(int)[..., None] >> np.arange(12)[::-1] & 1).reshape(30, -1)
        body = np.packbits(spread, axis=1).tobytes()
    tags = [*planes, (34675, rgb_profile(gamma=1.0))] + ([(338, [extra])] if extra is not None else [])
    data = tiff(order, body, *tags, bits=bits, samples=len(bands), photometric=photometric)
    shown = rendered_pixels(data, output_format="png").convert("RGBA")
    greens = array(shown)[15, :, 1].tolist()
    assert len(set(greens)) >= 26
    assert abs(greens[20] - 25) <= 2
    assert abs(greens[-1] - 39) <= 2
    assert abs(array(shown)[15, 20, 3] - (128 if extra in (1, 2) else 255)) <= 1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    "colours, photometric, extra",
    [(1, 1, 0), (1, 1, 1), (1, 1, 2), (1, 0, 2), (3, 2, 0), (3, 2, 1), (4, 5, 0), (4, 5, 2)],
)
def test_planes_may_have_one_more_than_the_colours(
    bits: int, colours: int, photometric: int, extra: int
) -> None:
    """The level of each colour is 100, with an alpha of 128."""
    stored = {1: 50}.get(extra, 100 if photometric in (1, 2) else 155)
    levels = [stored] * (min(colours, 3)) + ([0] if colours == 4 else []) + [128]
    body = b"".join(
        np.full((30, 40), one * (1 if bits == 8 else 257), f"<u{bits // 8}").tobytes() for one in levels
    )
    tags: list[Tag] = [(284, [2]), (338, [extra])]
    data = tiff("<", body, *tags, bits=bits, samples=len(levels), photometric=photometric)
    result = rendered_pixels(data).convert("RGBA")
    assert_colour(result, (5, 5), (100, 100, 100), within=2)
    has_alpha = extra in (1, 2) and colours < 4
    assert abs(result.getpixel((5, 5))[3] - (128 if has_alpha else 255)) <= 1  # type: ignore[index] # a colour


def test_planes_that_are_cut_off_are_rejected() -> None:
    planes = np.moveaxis(samples("RGB") * 257, -1, 0).astype("<u2").tobytes()
    data = tiff("<", planes, (284, [2]), bits=16, samples=3, photometric=2)
    with pytest.raises(CorruptImage):
        render(data[:-500], "thumbnail", Settings())


def test_a_header_that_declares_more_than_the_file_has_is_rejected() -> None:
    data = tiff("<", bytes(500), (256, [7000]), (257, [7000]), bits=16, samples=2)
    with pytest.raises(CorruptImage):
        inspect(data, Settings())


@pytest.mark.parametrize("values", [8, 3_000_000], ids=["many tags", "large tags"])
def test_a_big_endian_big_tiff_cannot_be_made_to_grow(values: int) -> None:
    count = 200_000 if values == 8 else 60
    entry = struct.pack(">HHQQ", 60_000, 16, values // 8, 2_000)
    data = b"MM\0+" + struct.pack(">HHQQ", 8, 0, 16, count) + entry * count + bytes(3_100_000)
    with pytest.raises(CorruptImage):
        inspect(data, Settings())
