"""Resizing: no fringes, and as good as a slower method."""

import numpy as np
import pytest
from PIL import Image

from tests.unit.imaging.pictures import array, encoded, mean_error, photograph, rendered_pixels


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
def test_a_resized_image_matches_a_lanczos_resize_in_full_precision(image_format: str) -> None:
    original = photograph(1200, 900)
    bands = [Image.fromarray(array(band).astype(np.float32)) for band in original.split()]
    exact = [band.resize((200, 150), Image.Resampling.LANCZOS) for band in bands]
    result = rendered_pixels(encoded(original, image_format))
    for band, expected in zip(result.split(), exact, strict=True):
        assert np.abs(array(band) - np.clip(array(expected), 0, 255)).mean() < 1


def disc(hidden: tuple[int, int, int]) -> Image.Image:
    """Return a red disc with hard edges. The transparent pixels around it have the colour ``hidden``."""
    pixels = np.zeros((600, 600, 4), np.uint8)
    y, x = np.mgrid[:600, :600]
    inside = (x - 300) ** 2 + (y - 300) ** 2 < 250**2
    pixels[..., :3] = np.where(inside[..., None], (200, 60, 60), hidden)
    pixels[..., 3] = np.where(inside, 255, 0)
    return Image.fromarray(pixels)


def on(background: str, picture: Image.Image) -> Image.Image:
    """Return ``picture`` in front of a colour."""
    return Image.alpha_composite(Image.new("RGBA", picture.size, background), picture).convert("RGB")


@pytest.mark.parametrize("background", ["white", "black", "lime"])
@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255), (0, 255, 0)])
def test_edges_of_transparent_images_have_no_fringe(hidden: tuple[int, int, int], background: str) -> None:
    """The colour of transparent pixels must not bleed into the visible ones."""
    result = on(background, rendered_pixels(encoded(disc(hidden), "PNG")))
    exact = on(background, disc(hidden)).resize((200, 200), Image.Resampling.LANCZOS)
    assert mean_error(result, exact) < 0.5
    assert np.abs(array(result) - array(exact)).max() < 40


def test_edges_of_greyscale_with_alpha_have_no_fringe() -> None:
    picture = Image.new("LA", (600, 400), (255, 0))
    picture.paste((100, 255), (0, 0, 301, 400))
    pixels = array(rendered_pixels(encoded(picture, "PNG")).convert("RGBA"))
    seen = pixels[..., 3] > 16
    assert np.abs(pixels[seen][:, 0] - 100).max() <= 12


def test_an_image_that_fits_keeps_every_pixel() -> None:
    original = photograph(200, 150)
    assert mean_error(rendered_pixels(encoded(original, "PNG")), original) == 0
