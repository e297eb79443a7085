"""Bad bytes end as a rejection with a sentence, never as a failure, a crash or half a picture."""

import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile

from renditions.errors import CorruptImage, ImageRejected
from renditions.imaging import inspect, render
from renditions.imaging.source import decoding
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, photograph, png_chunk

# What Pillow says about damaged tags while it goes on reading.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

PICTURE = photograph(160, 120)
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "JPEG": ("JPEG", lambda: encoded(PICTURE, "JPEG")),
    "progressive JPEG": ("JPEG", lambda: encoded(PICTURE, "JPEG", progressive=True)),
    "CMYK JPEG": ("JPEG", lambda: encoded(PICTURE.convert("CMYK"), "JPEG")),
    "PNG": ("PNG", lambda: encoded(PICTURE, "PNG")),
    "palette PNG": ("PNG", lambda: encoded(PICTURE.quantize(64), "PNG")),
    "animated PNG": (
        "PNG",
        lambda: encoded(PICTURE, "PNG", save_all=True, append_images=[photograph(160, 120, 2)]),
    ),
    "GIF": ("GIF", lambda: encoded(PICTURE, "GIF")),
    "animated GIF": (
        "GIF",
        lambda: encoded(PICTURE, "GIF", save_all=True, append_images=[photograph(160, 120, 2)]),
    ),
    "BMP": ("BMP", lambda: encoded(PICTURE, "BMP")),
    "TIFF": ("TIFF", lambda: encoded(PICTURE, "TIFF")),
    "TIFF with LZW": ("TIFF", lambda: encoded(PICTURE, "TIFF", compression="tiff_lzw")),
    "TIFF with deflate": ("TIFF", lambda: encoded(PICTURE, "TIFF", compression="tiff_deflate")),
    "TIFF with JPEG": ("TIFF", lambda: encoded(PICTURE, "TIFF", compression="jpeg")),
    "WebP": ("WebP", lambda: encoded(PICTURE, "WEBP")),
    "lossless WebP": ("WebP", lambda: encoded(PICTURE, "WEBP", lossless=True)),
    "animated WebP": (
        "WebP",
        lambda: encoded(PICTURE, "WEBP", save_all=True, append_images=[photograph(160, 120, 2)]),
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_cut_off_anywhere_is_rejected_with_a_sentence(kind: str) -> None:
    name, make = FILES[kind]
    data = make()
    assert render(data, "thumbnail", Settings()).width == 160
    # Every 29th part, and the last bytes that still leave out something of the pixels.
    for length in [*range(40, len(data), len(data) // 29), len(data) - 40]:
        with pytest.raises(CorruptImage) as rejection:
            render(data[:length], "thumbnail", Settings())
        assert str(rejection.value) == (
            f"The {name} picture is damaged or cut off, and only whole pictures are accepted: "
            "save or export it again and upload that file."
        )


@pytest.mark.parametrize("kind", FILES)
def test_random_damage_is_a_rendition_or_a_rejection_and_nothing_else(kind: str) -> None:
    data = FILES[kind][1]()
    rng = random.Random(kind)  # noqa: S311 - the same damage in each run
    sentences = []
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 4, 30))):
            damaged[rng.randrange(rng.choice((200, len(data))))] = rng.randrange(256)
        try:
            render(bytes(damaged), "thumbnail", Settings(thumbnail_size=32))
        except ImageRejected as rejection:
            sentences.append(str(rejection))
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"RIFF\0\1\0\0WEBPVP8 "]
)
def test_a_right_start_before_garbage_is_rejected(start: bytes) -> None:
    rng = random.Random(start)  # noqa: S311 - the same garbage in each run
    for _ in range(40):
        with pytest.raises(ImageRejected):
            render(start + rng.randbytes(rng.randrange(600)), "thumbnail", Settings())


def test_a_picture_without_pixels_is_rejected() -> None:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 10, 8, 2, 0, 0, 0))
    with pytest.raises(CorruptImage):
        inspect(b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""), Settings())


def test_a_bomb_in_a_pngs_text_is_no_failure() -> None:
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    plain = encoded(PICTURE, "PNG")
    with pytest.raises(CorruptImage):
        inspect(plain[:33] + bomb + plain[33:], Settings())


def test_inspecting_reads_no_pixels() -> None:
    """Half of a large file is enough for its facts; only rendering notices what is missing."""
    data = encoded(photograph(400, 300), "JPEG")
    half = data[: len(data) // 2]
    assert inspect(half, Settings()).width == 400
    with pytest.raises(CorruptImage):
        render(half, "thumbnail", Settings())


def test_running_out_of_memory_is_a_failure_and_not_the_uploaders_fault() -> None:
    with pytest.raises(MemoryError), decoding("PNG"):
        raise MemoryError


def test_no_pillow_module_is_loaded_by_the_first_picture() -> None:
    """What a cold function loads, it loads at start: the first request must not search for plugins."""
    script = f"""
import sys
import renditions.imaging as imaging
from renditions.settings import Settings
before = set(sys.modules)
imaging.render(bytes.fromhex({encoded(PICTURE, "PNG").hex()!r}), "watermark", Settings(output_format="avif"))
print(sorted(name for name in set(sys.modules) - before if name.startswith("PIL.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_path()
    )
    assert done.stdout.strip() == "['PIL.PpmImagePlugin']"


def _path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_process_keeps_pillows_own_settings() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    render(encoded(PICTURE, "PNG"), "thumbnail", Settings())
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
