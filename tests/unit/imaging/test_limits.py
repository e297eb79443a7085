"""The limits, in the order in which they are checked, and always before a pixel is decoded."""

import struct
import zlib
from collections.abc import Callable

import pytest

from renditions.errors import (
    EmptyFile,
    FileTooLarge,
    ImageRejected,
    SideTooLong,
    TooManyFrames,
    TooManyPixels,
    UnsupportedFormat,
)
from renditions.imaging import check_size, inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, flat, photograph, png_chunk


def declared_png(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and contains one empty row."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + png_chunk(b"IEND", b"")


def declared_webp(width: int, height: int) -> bytes:
    """Return a WebP whose header declares a size, with the pixels of a small one."""
    small = encoded(flat((1, 2, 3, 4), (8, 8), "RGBA"), "WEBP")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(small) + 10) + b"WEBP" + head + small[12:]


def rejection_of(data: bytes, settings: Settings, error: type[ImageRejected]) -> str:
    """Return the sentence with which both public functions reject ``data``."""
    with pytest.raises(error) as from_render:
        render(data, "thumbnail", settings)
    with pytest.raises(error) as from_inspect:
        inspect(data, settings)
    assert str(from_render.value) == str(from_inspect.value)
    return str(from_inspect.value)


def test_an_empty_file_is_rejected_before_and_after_its_download() -> None:
    with pytest.raises(EmptyFile, match=r"^The file is empty \(0 bytes\)\. Upload the image again\.$"):
        check_size(0, Settings())
    assert "empty" in rejection_of(b"", Settings(), EmptyFile)


def test_a_file_is_rejected_above_the_limit_and_accepted_at_it() -> None:
    check_size(1000, Settings(max_bytes=1000))
    with pytest.raises(FileTooLarge) as rejection:
        check_size(1001, Settings(max_bytes=1000))
    assert str(rejection.value) == (
        "The file has 1,001 bytes. At most 1,000 bytes are allowed. Upload a smaller file, or raise MAX_BYTES."
    )


def test_the_real_byte_count_is_checked_even_if_the_announced_one_was_small() -> None:
    assert "bytes" in rejection_of(
        encoded(photograph(100, 100), "PNG"), Settings(max_bytes=500), FileTooLarge
    )


def test_bytes_are_checked_before_the_format() -> None:
    rejection_of(b"no picture" * 100, Settings(max_bytes=500), FileTooLarge)
    rejection_of(b"no picture" * 10, Settings(max_bytes=500), UnsupportedFormat)


@pytest.mark.parametrize("size", [(30_001, 1), (1, 30_001)])
def test_a_side_that_is_too_long_is_rejected(size: tuple[int, int]) -> None:
    assert rejection_of(declared_png(*size), Settings(), SideTooLong) == (
        f"The image is {size[0]:,} × {size[1]:,} pixels. The longest side allowed is 30,000 pixels. "
        "Upload a smaller version, or raise MAX_SIDE."
    )


def test_sides_are_checked_before_pixels() -> None:
    rejection_of(declared_png(40_000, 40_000), Settings(), SideTooLong)


@pytest.mark.parametrize("declared", [declared_png, declared_webp])
def test_a_decompression_bomb_is_rejected_by_its_header(declared: Callable[[int, int], bytes]) -> None:
    sentence = rejection_of(declared(16_000, 16_000), Settings(), TooManyPixels)
    assert "16,000 × 16,000 = 256,000,000 pixels. At most 50,000,000 pixels are allowed." in sentence


def test_a_jpeg_may_have_more_pixels_than_other_formats() -> None:
    settings = Settings(max_pixels=1000, max_jpeg_pixels=5000)
    picture = photograph(60, 50)
    assert inspect(encoded(picture, "JPEG"), settings).width == 60
    assert "PNG" in rejection_of(encoded(picture, "PNG"), settings, TooManyPixels)
    assert "5,000" in rejection_of(encoded(photograph(80, 70), "JPEG"), settings, TooManyPixels)


def test_pillows_own_limit_does_not_apply(recwarn: pytest.WarningsRecorder) -> None:
    """Pillow warns above 89 million pixels and refuses above 179 million. Only the settings count."""
    assert inspect(declared_png(13_000, 13_000), Settings(max_pixels=178_000_000)).height == 13_000
    assert inspect(large_jpeg_header(18_000, 18_000), Settings(max_jpeg_pixels=400_000_000)).width == 18_000
    assert not recwarn.list


@pytest.mark.parametrize("limit", ["max_jpeg_pixels", "max_avif_pixels", "max_heic_pixels"])
def test_the_largest_images_of_phones_can_be_allowed(limit: str) -> None:
    settings = Settings.from_environment({limit.upper(): str(16_320 * 12_240)})
    assert getattr(settings, limit) == 199_756_800


def large_jpeg_header(width: int, height: int) -> bytes:
    """Return a JPEG that declares another size than it has."""
    data = encoded(photograph(32, 32), "JPEG")
    frame = data.index(b"\xff\xc0")
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_frames_times_pixels_are_limited(image_format: str) -> None:
    frames = [photograph(20, 20, seed) for seed in range(5)]
    data = encoded(frames[0], image_format, save_all=True, append_images=frames[1:])
    assert inspect(data, Settings(max_animation_pixels=2000)).frames == 5
    assert rejection_of(data, Settings(max_animation_pixels=1999), TooManyFrames) == (
        "The animation has 5 frames of 20 × 20 pixels. At most 1,999 pixels in total are allowed. "
        "Upload a shorter or smaller animation."
    )


def test_a_still_image_is_no_animation_however_large() -> None:
    assert inspect(encoded(photograph(50, 50), "GIF"), Settings(max_animation_pixels=10)).frames == 1


def test_further_pages_of_a_tiff_do_not_count_as_animation() -> None:
    pages = [photograph(50, 50, seed) for seed in range(4)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert inspect(data, Settings(max_animation_pixels=10)).frames == 4
