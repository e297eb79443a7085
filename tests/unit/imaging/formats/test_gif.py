"""GIFs whose first frame does not cover the canvas."""

import struct

import pytest

from renditions.imaging import inspect
from renditions.settings import Settings
from tests.unit.imaging.pictures import BLUE, GREEN, RED, YELLOW, assert_colour, rendered_pixels

PALETTE = bytes(value for colour in (RED, GREEN, BLUE, YELLOW) for value in colour)
# Clear, one index 3, end: codes of three bits, the lowest first.
ONE_PIXEL = bytes((0b01_011_100, 0b1))


def gif(*, canvas: int, left: int, background: int = 0) -> bytes:
    """Return a canvas, one pixel high, with a yellow pixel in the column ``left`` and nothing else."""
    head = b"GIF89a" + struct.pack("<HHBBB", canvas, 1, 0xF1, background, 0) + PALETTE
    frame = (
        b","
        + struct.pack("<HHHHB", left, 0, 1, 1, 0)
        + b"\x02"
        + bytes((len(ONE_PIXEL),))
        + ONE_PIXEL
        + b"\0"
    )
    return head + frame + b";"


@pytest.mark.parametrize("background", [0, 2])
def test_pixels_that_no_frame_covers_are_transparent_as_in_browsers(background: int) -> None:
    data = gif(canvas=3, left=1, background=background)
    facts = inspect(data, Settings())
    assert (facts.width, facts.height, facts.has_alpha) == (3, 1, True)
    result = rendered_pixels(data)
    assert [result.getchannel("A").getpixel((x, 0)) for x in range(3)] == [0, 255, 0]
    assert_colour(result, (1, 0), YELLOW, within=0)


def test_a_frame_that_covers_the_canvas_is_opaque() -> None:
    data = gif(canvas=1, left=0)
    assert not inspect(data, Settings()).has_alpha
    assert_colour(rendered_pixels(data), (0, 0), YELLOW, within=0)
