"""Frames and pages: their number, and that the first is shown."""

import struct

import pytest

from renditions.errors import CorruptImage, TooManyFrames
from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, mean_error, photograph, rendered_pixels


@pytest.mark.parametrize(
    "image_format, name", [("GIF", "GIF"), ("WEBP", "WebP"), ("PNG", "PNG"), ("TIFF", "TIFF")]
)
def test_frames_and_pages_are_counted(image_format: str, name: str) -> None:
    frames = [photograph(40, 30, seed) for seed in range(7)]
    facts = inspect(encoded(frames[0], image_format, save_all=True, append_images=frames[1:]), Settings())
    assert (facts.format, facts.frames) == (name, 7)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_still_image_has_one_frame(image_format: str) -> None:
    assert inspect(encoded(photograph(40, 30), image_format), Settings()).frames == 1


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_a_rendition_shows_the_first_frame(image_format: str) -> None:
    frames = [photograph(60, 40, seed) for seed in (1, 2, 3)]
    first = frames[0].quantize(64) if image_format == "GIF" else frames[0]
    data = encoded(first, image_format, save_all=True, append_images=frames[1:])
    assert mean_error(rendered_pixels(data).convert("RGB"), first.convert("RGB")) < 8


def test_a_jpeg_of_a_phone_with_attached_images_is_an_ordinary_jpeg() -> None:
    """Phones attach previews and depth maps (MPO). People see one image."""
    data = encoded(photograph(80, 60), "MPO", save_all=True, append_images=[photograph(40, 30)])
    facts = inspect(data, Settings())
    assert (facts.format, facts.width, facts.height, facts.frames) == ("JPEG", 80, 60, 1)
    assert mean_error(rendered_pixels(data), photograph(80, 60)) < 8


@pytest.mark.parametrize("big", [False, True])
def test_pages_are_counted_in_classic_tiff_and_in_bigtiff(big: bool) -> None:  # noqa: FBT001 - a case
    pages = [photograph(9, 7, seed) for seed in range(3)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], big_tiff=big)
    assert inspect(data, Settings()).frames == 3


def test_pages_that_form_a_loop_are_counted_once() -> None:
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 300), (277, 1), (278, 1), (279, 1)]
    page = struct.pack(">H", len(tags))
    page += b"".join(struct.pack(">HHIHH", tag, 3, 1, value, 0) for tag, value in tags)
    first = page + struct.pack(">I", 8 + len(page) + 4)
    second = page + struct.pack(">I", 8)
    data = (b"MM\0*" + struct.pack(">I", 8) + first + second).ljust(400, b"\x80")
    assert inspect(data, Settings()).frames == 2


def test_a_gif_of_a_million_tiny_frames_is_rejected_at_once() -> None:
    start = encoded(photograph(1, 1).quantize(4), "GIF")[:-1]
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    with pytest.raises(TooManyFrames, match="more than 5,000 frames"):
        inspect(start + frame * 1_000_000 + b";", Settings())


def test_a_gif_cut_off_in_a_later_frame_is_rejected() -> None:
    frames = [photograph(60, 40, seed).quantize(64) for seed in range(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(CorruptImage, match="damaged or incomplete"):
        inspect(data[: len(data) * 9 // 10], Settings())
