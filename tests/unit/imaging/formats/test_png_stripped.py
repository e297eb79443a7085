"""A PNG reduced to its pixels."""

import io

import pytest
from PIL import Image

from renditions.imaging.formats.png.stripped import stripped
from tests.unit.imaging.pictures import encoded, mean_error, photograph, png_chunk


@pytest.mark.parametrize("mode", ["RGB", "P", "1", "LA"])
def test_a_stripped_png_keeps_only_its_pixels(mode: str) -> None:
    picture = photograph(60, 40).convert(mode)
    whole = encoded(picture, "PNG", dpi=(72, 72))
    secret = png_chunk(b"eXIf", b"SECRET") + png_chunk(b"prVt", b"SECRET")
    result = stripped(whole[:33] + secret + whole[33:] + b"SECRET at the end")
    assert b"SECRET" not in result
    assert b"pHYs" not in result
    assert mean_error(Image.open(io.BytesIO(result)), picture) == 0


def test_a_stripped_animated_png_keeps_its_first_frame() -> None:
    animated = encoded(photograph(60, 40), "PNG", save_all=True, append_images=[photograph(60, 40, 2)])
    image = Image.open(io.BytesIO(stripped(animated)))
    assert getattr(image, "n_frames", 1) == 1
    assert mean_error(image, photograph(60, 40)) == 0
