"""Colour management: every rendition is sRGB."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.pictures import assert_colour, decoded, encoded, flat, quadrants, rendered_pixels
from tests.unit.imaging.profiles import DISPLAY_P3, SRGB, cmyk_profile, grey_profile, rgb_profile

IGNORED = "The colour profile in the file could not be used and was ignored."


def expected_from_wide(colour: tuple[int, int, int], gamma: float = 2.2) -> tuple[int, ...]:
    """Return the sRGB colour of ``colour`` in the wide test space, by the textbook formula."""
    light = (np.array(colour) / 255) ** gamma @ np.array(DISPLAY_P3) @ np.linalg.inv(np.array(SRGB))
    light = np.clip(light, 0, 1)
    return tuple(
        np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))
    )


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("colour", [(200, 100, 100), (90, 160, 90), (128, 128, 128)])
def test_a_wide_gamut_image_looks_right_in_srgb(image_format: str, colour: tuple[int, int, int]) -> None:
    options = {"quality": 100} | ({"lossless": True} if image_format == "WEBP" else {})
    data = encoded(flat(colour), image_format, icc_profile=rgb_profile(), **options)
    assert_colour(rendered_pixels(data), (50, 50), expected_from_wide(colour), within=3)


def test_transparency_survives_the_colour_transform() -> None:
    data = encoded(flat((200, 100, 100, 90), mode="RGBA"), "PNG", icc_profile=rgb_profile())
    result = rendered_pixels(data)
    assert_colour(result, (50, 50), expected_from_wide((200, 100, 100)), within=3)
    assert result.getchannel("A").getpixel((50, 50)) == 90


def test_an_image_with_a_palette_is_transformed() -> None:
    data = encoded(flat((200, 100, 100)).quantize(4), "PNG", icc_profile=rgb_profile())
    assert_colour(rendered_pixels(data), (50, 50), expected_from_wide((200, 100, 100)), within=4)


@pytest.mark.parametrize("mode, colour", [("L", (64,)), ("LA", (64, 200))])
def test_a_greyscale_profile_is_applied_and_grey_stays_grey(mode: str, colour: tuple[int, ...]) -> None:
    """A quarter of linear light is sRGB 137."""
    fill = colour if mode == "LA" else colour[0]
    picture = Image.new(mode, (100, 100), fill)
    result = rendered_pixels(encoded(picture, "PNG", icc_profile=grey_profile()))
    assert result.mode == mode
    assert_colour(result, (50, 50), (137, 137, 137), within=1)


def test_cmyk_follows_its_press_profile() -> None:
    data = encoded(flat((255, 0, 0, 0), mode="CMYK"), "JPEG", quality=100, icc_profile=cmyk_profile())
    assert_colour(rendered_pixels(data), (50, 50), (0, 151, 218), within=8)


@pytest.mark.parametrize(
    "inks, expected",
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 255, 0), (255, 0, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 0, 128), (127, 127, 127)),
    ],
)
@pytest.mark.parametrize("image_format", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_looks_as_in_a_browser(
    image_format: str, inks: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    options = {"quality": 100} if image_format == "JPEG" else {}
    assert_colour(
        rendered_pixels(encoded(flat(inks, mode="CMYK"), image_format, **options)), (50, 50), expected
    )


def test_an_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, tagged = (encoded(quadrants(90, 60), "PNG", icc_profile=profile) for profile in (None, srgb))
    assert rendered_pixels(tagged).tobytes() == rendered_pixels(plain).tobytes()


@pytest.mark.parametrize(
    "profile",
    [b"no profile at all", rgb_profile()[:200], bytes(5000), grey_profile(), cmyk_profile()],
    ids=["text", "cut off", "zeros", "grey profile", "press profile"],
)
def test_a_broken_or_mismatched_profile_is_ignored_with_a_note(profile: bytes) -> None:
    data = encoded(flat((200, 100, 100)), "PNG", icc_profile=profile)
    rendered = render(data, "thumbnail", Settings(output_format="png"))
    assert_colour(decoded(rendered), (50, 50), (200, 100, 100), within=0)
    assert rendered.note == IGNORED


def test_cmyk_with_a_broken_profile_still_becomes_rgb() -> None:
    data = encoded(flat((0, 255, 255, 0), mode="CMYK"), "JPEG", quality=100, icc_profile=b"broken" * 40)
    rendered = render(data, "thumbnail", Settings())
    assert_colour(decoded(rendered), (50, 50), (255, 0, 0), within=12)
    assert rendered.note == IGNORED


def test_a_linear_profile_is_applied_though_it_is_called_srgb() -> None:
    data = encoded(flat((128, 128, 128)), "PNG", icc_profile=rgb_profile("sRGB-elle-V2-g10.icc", gamma=1.0))
    assert_colour(rendered_pixels(data), (50, 50), (188, 188, 188), within=2)


def test_a_profile_that_changes_nothing_keeps_every_value() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = quadrants(64, 48)
    result = rendered_pixels(encoded(picture, "PNG", icc_profile=profile)).convert("RGB")
    assert result.tobytes() == picture.tobytes()
