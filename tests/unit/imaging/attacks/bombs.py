"""Small files that would be costly if their headers were trusted, each with the codes that may reject it.

``accepted`` among the codes means that the file contains a valid image.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.unit.imaging.pictures import encoded, flat, photograph, png_chunk, raw_png

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Attack:
    """``make`` returns the bytes. ``codes`` are the possible outcomes."""

    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]


def jpeg(width: int = 160, height: int = 120, **options: object) -> bytes:
    return encoded(photograph(width, height), "JPEG", **options)


def resized_jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    """Return a small JPEG that declares another size."""
    data = jpeg(32, 32, progressive=progressive)
    frame = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def resized_png(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + png_chunk(b"IDAT", zlib.compress(bytes(30_000_000), 9))
        + png_chunk(b"IEND", b"")
    )


def resized_gif(width: int, height: int) -> bytes:
    data = encoded(photograph(16, 16).quantize(4), "GIF")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def wide_frame_gif() -> bytes:
    """Return a GIF of 16 × 16 pixels whose only frame is 65,535 × 65,535."""
    data = encoded(photograph(16, 16).quantize(4), "GIF")
    start = data.index(b"\x2c", 13 + 12)
    return data[: start + 5] + b"\xff" * 4 + data[start + 9 :]


def resized_bmp(width: int, height: int, header: int = 40) -> bytes:
    data = encoded(photograph(16, 16), "BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:] if header == 40 else data


def resized_webp(width: int, height: int) -> bytes:
    small = encoded(flat((1, 2, 3, 4), (8, 8), "RGBA"), "WEBP")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(small) + 10) + b"WEBP" + head + small[12:]


def tiff(*tags: tuple[int, int, int, int], order: str = "<", pages: int = 1, padding: int = 0) -> bytes:
    """Return a greyscale TIFF of 60 × 40 pixels, with ``tags`` (tag, type, count, value) replaced or added."""
    usual = {256: (4, 1, 60), 257: (4, 1, 40), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1)}
    usual |= {273: (4, 1, 4000), 277: (3, 1, 1), 278: (4, 1, 40), 279: (4, 1, 2400)}
    usual |= {tag: rest for tag, *rest in tags}  # type: ignore[misc]
    entries = b"".join(struct.pack(f"{order}HHII", tag, *usual[tag]) for tag in sorted(usual))
    page = struct.pack(f"{order}H", len(usual)) + entries
    chain = b"".join(
        page + struct.pack(f"{order}I", 0 if last else 8 + (n + 1) * (len(page) + 4))
        for n in range(pages)
        for last in [n == pages - 1]
    )
    start = struct.pack(f"{order}2sHI", b"II", 42, 8)
    return (start + chain).ljust(4000, b"\0") + bytes(2400 + padding)


def scans_jpeg(scans: int) -> bytes:
    """Return a progressive JPEG that repeats its last scan."""
    data = jpeg(64, 64, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def frames_gif(frames: int) -> bytes:
    start = encoded(photograph(1, 1).quantize(4), "GIF")[:-1]
    return start + b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0" * frames + b";"


def frames_webp(frames: int) -> bytes:
    """Return a WebP that repeats its last frame."""
    data = encoded(photograph(16, 16), "WEBP", save_all=True, append_images=[photograph(16, 16, 2)])
    last = data[data.rindex(b"ANMF") :]
    body = data[12:] + last * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def declared_frames_png(frames: int) -> bytes:
    rows = [b"\0" * 30] * 10
    return raw_png((10, 10), 8, 2, rows, png_chunk(b"acTL", struct.pack(">II", frames, 0)))


def png_with(*chunks: bytes) -> bytes:
    """Return a small valid PNG with ``chunks`` before its pixels."""
    return raw_png((60, 40), 8, 2, [b"\x40" * 180] * 40, *chunks)


def packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def exif_loop() -> bytes:
    """Return a JPEG with EXIF whose directories refer to each other."""
    entries = b"".join(struct.pack("<HHII", 0x8769 + n % 3, 4, 1, 8) for n in range(5000))
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entries + struct.pack("<I", 8)
    return jpeg(60, 40, exif=b"Exif\0\0" + body)


def rle_bmp(size: int) -> bytes:
    """Return a run-length encoded BMP of ``size`` bytes in runs of one pixel, the slowest ones."""
    width, height = 4000, max(1, size // 8002)
    row = b"\1\x55" * width + b"\0\0"
    palette = bytes(1024)
    head = struct.pack("<IiiHHIIiiII", 40, width, height + 1, 1, 8, 1, 0, 0, 0, 256, 0)
    body = head + palette[:1000] + b"\1\2\3\0" * 6 + row * height
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 40 + 1024) + body


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 90).convert(mode)


PIXELS = ("TooManyPixels",)
BROKEN = ("CorruptImage",)
METADATA = ("MetadataTooLarge",)
BOMBS = [
    Attack("JPEG of 16,000 × 16,000", lambda: resized_jpeg(16_000, 16_000), PIXELS),
    Attack("progressive JPEG of 16,000²", lambda: resized_jpeg(16_000, 16_000, progressive=True), PIXELS),
    Attack("JPEG of 65,000 × 10", lambda: resized_jpeg(65_000, 10), ("SideTooLong",)),
    Attack("JPEG that declares 9,000² and holds 32²", lambda: resized_jpeg(9_000, 9_000), BROKEN),
    Attack("JPEG with two frame headers", lambda: _two_frame_headers(), BROKEN),  # noqa: PLW0108 - defined below
    Attack("JPEG of 20,000 scans", lambda: scans_jpeg(20_000), ("TooManyScans",)),
    Attack("JPEG of 101 scans and more", lambda: scans_jpeg(101), ("TooManyScans",)),
    Attack("JPEG with looping EXIF", exif_loop, (ACCEPTED,)),
    Attack("JPEG without an end", lambda: jpeg() + b"", (ACCEPTED,)),
    Attack("PNG of 16,000²", lambda: resized_png(16_000, 16_000), PIXELS),
    Attack("PNG of 2,147,483,647²", lambda: resized_png(2**31 - 1, 2**31 - 1), ("SideTooLong",)),
    Attack("PNG with 30 MB of pixels for 8 × 8", lambda: resized_png(8, 8), (ACCEPTED, "CorruptImage")),
    Attack("PNG of 7,000² without pixels", lambda: resized_png(7_000, 7_000), BROKEN),
    Attack("PNG of 4 billion frames", lambda: declared_frames_png(2**31), ("TooManyFrames",)),
    Attack(
        "PNG with a 500 MB profile",
        lambda: png_with(png_chunk(b"iCCP", b"p\0\0" + packed(500_000_000))),
        METADATA,
    ),
    Attack(
        "PNG with a 500 MB text",
        lambda: png_with(png_chunk(b"zTXt", b"t\0\0" + packed(500_000_000))),
        METADATA,
    ),
    Attack(
        "PNG with 500 MB of international text",
        lambda: png_with(png_chunk(b"iTXt", b"t\0\1\0\0\0" + packed(500_000_000))),
        METADATA,
    ),
    Attack(
        "PNG with 1,000 texts of 1 MB",
        lambda: png_with(*[png_chunk(b"zTXt", b"t\0\0" + packed(1_000_000))] * 1_000),
        METADATA,
    ),
    Attack(
        "PNG with two million empty chunks",
        lambda: png_with(*[png_chunk(b"IDAT", b"")] * 2_000_000),
        METADATA,
    ),
    Attack(
        "PNG with a 2 MB text",
        lambda: png_with(png_chunk(b"zTXt", b"t\0\0" + packed(2_000_000))),
        (ACCEPTED,),
    ),
    Attack(
        "PNG with a text that Pillow takes for transparency",
        lambda: png_with(png_chunk(b"tEXt", b"transparency\0yes"), png_chunk(b"tEXt", b"icc_profile\0no")),
        (ACCEPTED,),
    ),
    Attack("GIF of 60,000 × 60,000", lambda: resized_gif(60_000, 60_000), ("SideTooLong",)),
    Attack("GIF of 16,000²", lambda: resized_gif(16_000, 16_000), PIXELS),
    Attack("GIF with a frame of 65,535²", wide_frame_gif, ("SideTooLong", "CorruptImage")),
    Attack("GIF of 10,000 frames", lambda: frames_gif(10_000), ("TooManyFrames",)),
    Attack("WebP of 16,000²", lambda: resized_webp(16_000, 16_000), PIXELS),
    Attack("WebP of 16,777,216 × 256", lambda: resized_webp(16_777_216, 256), ("SideTooLong",)),
    Attack("WebP of 10,000 frames", lambda: frames_webp(10_000), ("TooManyFrames",)),
    Attack("BMP of 16,000²", lambda: resized_bmp(16_000, 16_000), PIXELS),
    Attack("BMP of -16,000²", lambda: resized_bmp(16_000, -16_000), PIXELS),
    Attack("BMP of 7,000² without pixels", lambda: resized_bmp(7_000, 7_000), BROKEN),
    Attack("run-length coded BMP of 40 MB", lambda: rle_bmp(40_000_000), ("FileTooLarge",)),
    Attack("run-length coded BMP cut at the limit", lambda: rle_bmp(4_190_000), BROKEN),
    Attack("TIFF of 16,000²", lambda: tiff((256, 4, 1, 16_000), (257, 4, 1, 16_000)), PIXELS),
    Attack("TIFF of 7,000² without pixels", lambda: tiff((256, 4, 1, 7_000), (257, 4, 1, 7_000)), BROKEN),
    Attack("TIFF with a tile of 60,000²", lambda: tiff((322, 4, 1, 60_000), (323, 4, 1, 60_000)), BROKEN),
    Attack("TIFF with 65,535 samples", lambda: tiff((277, 3, 1, 65_535)), ("UnsupportedFormat",)),
    Attack("TIFF with a strip after its end", lambda: tiff((273, 4, 1, 4_000_000_000)), BROKEN),
    Attack(
        "TIFF with eight million numbers",
        lambda: tiff((65_000, 4, 8_000_000, 300), padding=32_000_000),
        BROKEN,
    ),
    Attack("TIFF of 10,000 pages", lambda: tiff(pages=10_000), ("TooManyFrames",)),
    Attack(
        "TIFF with a 40 MB profile", lambda: tiff((34675, 7, 40_000_000, 6400), padding=40_000_000), METADATA
    ),
    Attack("TIFF packed with LZMA", lambda: tiff((259, 3, 1, 34925)), ("UnsupportedFormat",)),
    Attack("TIFF packed as old JPEG", lambda: tiff((259, 3, 1, 6)), ("UnsupportedFormat",)),
]


def _two_frame_headers() -> bytes:
    data = jpeg()
    start = data.index(b"\xff\xc0")
    return data[:start] + data[start : start + 19] + data[start:]
