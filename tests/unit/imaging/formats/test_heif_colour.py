"""AVIF and HEIC have the same colours, depth and transparency as in viewers."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging import heif_files as made
from tests.unit.imaging.heif_files import (
    BOTH,
    ON,
    avif,
    both,
    coded,
    heif,
)
from tests.unit.imaging.pictures import (
    array,
    decoded,
    flat,
    photograph,
    quadrants,
    rendered_pixels,
)
from tests.unit.imaging.profiles import rgb_profile


@both
def test_transparency_is_kept(image_format: str) -> None:
    picture = quadrants(96, 64, "RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    data = made.WRITERS[image_format](picture)
    shown = rendered_pixels(data, **ON)
    assert inspect(data, BOTH).has_alpha
    assert np.abs(array(shown.getchannel("A")) - array(picture.getchannel("A"))).mean() < 3


@pytest.mark.parametrize("is_premultiplied", [False, True])
def test_premultiplied_colour_is_shown_as_it_was(is_premultiplied: bool) -> None:  # noqa: FBT001 - a case
    data = avif(flat((200, 60, 60, 128), (64, 64), "RGBA"), alpha_premultiplied=is_premultiplied)
    assert np.abs(array(rendered_pixels(data, **ON)) - (200, 60, 60, 128)).max() <= 6


def test_premultiplied_colour_of_a_heic_is_shown_as_it_was() -> None:
    picture = pillow_heif.from_bytes(mode="RGBa", size=(64, 64), data=bytes((100, 30, 30, 128)) * 64 * 64)
    buffer = io.BytesIO()
    picture.save(buffer, quality=95)
    assert b"prem" in buffer.getvalue()
    assert np.abs(array(rendered_pixels(buffer.getvalue(), **ON)) - (200, 60, 60, 128)).max() <= 6


@both
def test_greyscale_stays_grey(image_format: str) -> None:
    shown = rendered_pixels(made.WRITERS[image_format](photograph(96, 64).convert("L")), **ON)
    pixels = array(shown.convert("RGB"))
    assert np.ptp(pixels, axis=-1).max() <= 1
    assert np.abs(pixels[..., 0] - array(photograph(96, 64).convert("L"))).mean() < 4


@pytest.mark.parametrize("mode, samples", [("RGB;16", 3), ("RGBA;16", 4), ("L;16", 1)])
def test_ten_bits_are_scaled_to_eight(mode: str, samples: int) -> None:
    wide = np.full((48, 64, samples), 40_000, dtype="<u2")
    buffer = io.BytesIO()
    pillow_heif.from_bytes(mode=mode, size=(64, 48), data=wide.tobytes()).save(buffer, quality=95)
    shown = array(rendered_pixels(buffer.getvalue(), **ON).convert("RGB"))
    assert np.abs(shown - 40_000 / 257).max() <= 3


@both
def test_its_profile_is_applied(image_format: str) -> None:
    item = coded(flat((200, 60, 60), (64, 64)), image_format)
    with_profile, without = (
        array(rendered_pixels(heif(image_format, [one]), **ON))
        for one in (item.having(made.icc(rgb_profile())), item)
    )
    assert np.abs(without - (200, 60, 60)).max() <= 4
    assert (with_profile[..., 0] > without[..., 0] + 10).all()


@both
@pytest.mark.parametrize(
    "numbers, colour",
    [((12, 13), (217, 42, 52)), ((1, 13), (200, 60, 60)), ((9, 1), (247, 0, 53)), ((2, 2), (200, 60, 60))],
    ids=["Display P3", "sRGB", "BT.2020", "unknown"],
)
def test_colour_given_as_code_points_is_applied(
    image_format: str, numbers: tuple[int, int], colour: tuple[int, ...]
) -> None:
    item = coded(flat((200, 60, 60), (64, 64)), image_format).having(made.nclx(*numbers))
    result = render(heif(image_format, [item]), "thumbnail", Settings(output_format="png", **ON))  # type: ignore[arg-type]
    assert np.abs(array(decoded(result)) - colour).max() <= 5
    assert not result.note


@pytest.mark.parametrize("transfer, grey", [(16, 148), (18, 191)], ids=["PQ", "HLG"])
def test_high_dynamic_range_is_mapped_to_the_range_of_a_screen(transfer: int, grey: int) -> None:
    """Reference white is 58 % of PQ and 75 % of HLG: bright, but not white."""
    item = coded(flat((grey, grey, grey), (64, 64)), "HEIC").having(made.nclx(9, transfer))
    shown = array(rendered_pixels(heif("HEIC", [item]), **ON))
    assert 220 <= shown.min() <= shown.max() <= 245
