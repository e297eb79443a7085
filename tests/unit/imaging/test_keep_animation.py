"""Which animations are kept, which show only their first frame, and which are damaged."""

from dataclasses import replace

import numpy as np
import pytest

from renditions.errors import CorruptImage, TooMuchMemory
from renditions.imaging import inspect, render
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging.animations import (
    PALETTE,
    PHOTOGRAPHS,
    SIZE,
    Part,
    animated,
    apng,
    flat_part,
    gif,
    rendered_animation,
    timeline,
)
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    decoded,
    encoded,
    flat,
    mean_error,
    png_chunk,
)


@pytest.mark.parametrize("output_format", ["jpeg", "png", "avif"])
def test_other_output_formats_show_the_first_frame_and_note_it(output_format: str) -> None:
    rendered = rendered_animation(animated(PHOTOGRAPHS, lossless=True), output_format=output_format)
    assert mean_error(decoded(rendered), PHOTOGRAPHS[0]) < 8
    assert rendered.note == (
        f"Only the first frame of the animation is shown: OUTPUT_FORMAT {output_format} cannot keep animations, "
        "webp and auto can."
    )


@pytest.mark.parametrize(
    "data",
    [
        encoded(PHOTOGRAPHS[0], "PNG"),
        encoded(PHOTOGRAPHS[0], "GIF"),
        animated(PHOTOGRAPHS, "TIFF"),
        encoded(PHOTOGRAPHS[0], "MPO", save_all=True, append_images=PHOTOGRAPHS[1:]),
        apng(SIZE, [flat_part(GREEN, SIZE)], default=flat_part(RED, SIZE).pixels),
    ],
    ids=["PNG", "GIF", "TIFF with pages", "JPEG of a phone", "APNG of one frame"],
)
@pytest.mark.parametrize("output_format", ["webp", "jpeg"])
def test_the_setting_does_not_change_still_images(data: bytes, output_format: str) -> None:
    still = render(data, LARGEST, Settings(output_format=output_format))
    moving = rendered_animation(data, LARGEST, output_format=output_format)
    if "first frame" not in moving.note:  # Pillow counts two frames of the APNG
        assert moving == still
    assert moving.data == still.data


def test_an_animation_is_kept_up_to_the_limit_and_noted_above_it() -> None:
    data = animated([one.resize((400, 300)) for one in PHOTOGRAPHS])
    limit = 5 * (400 * 300 + 200 * 150)
    assert len(timeline(rendered_animation(data, animation_max_pixels=limit).data)) == 5
    above = rendered_animation(data, animation_max_pixels=limit - 1)
    assert len(timeline(above.data)) == 1
    assert above.note == (
        "Only the first frame of the animation is shown: 5 frames, 400 × 300 pixels read and 200 × 150 written, "
        "are 750,000 pixels in total. ANIMATION_MAX_PIXELS allows 749,999."
    )


def test_of_an_animation_too_large_for_memory_the_first_frame_is_shown() -> None:
    data = animated([flat(colour, (1500, 1500)) for colour in (RED, GREEN, BLUE)])
    assert len(timeline(rendered_animation(data, max_memory=400).data)) == 3
    rendered = rendered_animation(data, max_memory=170)
    assert len(timeline(rendered.data)) == 1
    assert rendered.note.startswith(
        "Only the first frame of the animation is shown: all frames would need about 17"
    )
    with pytest.raises(TooMuchMemory):
        rendered_animation(data, max_memory=120)


def _zeroed(data: bytes, start: int, length: int = 60) -> bytes:
    return data[:start] + bytes(length) + data[start + length :]


SECOND = b"\0\0\0\0\xb4\0\x78\0"  # position and size of the frame
GIF = gif((180, 120), [replace(flat_part(PALETTE[n], (180, 120)), delay=4) for n in range(3)])
PNG = animated(PHOTOGRAPHS, "PNG")
WEBP = animated(PHOTOGRAPHS, lossless=True)
DAMAGED = {
    "GIF whose last frame ends too soon": GIF[: GIF.rindex(SECOND) + len(SECOND)] + b"\0\3\1\x98\0;",
    "GIF with a frame of no size": gif(SIZE, [flat_part(RED, SIZE), Part(np.zeros((0, 0, 4), np.uint8))]),
    "PNG with a damaged frame": _zeroed(PNG, PNG.rindex(b"fdAT") + 40),
    "PNG with a damaged duration": PNG[: PNG.rindex(b"fcTL") + 25]
    + b"\x77"
    + PNG[PNG.rindex(b"fcTL") + 26 :],
    "PNG with a frame too few": PNG[: PNG.rindex(b"fcTL") - 4] + png_chunk(b"IEND", b""),
    "PNG with frames out of order": apng(SIZE, [flat_part(RED, SIZE), flat_part(GREEN, SIZE)]).replace(
        png_chunk(b"fcTL", b"\0\0\0\1\0\0\0\x28\0\0\0\x1e\0\0\0\0\0\0\0\0\0\x0a\0\x64\0\1"),
        png_chunk(b"fcTL", b"\0\0\0\5\0\0\0\x28\0\0\0\x1e\0\0\0\0\0\0\0\0\0\x0a\0\x64\0\1"),
    ),
    "PNG with a frame outside": apng(SIZE, [flat_part(RED, SIZE), flat_part(GREEN, SIZE, (9, 9))]),
    "WebP with a damaged frame": _zeroed(WEBP, WEBP.rindex(b"VP8L") + 12, 4000),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_in_a_later_frame_is_found_where_the_frame_is_shown(name: str) -> None:
    assert render(DAMAGED[name], "thumbnail", Settings()).width > 0
    with pytest.raises(CorruptImage, match="damaged or incomplete"):
        rendered_animation(DAMAGED[name])


def test_a_gif_frame_far_larger_than_its_canvas_is_never_decoded() -> None:
    data = gif(SIZE, [flat_part(RED, SIZE), flat_part(GREEN, SIZE)])
    start = data.rindex(b"," + bytes(4)) + 5
    rendered = rendered_animation(data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :])
    assert len(timeline(rendered.data)) == 1
    assert "ANIMATION_MAX_PIXELS allows 80,000,000." in rendered.note


def test_thousands_of_tiny_frames_are_shown() -> None:
    parts = [replace(flat_part(PALETTE[n % 4], (1, 1)), delay=2) for n in range(3000)]
    assert timeline(rendered_animation(gif((1, 1), parts)).data)[-1][0] == 60_000


def test_inspecting_does_not_depend_on_the_setting() -> None:
    assert inspect(PNG, Settings(animation="keep")) == inspect(PNG, Settings())
