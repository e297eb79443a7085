"""PNGs by libspng: the same pixels as Pillow's, the same verdict on damaged files, and Pillow where it is missing."""

import importlib.util
import io
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from renditions.imaging.formats.png import libspng
from renditions.imaging.formats.png.decoder import WidePngFile
from tests.unit.imaging.colours_of_png import plain_png
from tests.unit.imaging.pictures import encoded, photograph, png_chunk

SIZE = (640, 480)
with_libspng = pytest.mark.skipif(
    importlib.util.find_spec("pyspng") is None, reason="pyspng is for Linux: Pillow decodes"
)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that gets, for each file, whether libspng has decoded it."""
    found, decoded = list[bool](), libspng.decoded

    def spy(data: bytes, mode: str, size: tuple[int, int]) -> object:
        pixels = decoded(data, mode, size)
        found.append(pixels is not None)
        return pixels

    monkeypatch.setattr(libspng, "decoded", spy)
    return found


@pytest.fixture
def without_libspng(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    libspng._library.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    yield
    libspng._library.cache_clear()


def loaded(opener: type[PngImageFile], data: bytes) -> Image.Image:
    image = opener(io.BytesIO(data))
    image.load()
    return image


def verdict(opener: type[PngImageFile], data: bytes) -> bytes | None:
    """Return the decoded pixels, None for a damaged file."""
    try:
        return loaded(opener, data).tobytes()
    except OSError:
        return None


def png(mode: str, **options: object) -> bytes:
    picture = photograph(*SIZE).convert("RGB")
    picture.putalpha(picture.convert("L").transpose(Image.Transpose.ROTATE_180))
    return encoded(picture.convert(mode), "PNG", **options)


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def with_pixels(data: bytes, stream: bytes) -> bytes:
    """Return the PNG with another compressed stream, whose checksum is right."""
    return data[:33] + chunk(b"IDAT", stream) + chunk(b"IEND", b"")


def stream_of(data: bytes) -> bytes:
    position, found = 8, b""
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] == b"IDAT":
            found += data[position + 8 : position + 8 + length]
        position += 12 + length
    return found


@with_libspng
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_pixels_are_those_of_pillow(mode: str, used: list[bool]) -> None:
    data = png(mode)
    image, expected = loaded(WidePngFile, data), loaded(PngImageFile, data)
    assert used == [True]
    assert (image.mode, image.tobytes()) == (expected.mode, expected.tobytes())
    assert image.resize((64, 48)).tobytes() == expected.resize((64, 48)).tobytes()


@with_libspng
def test_texts_after_the_pixels_are_read_and_a_transparent_colour_is_kept(used: list[bool]) -> None:
    data = png("RGB", transparency=(1, 2, 3))
    image = loaded(WidePngFile, data[:-12] + chunk(b"tEXt", b"Author\0A") + data[-12:])
    assert used == [True]
    assert image.info == {"transparency": (1, 2, 3), "Author": "A"}


@with_libspng
@pytest.mark.parametrize("damage", ["a byte", "the end", "a filter", "a checksum", "a chunk between"])
def test_pillow_decides_what_is_damaged(damage: str, used: list[bool]) -> None:
    data = png("RGB")
    stream = stream_of(data)
    rows = bytearray(zlib.decompress(stream))
    rows[0] = 9
    broken = {
        "a byte": with_pixels(data, stream[:5000] + bytes([stream[5000] ^ 4]) + stream[5001:]),
        "the end": with_pixels(data, stream[:-200]),
        "a filter": with_pixels(data, zlib.compress(bytes(rows))),
        "a checksum": data[:33]
        + chunk(b"IDAT", stream[:900])[:-4]
        + bytes(4)
        + chunk(b"IDAT", stream[900:])[:-4]
        + bytes(4)
        + chunk(b"IEND", b""),
        "a chunk between": data[:33]
        + chunk(b"IDAT", stream[:900])
        + chunk(b"tEXt", b"a\0b")
        + chunk(b"IDAT", stream[900:])
        + chunk(b"IEND", b""),
    }[damage]
    pixels = verdict(WidePngFile, broken)
    assert used == [False]
    assert pixels == verdict(PngImageFile, broken)
    assert (pixels is None) == (damage != "a checksum")


@pytest.mark.parametrize("mode", ["1", "P", "LA", "I;16"])
def test_what_libspng_would_expand_differently_is_left_to_pillow(mode: str, used: list[bool]) -> None:
    picture = photograph(*SIZE).convert("L")
    data = encoded(picture.convert("I").convert(mode) if mode == "I;16" else picture.convert(mode), "PNG")
    loaded(WidePngFile, data)
    assert used == []


def test_the_lower_bytes_of_grey_with_alpha_are_left_to_pillow() -> None:
    side = 512  # as large as what libspng decodes
    image = WidePngFile(io.BytesIO(plain_png(b"\x12\x34\xfe\xdc", bits=16, colour=4, side=side)))
    image.set_tables(([value >> 8 for value in range(65536)],))
    image.keep_file()
    assert image.lower().getpixel((side - 1, 0)) == (0x34, 0x34, 0x34, 0xDC)


def test_grey_of_16_bits_is_read_as_8_unless_the_lower_ones_count() -> None:
    pixel, key = b"\x12\xff", png_chunk(b"tRNS", b"\x12\xff")
    image = loaded(WidePngFile, plain_png(pixel, bits=16, colour=0))
    assert (image.mode, image.getpixel((3, 3))) == ("L", 0x12)
    image = loaded(WidePngFile, plain_png(pixel, bits=16, colour=0, before=key))
    assert (image.mode, image.getpixel((3, 3))) == ("I;16", 0x12FF)


@pytest.mark.usefixtures("without_libspng")
def test_pillow_decodes_where_the_library_is_missing() -> None:
    data = png("RGB")
    assert libspng.decoded(data, "RGB", SIZE) is None
    assert verdict(WidePngFile, data) == verdict(PngImageFile, data)


@with_libspng
def test_another_version_of_the_library_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    libspng._library.cache_clear()
    monkeypatch.setattr(libspng, "_VERSION", b"0.8.")
    assert libspng.decoded(png("RGB"), "RGB", SIZE) is None
    libspng._library.cache_clear()
