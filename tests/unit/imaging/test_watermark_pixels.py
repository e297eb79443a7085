"""The pixels of the watermark."""

import numpy as np
import pytest

from renditions.errors import InvalidSettings
from renditions.imaging.watermark_logo import logo_mark
from renditions.imaging.watermark_pixels import text_mark
from tests.unit.imaging.pictures import array, encoded, flat, photograph, png_chunk


@pytest.mark.parametrize("text", ["© Renditions", "acne", "Ågjpq|", "© Реки и горы", "Ελληνικά", "…", "—"])
@pytest.mark.parametrize("height", [12, 40, 120])
def test_text_fits_the_height_and_the_width(text: str, height: int) -> None:
    mark = text_mark(text, height, 10_000, light=True)
    assert mark is not None
    # The soft shadow extends a little beyond letters and outline.
    assert mark.height <= height * 1.15 + 4
    room = max(30, mark.width // 2)
    narrow = text_mark(text, height, room, light=True)
    assert narrow is None or narrow.width <= room + 2


def test_a_capital_has_the_requested_height() -> None:
    mark = text_mark("H", 100, 10_000, light=True)
    assert mark is not None
    ink = array(mark)[..., 3] > 200
    assert 88 <= np.flatnonzero(ink.any(axis=1)).size <= 104


def test_low_letters_are_not_enlarged_to_the_height_of_capitals() -> None:
    low, tall = text_mark("ace", 100, 10_000, light=True), text_mark("Ace", 100, 10_000, light=True)
    assert low is not None
    assert tall is not None
    assert low.height < tall.height


@pytest.mark.parametrize("light, ink, outline", [(True, 255, 16), (False, 16, 255)])
def test_letters_have_a_contrasting_outline(light: bool, ink: int, outline: int) -> None:  # noqa: FBT001 - a case
    mark = text_mark("HHHH", 80, 10_000, light=light)
    assert mark is not None
    pixels = array(mark)
    opaque = pixels[pixels[..., 3] > 250][:, 0]
    assert np.median(opaque) == ink
    faint = pixels[(pixels[..., 3] > 60) & (pixels[..., 3] < 240)][:, 0]
    assert np.median(faint) == outline


def test_text_that_would_be_unreadable_is_not_written() -> None:
    assert text_mark("A very long line that nobody could read at this size", 40, 100, light=True) is None


def test_line_breaks_become_spaces() -> None:
    joined, broken = text_mark("one two", 40, 900, light=True), text_mark("one \n two", 40, 900, light=True)
    assert joined is not None
    assert broken is not None
    assert joined.size == broken.size


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_a_logo_keeps_its_shape_and_transparency(image_format: str) -> None:
    logo = flat((200, 30, 30, 0), (300, 100), "RGBA")
    logo.paste((200, 30, 30, 255), (150, 0, 300, 100))
    mark = logo_mark(encoded(logo, image_format, lossless=True), 50, 1000)
    assert (mark.size, mark.mode) == ((150, 50), "RGBA")
    assert mark.getchannel("A").getpixel((10, 25)) == 0
    assert mark.getpixel((140, 25)) == (200, 30, 30, 255)
    assert logo_mark(encoded(logo, image_format), 50, 60).size == (60, 20)


@pytest.mark.parametrize(
    "logo, words",
    [
        (b"", "neither a PNG nor a WebP"),
        (b"%PDF-1.7 logo", "neither a PNG nor a WebP"),
        (encoded(photograph(9, 9), "JPEG"), "neither a PNG nor a WebP"),
        (encoded(photograph(90, 90), "PNG")[:900], "damaged"),
        (encoded(photograph(90, 90), "WEBP")[:300], "damaged"),
    ],
    ids=["empty", "PDF", "JPEG", "cut PNG", "cut WebP"],
)
def test_a_bad_logo_is_a_setting_error(logo: bytes, words: str) -> None:
    with pytest.raises(InvalidSettings, match=f"WATERMARK_LOGO_KEY.*{words}"):
        logo_mark(logo, 50, 100)


def test_a_logo_of_absurd_size_is_rejected_by_its_header() -> None:
    header = png_chunk(b"IHDR", (20_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0")
    bomb = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    with pytest.raises(InvalidSettings, match=r"too large.*20,000 × 20,000"):
        logo_mark(bomb, 50, 100)
