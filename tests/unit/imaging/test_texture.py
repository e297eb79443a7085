"""The texture of a rendition, by which quick WebPs get the quality that they need."""

import pytest
from PIL import Image, ImageFilter

from renditions.imaging.texture import Texture, texture
from tests.unit.imaging.pictures import photograph

NOISE = Image.effect_noise((640, 480), 60)


def stripes(width: int) -> Image.Image:
    """Return vertical stripes with hard edges, ``width`` pixels wide."""
    row = bytes(40 if x // width % 2 else 200 for x in range(640))
    return Image.frombytes("L", (640, 480), row * 480)


def slope(flat: float) -> Image.Image:
    """Return a gentle slope, up and down. In the part ``flat`` of it, neighbours differ by 1, otherwise by 3."""
    steps = [1 if x < 640 * flat else 3 for x in range(640)]
    levels = [sum(steps[:x]) % 400 for x in range(640)]
    return Image.frombytes("L", (640, 480), bytes(min(level, 400 - level) for level in levels) * 480)


@pytest.mark.parametrize(
    "image, expected",
    [
        (Image.new("RGB", (640, 480), "navy"), Texture.SMOOTH),
        (stripes(20), Texture.SMOOTH),
        (stripes(3), Texture.SHARP),
        (slope(0.4), Texture.GRAINY),
        (slope(0.6), Texture.SOFT),
        (NOISE, Texture.BUSY),
        (NOISE.convert("RGBA"), Texture.BUSY),
    ],
)
def test_the_texture_of_an_image(image: Image.Image, expected: Texture) -> None:
    assert texture(image) == expected


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (2, 2), (3, 1), (500, 1)])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_smallest_images_have_a_texture(size: tuple[int, int], mode: str) -> None:
    assert texture(Image.new(mode, size)) in Texture


def test_bands_of_a_large_image_are_enough() -> None:
    large = photograph(1600, 1200)
    assert texture(large) == texture(large.crop((0, 0, 1600, 255)))
    assert texture(large.filter(ImageFilter.GaussianBlur(30))) == Texture.SMOOTH
