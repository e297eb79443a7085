"""The frame that stands for an animation, and what viewers see where no frame covers the canvas."""

import io
import struct
import zlib

import pytest
from PIL import Image

from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.unit.imaging.pictures import encoded, png_chunk, rendered_pixels

EMPTY, BLUE = Image.new("RGBA", (20, 20)), Image.new("RGBA", (20, 20), (0, 0, 255, 255))


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF"])
def test_the_first_frame_that_shows_something_stands_for_the_animation(name: str) -> None:
    options = {"lossless": True} if name == "WEBP" else {"disposal": 2} if name == "GIF" else {}
    data = encoded(
        EMPTY, name, save_all=True, append_images=[EMPTY.copy(), BLUE], duration=[50, 60, 70], **options
    )
    assert rendered_pixels(data, output_format="png").convert("RGBA").getpixel((10, 10)) == (0, 0, 255, 255)


def test_an_animation_of_nothing_stays_empty() -> None:
    data = encoded(EMPTY, "WEBP", save_all=True, append_images=[EMPTY.copy()], lossless=True)
    assert rendered_pixels(data, output_format="png").getchannel("A").getextrema() == (0, 0)


def apng_with_hidden_image() -> bytes:
    def rows(*colour: int) -> bytes:
        return zlib.compress((b"\0" + bytes(colour) * 20) * 20)

    def control(number: int) -> bytes:
        return png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 20, 20, 0, 0, 1, 10, 0, 0))

    chunks = (
        png_chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 20, 8, 2, 0, 0, 0)),
        png_chunk(b"acTL", struct.pack(">II", 2, 0)),
        png_chunk(b"IDAT", rows(255, 0, 0)),
        *(control(0), png_chunk(b"fdAT", struct.pack(">I", 1) + rows(0, 255, 0))),
        *(control(2), png_chunk(b"fdAT", struct.pack(">I", 3) + rows(0, 0, 255))),
        png_chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_hidden_default_image_is_no_frame_and_not_shown() -> None:
    data = apng_with_hidden_image()
    assert inspect(data, Settings()).frames == 2
    assert rendered_pixels(data, output_format="png").getpixel((10, 10)) == (0, 255, 0)


def test_a_hidden_default_image_is_shown_if_the_frames_are_damaged() -> None:
    data = bytearray(apng_with_hidden_image())
    data[data.index(b"fdAT") + 12] ^= 0xFF
    assert rendered_pixels(bytes(data), output_format="png").getpixel((10, 10)) == (255, 0, 0)


def test_an_animation_that_leaves_the_canvas_uncovered_says_that_it_is_transparent() -> None:
    strip = Image.new("RGBA", (64, 64))
    strip.paste((255, 0, 0, 255), (0, 0, 16, 64))
    second = strip.copy()
    second.paste((0, 255, 0, 255), (16, 0, 32, 64))
    data = encoded(strip, "GIF", save_all=True, append_images=[second], duration=50)
    rendered = render(data, "large", Settings(animation="keep"))
    assert rendered.data[20] & 0x10
    assert Image.open(io.BytesIO(rendered.data)).convert("RGBA").getpixel((60, 10))[3] == 0  # type: ignore[index] # four bands
