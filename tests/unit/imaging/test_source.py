"""Bad bytes end as a rejection with a sentence, never as a failure, a crash or half an image."""

import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile

from renditions.errors import CorruptImage, ImageRejected, MetadataTooLarge
from renditions.imaging import inspect, render
from renditions.imaging.decoding_errors import decoding
from renditions.settings import SIMD, Settings
from tests.unit.imaging.pictures import encoded, photograph, png_chunk

# Pillow warns about damaged tags and goes on reading.
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
def test_a_file_cut_off_anywhere_is_rejected(kind: str) -> None:
    name, make = FILES[kind]
    data = make()
    assert render(data, "thumbnail", Settings()).width == 160
    # At 29 places, and as late as some pixels are still missing.
    for length in [*range(40, len(data), len(data) // 29), len(data) - 40]:
        with pytest.raises(CorruptImage) as rejection:
            render(data[:length], "thumbnail", Settings())
        assert str(rejection.value) == (
            f"The {name} image is damaged or incomplete. Export the image again and upload the new file."
        )


@pytest.mark.parametrize("kind", FILES)
def test_random_damage_results_in_a_rendition_or_a_rejection(kind: str) -> None:
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
def test_a_valid_start_before_garbage_is_rejected(start: bytes) -> None:
    rng = random.Random(start)  # noqa: S311 - the same garbage in each run
    for _ in range(40):
        with pytest.raises(ImageRejected):
            render(start + rng.randbytes(rng.randrange(600)), "thumbnail", Settings())


def test_an_image_without_pixels_is_rejected() -> None:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 10, 8, 2, 0, 0, 0))
    with pytest.raises(CorruptImage):
        inspect(b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""), Settings())


def after(place: int, inserted: bytes, image_format: str, mode: str = "RGB") -> bytes:
    """Return a small image with ``inserted`` metadata at ``place``."""
    plain = encoded(photograph(60, 40).convert(mode), image_format)
    return plain[:place] + inserted + plain[place:]


def exif_segment(length: int) -> bytes:
    """Return one of the segments of a JPEG that together hold its EXIF."""
    return b"\xff\xe1" + struct.pack(">H", length + 8) + b"Exif\0\0" + bytes(length)


def tiff_with(tag: tuple[int, int, int, int], padding: int) -> bytes:
    """Return a TIFF of 60 × 40 grey pixels with one more ``tag``, and ``padding`` zero bytes at its end."""
    tags = [(256, 4, 1, 60), (257, 4, 1, 40), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    tags += [(273, 4, 1, 300), (277, 3, 1, 1), (278, 4, 1, 40), (279, 4, 1, 2400), tag]
    entries = b"".join(struct.pack("<HHII", *entry) for entry in tags)
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries).ljust(300, b"\0") + bytes(
        2400 + padding
    )


HEADER_BOMBS = {
    "compressed text": lambda: after(
        33, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)), "PNG"
    ),
    "a million PNG chunks": lambda: after(33, png_chunk(b"prVt", b"") * 1_000_000, "PNG"),
    "a million PNG texts": lambda: after(33, png_chunk(b"tEXt", b"a\0b") * 1_000_000, "PNG"),
    "five million JPEG comments": lambda: after(2, b"\xff\xfe\0\2" * 5_000_000, "JPEG"),
    "forty million JPEG fill bytes": lambda: after(2, b"\xff" * 40_000_000, "JPEG"),
    "EXIF in hundreds of JPEG segments": lambda: after(2, exif_segment(65_000) * 700, "JPEG"),
    "a GIF comment without end": lambda: after(13, b"\x21\xfe" + b"\1x" * 10_000_000, "GIF", "1"),
    "millions of GIF extensions": lambda: after(13, b"\x21\xfe\1x\0" * 3_000_000, "GIF", "1"),
    "eight million numbers in a TIFF tag": lambda: tiff_with((65000, 4, 8_000_000, 300), 32_000_000),
}


@pytest.mark.parametrize("bomb", HEADER_BOMBS)
def test_a_header_built_to_keep_the_reader_busy_is_rejected(bomb: str) -> None:
    """Pillow alone takes up to a minute for each. The timeout of the tests proves that it is not used."""
    with pytest.raises(CorruptImage if "TIFF" in bomb else MetadataTooLarge, match=r"\.$"):
        inspect(HEADER_BOMBS[bomb](), Settings())


@pytest.mark.parametrize(
    "data",
    [
        after(2, exif_segment(65_000) * 60, "JPEG"),
        after(33, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b" " * 30_000_000), "PNG"),
        tiff_with((37724, 7, 30_000_000, 300), 30_000_000),
    ],
    ids=["4 MB in a JPEG", "30 MB of XMP in a PNG", "30 MB of layers in a TIFF"],
)
def test_large_metadata_of_real_programs_is_accepted(data: bytes) -> None:
    rendered = render(data, "thumbnail", Settings())
    assert (rendered.width, rendered.height) == (60, 40)
    assert len(rendered.data) < 5_000


@pytest.mark.parametrize("kind", FILES)
def test_inspecting_reads_no_pixels(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(image: ImageFile.ImageFile) -> None:
        pytest.fail("The image was decoded.")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    assert inspect(FILES[kind][1](), Settings()).width == 160


def test_running_out_of_memory_is_a_failure_and_no_rejection() -> None:
    with pytest.raises(MemoryError), decoding("PNG"):
        raise MemoryError


# What Pillow itself loads before it writes its first image. libwebp, which writes WebPs where SIMD resizes, needs none.
BEFORE_WRITING = {"PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.PpmImagePlugin"}


@pytest.mark.parametrize(
    "output, loaded",
    [
        ("webp", set() if Settings().resized_by == SIMD else BEFORE_WRITING),
        ("avif", {*BEFORE_WRITING, "PIL.AvifImagePlugin", "PIL._avif"}),
    ],
)
def test_the_first_image_loads_no_module_of_pillow_that_others_need(output: str, loaded: set[str]) -> None:
    """A cold function loads everything it needs at start, so that no request searches for plugins."""
    script = f"""
import sys
import renditions.imaging as imaging
from renditions.settings import Settings
imaging.prepare_watermark(Settings())  # as WatermarkImage does
before = set(sys.modules)
imaging.render(bytes.fromhex({encoded(PICTURE, "PNG").hex()!r}), "watermark", Settings(output_format="{output}"))
print(*(name for name in sorted(set(sys.modules) - before) if name.startswith("PIL.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_path()
    )
    assert set(done.stdout.split()) == loaded


def test_a_start_loads_nothing_that_is_off_by_default() -> None:
    script = "import sys, renditions.imaging; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=_path()
    )
    loaded = set(done.stdout.split())
    assert "renditions.imaging.pipeline" in loaded
    optional = {"PIL._avif", "pillow_heif", "renditions.imaging.formats.heif.walk"}
    optional |= {f"renditions.imaging.animations.{name}" for name in ("composing", "frame_writer")}
    optional |= {f"renditions.imaging.formats.{name}.frames" for name in ("gif", "png")}
    assert not loaded & optional


def _path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_process_keeps_pillows_own_settings() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    render(encoded(PICTURE, "PNG"), "thumbnail", Settings())
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
