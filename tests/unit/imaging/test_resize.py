import numpy as np
import pytest
from PIL import Image

from tests.unit.imaging.pictures import array, encoded, mean_error, photograph, rendered_pixels


@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "BMP"])
def test_a_shrunken_picture_matches_a_lanczos_resize_in_full_precision(image_format: str) -> None:
    original = photograph(1200, 900)
    bands = [Image.fromarray(array(band).astype(np.float32)) for band in original.split()]
    exact = [band.resize((200, 150), Image.Resampling.LANCZOS) for band in bands]
    result = rendered_pixels(encoded(original, image_format))
    for band, expected in zip(result.split(), exact, strict=True):
        assert np.abs(array(band) - np.clip(array(expected), 0, 255)).mean() < 1


@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255), (0, 255, 0)])
def test_edges_of_transparent_pictures_have_no_fringe(hidden: tuple[int, int, int]) -> None:
    """The colour that transparent pixels happen to hold must not bleed into the visible ones."""
    disc = np.zeros((600, 600, 4), np.uint8)
    y, x = np.mgrid[:600, :600]
    inside = (x - 300) ** 2 + (y - 300) ** 2 < 250**2
    disc[..., :3] = np.where(inside[..., None], (200, 60, 60), hidden)
    disc[..., 3] = np.where(inside, 255, 0)
    pixels = array(rendered_pixels(encoded(Image.fromarray(disc), "PNG")))
    seen = pixels[..., 3] > 16
    assert np.abs(pixels[seen][:, :3] - (200, 60, 60)).max() <= 12
    assert ((pixels[..., 3] > 0) & (pixels[..., 3] < 255)).any()


def test_grey_with_alpha_has_no_fringe_either() -> None:
    picture = Image.new("LA", (600, 400), (255, 0))
    picture.paste((100, 255), (0, 0, 301, 400))
    pixels = array(rendered_pixels(encoded(picture, "PNG")).convert("RGBA"))
    seen = pixels[..., 3] > 16
    assert np.abs(pixels[seen][:, 0] - 100).max() <= 12


def test_a_picture_that_fits_keeps_every_pixel() -> None:
    original = photograph(200, 150)
    assert mean_error(rendered_pixels(encoded(original, "PNG")), original) == 0
