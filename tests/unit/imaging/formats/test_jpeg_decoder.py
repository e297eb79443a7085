"""Missing pixels are detected, although libjpeg fills them with grey and Pillow hides its warnings."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from renditions.errors import CorruptImage
from renditions.imaging import inspect, render
from renditions.imaging.formats.jpeg.decoder import StrictJpegFile
from renditions.imaging.formats.jpeg.markers import walk
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph

WAYS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "full chroma": {"subsampling": 0, "quality": 97},
    "restart markers": {"restart_marker_rows": 3},
    "a restart marker after each block": {"restart_marker_blocks": 1},
    "progressive with restart markers": {"progressive": True, "restart_marker_rows": 5},
}
END = b"\xff\xd9"


def made(way: str, mode: str = "RGB") -> bytes:
    return encoded(photograph(643, 481).convert(mode), "JPEG", **WAYS[way])


def watched(data: bytes, scale: int) -> Image.Image:
    """Return the image, decoded by our decoder."""
    image = StrictJpegFile(io.BytesIO(data))
    image.watch(data, walk(data, 100))
    image.draft(None, (image.width // scale, image.height // scale))
    image.load()
    return image


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("scale", [1, 8])
def test_watching_changes_no_pixel(way: str, mode: str, scale: int) -> None:
    data = made(way, mode)
    plain = Image.open(io.BytesIO(data))
    plain.draft(None, (plain.width // scale, plain.height // scale))
    assert watched(data, scale).tobytes() == plain.tobytes()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("missing", [16, 60, 500, 5_000, 20_000])
def test_a_jpeg_with_an_end_marker_added_after_a_cut_is_rejected(way: str, missing: int) -> None:
    data = made(way)
    with pytest.raises(CorruptImage, match="damaged or incomplete"):
        render(data[: -2 - missing] + END, "thumbnail", Settings())


DAMAGES: dict[str, Callable[[random.Random, bytearray, int], None]] = {
    "zeros": lambda rng, data, at: data.__setitem__(slice(at, at + 4000), bytes(4000)),
    "noise": lambda rng, data, at: data.__setitem__(slice(at, at + 1000), rng.randbytes(1000)),
    "a lost piece": lambda rng, data, at: data.__delitem__(slice(at, at + 3000)),
}


@pytest.mark.parametrize("way", ["baseline", "progressive", "restart markers"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_jpeg_damaged_in_the_middle_is_rejected(way: str, damage: str) -> None:
    rng = random.Random(damage)  # noqa: S311 - the same damage in each run
    data = made(way)
    for _ in range(10):
        damaged = bytearray(data)
        DAMAGES[damage](rng, damaged, rng.randrange(len(data) // 4, len(data) // 2))
        with pytest.raises(CorruptImage):
            render(bytes(damaged), "thumbnail", Settings())


@pytest.mark.parametrize("way", WAYS)
def test_padding_that_cameras_write_is_accepted(way: str) -> None:
    data = made(way)
    for padding in (b"\0" * 4096, b"\xff" * 3, b"\x12\x34"):
        padded = data[:-2] + padding + END + b"behind the end \xff\xd8\xff\xd9"
        assert watched(padded, 1).tobytes() == watched(data, 1).tobytes()


def test_pixels_after_the_last_one_are_rejected() -> None:
    data = made("baseline")
    noise = random.Random(1).randbytes(5000).replace(b"\xff", b"\0")  # noqa: S311 - the same noise in each run
    with pytest.raises(CorruptImage):
        render(data[:-2] + noise + END, "thumbnail", Settings())


def test_a_progressive_jpeg_without_its_last_scans_is_rejected_by_its_header() -> None:
    """All of its pixels are there, but none is sharp."""
    data = made("progressive")
    last = data.rindex(b"\xff\xda")
    with pytest.raises(CorruptImage):
        inspect(data[:last] + END, Settings())


@pytest.mark.parametrize("way", ["restart markers", "progressive with restart markers"])
def test_a_cut_at_a_restart_marker_is_found_by_counting(way: str) -> None:
    data = made(way)
    for marker in (b"\xff\xd0", b"\xff\xd3"):
        with pytest.raises(CorruptImage):
            inspect(data[: data.rindex(marker)] + END, Settings())


def test_a_missing_restart_interval_is_found_by_its_number() -> None:
    data = made("restart markers")
    second, third = data.index(b"\xff\xd1"), data.index(b"\xff\xd2")
    with pytest.raises(CorruptImage):
        inspect(data[:second] + data[third:], Settings())


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_small_and_flat_images_of_few_bytes_are_complete(mode: str, progressive: bool) -> None:  # noqa: FBT001
    """The data of a scan may be shorter than the end of it that is watched, with headers right before it."""
    for width, height in ((1, 1), (8, 1), (15, 33), (100, 17), (131, 16), (257, 33), (512, 500)):
        for quality in (50, 75, 95):
            flat = Image.new(mode, (width, height), "white")
            flat.paste(Image.new(mode, (width, height // 2 or 1), "red"), (width // 2, 0))
            data = encoded(flat, "JPEG", quality=quality, progressive=progressive)
            assert render(data, "thumbnail", Settings()).height == min(
                height, 200, round(200 * height / width)
            )
