"""Still WebPs are decoded by libwebp itself, with the pixels of Pillow."""

import io

import pytest
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from renditions.errors import CorruptImage
from renditions.imaging import render
from renditions.imaging.formats.webp import libwebp
from renditions.imaging.formats.webp.decoder import StillWebpFile
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, mean_error, photograph

with_libwebp = pytest.mark.skipif(not libwebp.is_available(), reason="libwebp is built into Pillow's module")


def with_alpha(picture: Image.Image) -> Image.Image:
    picture = picture.copy()
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (333, 251), (640, 1)])
@pytest.mark.parametrize("is_transparent", [False, True])
def test_every_pixel_is_that_of_pillow(
    size: tuple[int, int], *, lossless: bool, is_transparent: bool
) -> None:
    picture = with_alpha(photograph(*size)) if is_transparent else photograph(*size)
    data = encoded(picture, "WEBP", lossless=lossless)
    ours, theirs = StillWebpFile(io.BytesIO(data)), WebPImageFile(io.BytesIO(data))
    ours.load()
    assert (ours.mode, ours.size, ours.tobytes()) == (theirs.mode, theirs.size, theirs.tobytes())


def test_an_animation_is_left_to_pillow() -> None:
    first, second = photograph(60, 40), photograph(60, 40).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    data = encoded(first, "WEBP", save_all=True, append_images=[second])
    ours, theirs = StillWebpFile(io.BytesIO(data)), WebPImageFile(io.BytesIO(data))
    ours.shrink(2)
    for frame in (0, 1, 0):
        ours.seek(frame)
        theirs.seek(frame)
        assert ours.tobytes() == theirs.tobytes()


@with_libwebp
def test_a_photograph_is_decoded_at_a_fraction_and_a_drawing_in_full() -> None:
    original = photograph(641, 403)
    photo = StillWebpFile(io.BytesIO(encoded(original, "WEBP", quality=95)))
    photo.shrink(4)
    photo.load()
    assert photo.size == photo.im.size == (161, 101)
    assert mean_error(photo.convert("RGB"), original.resize((161, 101), Image.Resampling.BOX)) < 3
    drawing = StillWebpFile(io.BytesIO(encoded(original, "WEBP", lossless=True)))
    drawing.shrink(4)
    assert drawing.size == (641, 403)


def test_a_damaged_still_image_is_rejected() -> None:
    data = bytearray(encoded(photograph(400, 300), "WEBP"))
    data[20:60] = bytes(40)
    with pytest.raises(CorruptImage):
        render(bytes(data), "thumbnail", Settings())
