"""Which page of a TIFF is shown, and which TIFFs are raw files of cameras."""

import io
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renditions import imaging
from renditions.errors import CorruptImage, UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import array, assert_colour, rendered_pixels
from tests.unit.imaging.tiffs import page, pages_tiff

PREVIEW, FULL = (200, 60, 40), (30, 200, 30)
REDUCED, WHOLE, MASK = (4, [1]), (4, [0]), (4, [4])
BOTH_ORDERS = pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])


def preview(**tags: Any) -> dict[int, Any]:
    return page(16, 12, PREVIEW, **tags)


def full(**tags: Any) -> dict[int, Any]:
    return page(64, 48, FULL, **tags)


def sensor(compression: int = 1, **tags: Any) -> dict[int, Any]:
    return page(64, 48, (9,), t262=(3, [32803]), t259=(3, [compression]), **tags)


@BOTH_ORDERS
@pytest.mark.parametrize(
    "pages, below",
    [
        ([preview(t254=REDUCED), full()], []),
        ([preview(t255=(3, [2])), full(t255=(3, [1]))], []),
        ([page(64, 48, (255,), t254=MASK, t262=(3, [4])), full()], []),
        ([preview(t254=REDUCED)], [full(t254=WHOLE)]),
        ([preview(t254=REDUCED)], [page(32, 24, PREVIEW, t254=REDUCED), full(t254=WHOLE)]),
        ([preview()], [full()]),
        ([full()], [preview(t254=REDUCED)]),
        ([preview(t254=REDUCED), full(t254=REDUCED)], []),
    ],
    ids=["preview", "old preview", "mask", "part", "second part", "larger part", "pyramid", "only previews"],
)
def test_the_page_that_is_no_preview_and_no_mask_is_shown(order: str, pages: Any, below: Any) -> None:
    data = pages_tiff(order, pages, below)
    assert inspect(data, Settings()).width == 64
    assert_colour(rendered_pixels(data), (5, 5), FULL)


@BOTH_ORDERS
def test_the_first_of_several_whole_pages_is_shown(order: str) -> None:
    assert inspect(pages_tiff(order, [preview(t254=(4, [2])), full(t254=(4, [2]))]), Settings()).width == 16


def test_the_full_image_is_turned_as_its_preview_says() -> None:
    facts = inspect(pages_tiff("<", [preview(t254=REDUCED, t274=(3, [6]))], [full(t254=WHOLE)]), Settings())
    assert (facts.width, facts.height, facts.orientation) == (48, 64, 6)


def test_a_preview_whose_image_is_missing_is_incomplete() -> None:
    with pytest.raises(CorruptImage):
        inspect(pages_tiff("<", [preview(t254=REDUCED, t330=(4, [9_999_999]))]), Settings())


@BOTH_ORDERS
@pytest.mark.parametrize(
    "pages, below",
    [
        ([preview(t254=REDUCED, t50706=(1, [1, 4, 0, 0]))], []),
        ([preview(t254=REDUCED)], [page(32, 24, PREVIEW, t254=REDUCED), sensor(34713, t254=WHOLE)]),
        ([preview(t254=REDUCED)], [sensor(32767)]),
        ([sensor(65535), preview()], []),
        ([preview(), sensor()], []),
        ([preview(t254=REDUCED)], [page(64, 48, FULL, t262=(3, [34892]))]),
        ([preview(t254=REDUCED, t271=(2, b"NIKON\0"), t330=(4, [9_999_999]))], []),
    ],
    ids=["DNG", "NEF", "ARW", "PEF", "FFF", "linear DNG", "cut off"],
)
def test_a_raw_file_of_a_camera_is_rejected(order: str, pages: Any, below: Any) -> None:
    with pytest.raises(UnsupportedFormat, match=r"looks like a camera raw file\. Export a JPEG"):
        inspect(pages_tiff(order, pages, below), Settings())


@pytest.mark.parametrize(
    "start",
    [
        b"II*\0\x10\0\0\0CR\2\0", b"\0\0\0\x18ftypcrx \0\0\0\1", b"FUJIFILMCCD-RAW 0201", b"IIRO\x08\0\0\0",
        b"IIRS\x08\0\0\0", b"MMOR\0\0\0\x08", b"IIU\0\x18\0\0\0", b"FOVb", b"\0MRM", b"II\x1a\0\0\0HEAPCCDR",
        b"II*\0\x08\1\0\0IIIITwaR", b"MM\0*\0\0\1\0MMMMRawT",
    ],
)  # fmt: skip
def test_a_raw_file_is_recognized_by_the_mark_of_its_maker(start: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="looks like a camera raw file"):
        inspect(start + bytes(200), Settings())


def test_the_tiff_of_a_makers_own_software_is_rendered() -> None:
    data = pages_tiff("<", [full(t271=(2, b"NIKON\0"), t254=WHOLE)], [preview(t254=REDUCED)])
    assert_colour(rendered_pixels(data), (5, 5), FULL)


def floats(
    values: Any, no_data: str = "", kind: int = 3, code: str = "f4", order: str = "<", **more: Any
) -> bytes:
    tags: dict[str, Any] = {"t258": (3, [8 * int(code[1])]), "t339": (3, [kind])} | more
    if no_data:
        tags["t42113"] = (2, no_data.encode() + b"\0")
    one = page(values.shape[1], values.shape[0], (0,), **tags)
    one[0] = values.astype(order + code).tobytes()
    return pages_tiff(order, [one])


RAMP = np.arange(400).reshape(20, 20) / 399


@BOTH_ORDERS
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_float_that_is_no_number_is_transparent_and_outside_the_range(value: float, order: str) -> None:
    values = RAMP.copy()
    values[0, 0] = value
    shown = array(rendered_pixels(floats(values, order=order), output_format="png").convert("LA"))
    assert tuple(shown[0, 0]) == (0, 0)
    assert tuple(shown[19, 19]) == (255, 255)
    assert abs(int(shown[10, 10, 0]) - 134) <= 1


@pytest.mark.parametrize("kind, code", [(3, "f4"), (2, "i4"), (2, "i2"), (1, "u2")])
def test_missing_data_of_gdal_is_transparent_and_outside_the_range(kind: int, code: str) -> None:
    values, missing = RAMP * 1000 + 500, 65535 if code == "u2" else -9999
    values[:2] = missing
    data = floats(values, str(missing), kind, code)
    shown = array(rendered_pixels(data, output_format="png").convert("LA"))
    assert not shown[:2, :, 1].any()
    assert shown[2, 0, 0] <= 1
    assert shown[19, 19, 0] == 255


def test_floats_may_count_from_white() -> None:
    shown = array(rendered_pixels(floats(RAMP, t262=(3, [0])), output_format="png").convert("L"))
    assert (shown[0, 0], shown[19, 19]) == (255, 0)


def test_lab_of_16_bits_is_rounded() -> None:
    lightness, a, b = 30.7223, 7.3582, -30.3598  # of 60, 70, 120, from the definition of CIELAB
    samples = [round(lightness / 100 * 65535), round(a * 256), round(b * 256) & 0xFFFF]
    one = page(20, 20, (0, 0, 0), t258=(3, [16] * 3), t262=(3, [8]))
    one[0] = struct.pack("<3H", *samples) * 400
    assert_colour(rendered_pixels(pages_tiff("<", [one]), output_format="png"), (5, 5), (60, 70, 120), 1)


EVERY = Settings(pages="all")


@BOTH_ORDERS
@pytest.mark.parametrize(
    "pages, below, colours",
    [
        ([preview(), full()], [], [PREVIEW, FULL]),
        ([preview(t254=REDUCED), full(), preview(), preview(t254=REDUCED)], [], [FULL, PREVIEW]),
        ([full(), page(64, 48, (255,), t254=MASK, t262=(3, [4])), preview()], [], [FULL, PREVIEW]),
        ([preview(t254=REDUCED), full()], [full(t254=WHOLE)], [FULL, FULL]),
        ([preview(), preview()], [full()], [FULL, PREVIEW]),
        ([full(), preview()], [preview(t254=REDUCED)], [FULL, PREVIEW]),
        ([preview(t254=REDUCED), full(t254=REDUCED)], [], [FULL]),
    ],
    ids=["two", "previews", "mask", "preview of a part", "larger part", "pyramid", "only previews"],
)
def test_each_page_is_a_file_of_its_own_and_previews_and_masks_are_none(
    order: str, pages: Any, below: Any, colours: list[Any]
) -> None:
    data = pages_tiff(order, pages, below)
    found = imaging.pages(data, EVERY)
    assert inspect(data, EVERY).pages == found.count == found.total == len(colours)
    assert inspect(data, Settings()).pages == 1
    for number, colour in enumerate(colours, 1):
        alone = found.page(number)
        assert len(alone) == len(data)
        assert inspect(alone, EVERY).pages == 1
        assert render(alone, "large", EVERY).note == ""
        assert_colour(rendered_pixels(alone), (5, 5), colour)


def test_page_1_keeps_the_orientation_of_its_preview_and_others_have_their_own() -> None:
    pages = [preview(t254=REDUCED, t274=(3, [6])), full(), full(t274=(3, [8])), full()]
    found = imaging.pages(pages_tiff("<", pages), EVERY)
    assert [inspect(found.page(number), EVERY).orientation for number in (1, 2, 3)] == [6, 8, 1]


@pytest.mark.parametrize("big", [False, True], ids=["classic", "BigTIFF"])
def test_the_pages_of_pillows_files_are_found(big: bool) -> None:  # noqa: FBT001 - a case
    shades, file = [Image.new("L", (20, 10 + number), 9 * number) for number in range(9)], io.BytesIO()
    shades[0].save(file, "TIFF", save_all=True, append_images=shades[1:], big_tiff=big)
    found = imaging.pages(file.getvalue(), EVERY)
    heights = [inspect(found.page(number), EVERY).height for number in range(1, found.count + 1)]
    assert heights == [*range(10, 19)]


@pytest.mark.parametrize("back", [True, False], ids=["back", "out"])
def test_a_chain_that_leads_back_or_out_of_the_file_ends_there(back: bool) -> None:  # noqa: FBT001 - a case
    data = bytearray(pages_tiff("<", [full(), preview(), preview()]))
    first = struct.unpack_from("<I", data, 4)[0]
    struct.pack_into("<I", data, len(data) - 4, first if back else len(data) + 9)
    found = imaging.pages(bytes(data), EVERY)
    assert [inspect(found.page(number), EVERY).width for number in (1, 2, 3)] == [64, 16, 16]
    assert found.count == 3
    assert imaging.beyond_reach(found, EVERY).startswith("Pages may be missing: ")
    assert imaging.beyond_reach(imaging.pages(pages_tiff("<", [full(), preview()]), EVERY), EVERY) == ""


@pytest.mark.parametrize("pages", ["all", "first"])
def test_a_page_whose_list_is_broken_says_that_others_may_be_missing(pages: str) -> None:
    data = bytearray(pages_tiff("<", [full()]))
    assert render(bytes(data), "thumbnail", replace(EVERY, pages=pages)).note == ""
    struct.pack_into("<I", data, len(data) - 4, len(data) + 9)
    note = render(bytes(data), "thumbnail", replace(EVERY, pages=pages)).note
    assert note.startswith("Pages may be missing: the file's list of pages leads out of the file")


def test_large_directories_of_many_pages_are_not_all_read() -> None:
    """Each has a thousand tags: their sizes are unknown, and count as the largest."""
    entries = b"".join(struct.pack("<HHII", 20_000 + number, 3, 1, 1) for number in range(1_000))
    data = bytearray(pages_tiff("<", [full()]))
    place = struct.unpack_from("<I", data, 4)[0]
    place += 2 + 12 * struct.unpack_from("<H", data, place)[0]
    for _ in range(400):
        struct.pack_into("<I", data, place, len(data))
        data += struct.pack("<H", 1_000) + entries + bytes(4)
        place = len(data) - 4
    found = imaging.pages(bytes(data), EVERY)
    assert found.total == 401
    assert found.pixels[300:] == (Settings().max_pixels,) * (found.count - 300)
    assert found.count < 401  # 10,000 million pixels in all


def test_a_directory_whose_link_lies_over_that_of_the_header_is_damage() -> None:
    data = bytearray(pages_tiff("<", [full()]))
    place = struct.unpack_from("<I", data, 4)[0]
    directory = data[place : place + 2 + 12 * struct.unpack_from("<H", data, place)[0]]
    data += bytes(-len(data) % 256)
    struct.pack_into("<I", data, 4, len(data))  # its lowest byte is 0: at 3 is a directory without entries
    data += directory + struct.pack("<I", 3)
    found = imaging.pages(bytes(data), EVERY)
    assert found.count >= 2
    with pytest.raises(CorruptImage):
        found.page(2)
