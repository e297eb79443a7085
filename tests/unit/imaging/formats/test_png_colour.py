"""The colour of a PNG, and samples of 16 bits: each has the colour that viewers show."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from renditions.errors import CorruptImage, UnsupportedFormat
from renditions.imaging import inspect
from renditions.imaging.palette import in_exact_palette
from renditions.settings import Settings
from tests.unit.imaging.colours_of_png import SIGNATURE, code_points, gamma, plain_png, profiled
from tests.unit.imaging.pictures import array, png_chunk, rendered_pixels
from tests.unit.imaging.profiles import grey_profile, rgb_profile

COLOUR = bytes((200, 60, 40))
OF_P3 = (217, 42, 23)
P3 = png_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
SRGB = png_chunk(b"sRGB", b"\0")


def colour_of(data: bytes) -> tuple[int, ...]:
    return tuple(rendered_pixels(data, output_format="png").convert("RGBA").getpixel((10, 10)))  # type: ignore[arg-type] # four numbers


@pytest.mark.parametrize(
    "chunks, expected",
    [
        (code_points(12, 13, 0, 1), OF_P3),
        (profiled(rgb_profile(gamma=1.0)) + code_points(12, 13, 0, 1), OF_P3),
        (profiled(rgb_profile(gamma=1.0)) + code_points(1, 13, 0, 1), (200, 60, 40)),
        (SRGB + gamma(100_000) + code_points(12, 13, 0, 1), OF_P3),
        (code_points(2, 2, 0, 1) + gamma(100_000), (229, 133, 110)),
        (code_points(12, 13, 6, 1), (200, 60, 40)),
        (gamma(100_000), (229, 133, 110)),
        (gamma(55_556), (210, 77, 53)),
        (gamma(45_455), (200, 60, 40)),
        (gamma(45_455) + P3, OF_P3),
        (P3, OF_P3),
        (gamma(0), (200, 60, 40)),
        (gamma(1), (200, 60, 40)),
        (SRGB + gamma(100_000), (200, 60, 40)),
        (gamma(100_000) + SRGB, (200, 60, 40)),
        (png_chunk(b"cHRM", bytes(32)), (200, 60, 40)),
    ],
)
def test_the_chunk_that_takes_precedence_decides_the_colour(chunks: bytes, expected: tuple[int, ...]) -> None:
    assert np.abs(np.subtract(colour_of(plain_png(COLOUR, before=chunks))[:3], expected)).max() <= 3


def test_gamma_beside_a_profile_is_ignored() -> None:
    profile = profiled(rgb_profile(gamma=1.8))
    both = plain_png(COLOUR, before=gamma(100_000) + profile)
    assert colour_of(both) == colour_of(plain_png(COLOUR, before=profile))


def test_high_dynamic_range_in_grey_is_brought_to_203_nits() -> None:
    data = plain_png(struct.pack(">H", 38010), bits=16, colour=0, before=code_points(9, 16, 0, 1))
    assert 224 <= colour_of(data)[0] <= 236


def test_hybrid_log_gamma_changes_the_colour() -> None:
    assert colour_of(plain_png(COLOUR, before=code_points(9, 18, 0, 1)))[0] > 230


@pytest.mark.parametrize("value, alpha", [(4660, 0), (4661, 255)])
def test_a_transparent_colour_of_16_bits_counts_with_all_its_bits(value: int, alpha: int) -> None:
    key = png_chunk(b"tRNS", struct.pack(">3H", 4660, 4660, 4660))
    assert colour_of(plain_png(struct.pack(">3H", value, value, value), bits=16, before=key))[3] == alpha


@pytest.mark.parametrize(
    "colour, bands, profile",
    [
        *((colour, bands, rgb_profile(gamma=1.0)) for colour, bands in ((0, 1), (2, 3), (4, 2), (6, 4))),
        *((colour, bands, grey_profile(1.0)) for colour, bands in ((0, 1), (4, 2))),
    ],
)
def test_a_linear_ramp_keeps_its_steps_in_the_shadows(colour: int, bands: int, profile: bytes) -> None:
    row = np.repeat(np.linspace(0, 0.02 * 65535, 64).round().astype(">u2")[:, None], bands, axis=1)
    row[:, bands - 1] = row[:, bands - 1] if bands in (1, 3) else 65535
    head = struct.pack(">IIBBBBB", 64, 64, 16, colour, 0, 0, 0)
    rows = zlib.compress((b"\0" + row.tobytes()) * 64)
    data = SIGNATURE + b"".join(
        (png_chunk(b"IHDR", head), profiled(profile), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b""))
    )
    shown = array(rendered_pixels(data, output_format="png").convert("RGB"))[32, :, 1]
    assert 34 <= len(set(shown.tolist())) <= 42
    assert abs(int(shown[-1]) - 38) <= 3


def test_grey_with_a_profile_of_colours_is_corrected() -> None:
    data = plain_png(b"\x64", colour=0, before=profiled(rgb_profile(gamma=1.8)))
    assert abs(colour_of(data)[0] - 119) <= 3


EXIF = png_chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")


def test_what_follows_the_end_of_a_png_does_not_turn_it() -> None:
    data = plain_png(COLOUR)
    within = data[:-12] + EXIF + data[-12:]
    orientations = [inspect(one, Settings()).orientation for one in (data + EXIF, data + within, within)]
    assert orientations == [1, 1, 6]


def test_a_png_for_iphones_is_rejected_by_name() -> None:
    data = plain_png(COLOUR)
    with pytest.raises(UnsupportedFormat, match="iPhone-optimised PNG"):
        inspect(SIGNATURE + png_chunk(b"CgBI", b"P\0 \2") + data[8:], Settings())


def test_a_png_that_does_not_begin_with_its_header_cannot_be_read() -> None:
    with pytest.raises(CorruptImage, match="not a PNG that can be read"):
        inspect(SIGNATURE + png_chunk(b"tEXt", b"a\0b") + plain_png(COLOUR)[8:], Settings())


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_palette_output_has_exactly_the_colours_of_the_image(mode: str) -> None:
    rng = np.random.default_rng(5)
    colours = rng.integers(0, 256, (250, len(mode)))
    pixels = colours[rng.integers(0, 250, (40, 40))].astype(np.uint8)
    image = Image.fromarray(pixels.squeeze() if mode == "L" else pixels)
    found = [colour for _, colour in image.getcolors(256) or ()]
    packed = in_exact_palette(image, found)
    assert np.array_equal(array(packed.convert("RGBA")), array(image.convert("RGBA")))
