"""JPEG 2000: colours, depths and reduced sizes; what is off by default, not supported or damaged."""

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renditions.errors import CorruptImage, ImageRejected, UnsupportedFormat
from renditions.imaging import inspect, render
from renditions.imaging.source import read
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging.jpeg2000_files import (
    ON,
    box,
    changed,
    channels,
    codestream,
    declaring,
    enumerated,
    jp2,
    palette,
    profiled,
    subsampled,
    ways_of_coding,
    with_segments,
)
from tests.unit.imaging.pictures import (
    GREEN,
    RED,
    array,
    decoded,
    flat,
    mean_error,
    photograph,
)
from tests.unit.imaging.profiles import rgb_profile

SIZE = (75, 53)
PICTURE = photograph(*SIZE)
GREY = PICTURE.convert("L")
SRGB, IN_GREY, SYCC, CMYK, LAB = 16, 17, 18, 12, 14
SIZ, COD, SOT = b"\xff\x51", b"\xff\x52", b"\xff\x90"


def opened(data: bytes) -> Image.Image:
    """Return the original as it is decoded in full."""
    image, _ = read(data, ON)
    image.load()
    return image


def same(image: Image.Image, expected: Image.Image, tolerance: int = 0) -> bool:
    difference = np.abs(np.asarray(image, np.int32) - np.asarray(expected, np.int32))
    return image.mode == expected.mode and int(difference.max()) <= tolerance


def test_it_is_off_by_default_and_named() -> None:
    with pytest.raises(
        UnsupportedFormat, match=r"This looks like a JPEG2000 image\. Upload a JPEG, .* or AVIF\."
    ):
        inspect(jp2(codestream(PICTURE)), Settings())


@pytest.mark.parametrize("in_boxes", [True, False], ids=["JP2", "codestream"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_pixels_are_exactly_those_of_the_file(mode: str, in_boxes: bool) -> None:  # noqa: FBT001 - of a case
    image = PICTURE.convert(mode)
    if mode.endswith("A"):
        image.putalpha(GREY)
    alpha = (
        channels(*((n, 0, n + 1) for n in range(len(mode) - 1)), (len(mode) - 1, 1, 0))
        if "A" in mode
        else b""
    )
    stream = codestream(image, mct=len(mode) >= 3)
    data = jp2(stream, enumerated(IN_GREY if "L" in mode else SRGB), alpha) if in_boxes else stream
    facts = inspect(data, ON)
    assert (facts.format, facts.width, facts.height, facts.has_alpha) == ("JPEG2000", *SIZE, "A" in mode)
    assert same(opened(data), image)


def test_sixteen_bits_keep_their_upper_ones() -> None:
    wide = Image.fromarray(np.asarray(GREY, np.uint16) * 257)
    assert mean_error(decoded(render(codestream(wide), "large", ON)), GREY) < 4


@pytest.mark.parametrize("mode", ["LA", "RGB", "RGBA", "CMYK"])
def test_white_of_sixteen_bits_is_white(mode: str) -> None:
    """Pillow rounds it up to 256, which is stored as 0: paper would be black, and what is opaque would vanish."""
    image = photograph(*SIZE).convert(mode)
    image.paste(Image.linear_gradient("L").resize((30, 53)).convert(mode), (0, 0))
    wide = [Image.fromarray(np.asarray(band, np.uint16) * 257) for band in image.split()]
    space = {"LA": IN_GREY, "CMYK": CMYK}.get(mode, SRGB)
    alpha = channels((len(wide) - 1, 1, 0)) if "A" in mode else b""
    data = jp2(subsampled(*wide, by=(1, 1)), enumerated(space), alpha)
    assert same(opened(data), image)
    reduced: Any = read(data, ON)[0]
    reduced.shrink(2)
    reduced.load()
    assert mean_error(reduced, image.resize(reduced.size, Image.Resampling.BOX)) < 12


def test_a_damaged_codestream_of_sixteen_bits_is_rejected() -> None:
    wide = [Image.fromarray(np.asarray(band, np.uint16) * 257) for band in PICTURE.split()]
    stream = subsampled(*wide, by=(1, 1))
    with pytest.raises(CorruptImage):
        render(changed(stream, COD, 13, b"\7"), "medium", ON)


def test_subsampled_colour_has_eight_bits() -> None:
    wide = Image.fromarray(np.asarray(GREY.resize((76, 54)), np.uint16) * 257)
    half = wide.resize((38, 27))
    with pytest.raises(UnsupportedFormat, match="components of unusual sizes"):
        inspect(subsampled(wide, half, half), ON)


def test_a_tile_may_end_with_an_empty_part() -> None:
    stream = codestream(PICTURE)
    empty = SOT + struct.pack(">HHIBB", 10, 0, 14, 1, 2) + b"\xff\x93"
    assert same(opened(changed(stream, SOT, 11, b"\2")[:-2] + empty + b"\xff\xd9"), PICTURE)


@pytest.mark.parametrize("bits", [1, 4])
def test_samples_of_few_bits_reach_white(bits: int) -> None:
    """Pillow shifts them to the upper end, where the white of one bit would be a grey of 128."""
    stream = codestream(Image.new("L", (8, 8), 127 + (1 << bits - 1)))
    assert opened(changed(stream, SIZ, 40, bytes((bits - 1,)))).getextrema() == (255, 255)


def test_luminance_and_colour_become_rgb() -> None:
    apart = Image.merge("RGB", PICTURE.convert("YCbCr").split())
    assert same(opened(jp2(codestream(apart, mct=0), enumerated(SYCC))), PICTURE, 3)


@pytest.mark.parametrize("by", [(2, 2), (2, 1), (1, 2)])
def test_subsampled_colour_becomes_rgb(by: tuple[int, int]) -> None:
    picture = photograph(76, 53)
    luminance, *colours = picture.convert("YCbCr").split()
    smaller = (76 // by[0], -(-53 // by[1]))
    stream = subsampled(luminance, *(one.resize(smaller, Image.Resampling.BOX) for one in colours), by=by)
    for data in (stream, jp2(stream, enumerated(SYCC))):
        assert mean_error(opened(data), picture) < 4
    with pytest.raises(UnsupportedFormat, match="components of unusual sizes"):
        inspect(jp2(stream, enumerated(SRGB)), ON)


def test_subsampled_colour_of_an_odd_width_is_not_supported() -> None:
    """Pillow takes the rows of the smaller components for shorter than they are."""
    half = GREY.resize((38, 27))
    with pytest.raises(UnsupportedFormat, match="subsampled colours and an odd width"):
        inspect(subsampled(GREY, half, half), ON)


def test_four_inks_are_read_as_such() -> None:
    inks = PICTURE.convert("CMYK")
    assert same(opened(jp2(codestream(inks), enumerated(CMYK))), inks)


def test_a_profile_is_applied() -> None:
    plain, shown = (
        decoded(render(jp2(codestream(flat(RED)), colours), LARGEST, ON))
        for colours in (enumerated(SRGB), profiled(rgb_profile()))
    )
    assert mean_error(plain, flat(RED)) < 4
    assert mean_error(shown, plain) > 10


@pytest.mark.parametrize(
    "kinds, dpi", [((b"resd",), "300x600"), ((b"resc", b"resd"), "300x600"), ((b"uuid",), ""), ((), "")]
)
def test_the_resolution_is_a_label(kinds: tuple[bytes, ...], dpi: str) -> None:
    """Down 600 and across 300 to the inch, stated per metre."""
    stated = struct.pack(">4H2b", 23622, 1, 11811, 100, 0, 2)
    boxes = [box(kind, stated if kind == kinds[0] else bytes(10)) for kind in kinds]
    assert inspect(jp2(codestream(PICTURE), enumerated(SRGB), box(b"res ", *boxes)), ON).labels.dpi == dpi
    broken = jp2(codestream(PICTURE), enumerated(SRGB), box(b"res ", b"\0\0\0\x20resc\1"))
    assert not inspect(broken, ON).labels.dpi


def test_a_palette_gives_the_colours() -> None:
    index = GREY.point([value % 3 for value in range(256)])
    data = jp2(codestream(index), palette(RED, GREEN, (1, 2, 3)), enumerated(SRGB))
    expected = Image.merge("RGB", [index.point([*(RED[n], GREEN[n], n + 1), *[0] * 253]) for n in range(3)])
    assert same(opened(data), expected)


def test_channels_may_be_in_another_order_and_may_mean_nothing() -> None:
    swapped = Image.merge("RGBA", [*PICTURE.split()[::-1], GREY])
    order = channels((2, 0, 1), (1, 0, 2), (0, 0, 3))
    assert same(opened(jp2(codestream(swapped), order, enumerated(SRGB))), PICTURE)


def test_colours_that_are_multiplied_by_opacity_are_divided_by_it() -> None:
    half = Image.new("RGBA", (16, 16), (100, 50, 20, 128))
    premultiplied = channels((0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 2, 0))
    shown = decoded(render(jp2(codestream(half), premultiplied, enumerated(SRGB)), LARGEST, ON))
    assert np.abs(array(shown)[8, 8] - (199, 100, 40, 128)).max() < 4


@pytest.mark.parametrize("options", [{}, {"tile_size": (31, 17)}], ids=["whole", "tiles"])
@pytest.mark.parametrize("scale", [2, 8, 32])
def test_a_reduced_image_lies_where_the_whole_one_does(options: dict[str, Any], scale: int) -> None:
    ramp = Image.linear_gradient("L").resize((301, 213), Image.Resampling.BILINEAR)
    data = codestream(ramp, num_resolutions=6, **({"tile_size": (128, 96)} if options else {}))
    image, header = read(data, ON)
    box = header.format.shrink(image, scale)
    image.load()
    assert image.size == (-(-301 // scale), -(-213 // scale))
    shown = image.resize((30, 21), Image.Resampling.BILINEAR, box=box)
    assert mean_error(shown, ramp.resize((30, 21), Image.Resampling.BILINEAR)) < 2 + scale / 8


def test_a_small_rendition_of_a_large_image_skips_the_details() -> None:
    image = photograph(900, 700)
    rendered = render(codestream(image), "thumbnail", ON)
    assert mean_error(decoded(rendered), image.resize((rendered.width, rendered.height))) < 6


def test_an_image_with_an_offset_or_without_levels_is_decoded_in_full() -> None:
    for options in (
        {"offset": (7, 5), "tile_size": (200, 100), "tile_offset": (3, 1)},
        {"num_resolutions": 1},
    ):
        image, header = read(codestream(PICTURE, **options), ON)
        assert header.format.shrink(image, 8) is None
        image.load()
        assert same(image, PICTURE)


def test_further_codestreams_are_noted() -> None:
    stream = codestream(PICTURE)
    data = jp2(stream, enumerated(SRGB), more=box(b"jp2c", stream))
    assert render(data, "thumbnail", ON).note.startswith("Only one of 2 images in the file is shown.")


@pytest.mark.parametrize(
    "data, found",
    [
        (jp2(codestream(PICTURE), enumerated(LAB)), "colours of the kind 14"),
        (jp2(codestream(PICTURE), profiled(bytes(16) + b"Lab " + bytes(200))), "a colour profile"),
        (changed(codestream(GREY), SIZ, 40, b"\x1f"), "32 bits per sample"),
        (changed(codestream(GREY), SIZ, 41, b"\x03\x03"), "components of unusual sizes"),
        (changed(codestream(PICTURE), SIZ, 38, b"\x40\x00"), "16,384 components"),
    ],
)
def test_what_is_not_supported_says_so(data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedFormat, match=found):
        render(data, "thumbnail", ON)


@pytest.mark.parametrize(
    "data, expected",
    [
        (declaring(codestream(GREY), (2**32 - 1,) * 2, (1000,) * 2), "SideTooLong"),
        (declaring(codestream(GREY), (9_000,) * 2, (9_000,) * 2), "TooManyPixels"),
        (declaring(codestream(GREY), (7_000,) * 2, (7_000,) * 2), "CorruptImage"),
        (declaring(codestream(GREY), (7_000,) * 2, (1,) * 2), "MetadataTooLarge"),
        (declaring(codestream(GREY), (0,) * 2, (1,) * 2), "CorruptImage"),
        (changed(codestream(PICTURE), COD, 6, b"\xff\xff"), "accepted"),
        (changed(codestream(PICTURE, precinct_size=(32, 32)), COD, 6, b"\xff\xff"), "CorruptImage"),
        (changed(codestream(PICTURE), COD, 9, b"\x40"), "CorruptImage"),
        (changed(codestream(PICTURE), SOT, 6, b"\xff\xff\xff\xff"), "CorruptImage"),
        (changed(codestream(PICTURE), SOT, 4, b"\0\1"), "CorruptImage"),
        (jp2(codestream(PICTURE), more=b"\0\0\0\x08free" * 20_000), "MetadataTooLarge"),
        (jp2(codestream(PICTURE), more=box(b"uuid", bytes(40_000_000))), "MetadataTooLarge"),
        (jp2(codestream(PICTURE), palette((1, 2, 3))[:-2]), "CorruptImage"),
        (jp2(codestream(PICTURE), box(b"cmap", bytes(4_000_000))), "CorruptImage"),
        (jp2(codestream(PICTURE), channels(*[(0, 0, 1)] * 60_000)), "CorruptImage"),
        (with_segments(codestream(PICTURE), b"\xff\x64\x00\x02" * 200_000), "MetadataTooLarge"),
        (with_segments(codestream(PICTURE), ways_of_coding(1_200)), "CorruptImage"),
    ],
)
def test_a_hostile_file_is_rejected_before_it_is_decoded(data: bytes, expected: str) -> None:
    try:
        render(data, "thumbnail", ON)
        outcome = "accepted"
    except ImageRejected as rejection:
        outcome = type(rejection).__name__
    assert outcome == expected
