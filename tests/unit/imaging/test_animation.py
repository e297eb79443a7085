"""Animations that are kept: what is shown, for how long and how often."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from renditions.contracts import Rendered
from renditions.imaging import render
from renditions.imaging.formats.heif.avif_decoder import CroppedAvifFile
from renditions.settings import Settings
from tests.renditions import LARGEST, PREVIEWED, largest, size_of
from tests.unit.imaging.animations import (
    CLEAR,
    KEEP,
    PALETTE,
    PHOTOGRAPHS,
    RESTORE,
    SIZE,
    TIMES,
    Part,
    animated,
    apng,
    durations,
    flat_part,
    gif,
    plays,
    rendered_animation,
    shown,
    some_parts,
    timeline,
)
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    array,
    assert_colour,
    decoded,
    encoded,
    flat,
    mean_error,
    quadrants,
    rendered_pixels,
    with_orientation,
)
from tests.unit.imaging.profiles import rgb_profile


def assert_shows(rendered: Rendered, parts: list[Part], size: tuple[int, int], unit: int = 10) -> None:
    """Assert that the rendition shows the same as the reference at the end of each frame."""
    frames, end = timeline(rendered.data), 0
    for part, expected in zip(parts, shown(parts, size), strict=True):
        end += part.delay * unit
        if part.delay == 0:  # no duration: not visible
            continue
        found = array(next(image for until, image in frames if until >= end))
        alpha = expected[..., 3:]
        assert np.abs(found[..., 3:] - alpha).max() <= 1
        assert (np.abs(found[..., :3] - expected[..., :3]) * alpha / 255).max() <= 3
    assert frames[-1][0] == end


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_by_default_a_rendition_shows_the_first_frame(image_format: str) -> None:
    rendered = render(animated(PHOTOGRAPHS, image_format), "thumbnail", Settings())
    assert getattr(Image.open(io.BytesIO(rendered.data)), "n_frames", 1) == 1
    assert rendered.note == "Only one of 5 frames is shown. To show all, set ANIMATION to keep."


@pytest.mark.parametrize("rendition", [PREVIEWED, LARGEST, "watermark"])
@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_every_frame_is_shown_for_its_time_in_every_rendition(image_format: str, rendition: str) -> None:
    frames = [one.resize((360, 240)) for one in PHOTOGRAPHS]
    rendered = rendered_animation(
        animated(frames, image_format, duration=TIMES, loop=3), rendition, **largest(250)
    )
    expected = (rendered.width, rendered.height)
    assert expected == size_of(rendition, 360, 240, Settings(**largest(250)))
    assert (rendered.content_type, rendered.extension, rendered.note) == ("image/webp", "webp", "")
    assert durations(rendered.data) == TIMES
    for (_, found), original in zip(timeline(rendered.data), frames, strict=True):
        assert mean_error(found, original.resize(expected)) < 14


@pytest.mark.parametrize(
    "data, times",
    [
        (gif(SIZE, [flat_part(PALETTE[n], SIZE) for n in range(3)], loop), expected)
        for loop, expected in ((None, 1), (0, 0), (1, 2), (5, 6), (65_535, 65_535))
    ]
    + [
        (apng(SIZE, [flat_part(PALETTE[n], SIZE) for n in range(3)], often), expected)
        for often, expected in ((0, 0), (1, 1), (7, 7), (100_000, 65_535))
    ]
    + [(animated(PHOTOGRAPHS, loop=often), often) for often in (0, 1, 9)],
)
def test_the_animation_is_played_as_often_as_the_original(data: bytes, times: int) -> None:
    """A GIF states how often it is repeated, the others how often they are played. 0 means endlessly."""
    assert plays(rendered_animation(data, output_format="auto").data) == times


def test_fractions_of_milliseconds_do_not_add_up() -> None:
    parts = [replace(flat_part(PALETTE[n % 4], SIZE), delay=1) for n in range(60)]
    times = durations(rendered_animation(apng(SIZE, parts, per_second=60)).data)
    assert sum(times) == 1000
    assert set(times) == {16, 17}


@pytest.mark.parametrize("delay, per_second", [(65_535, 1), (65_535, 0), (655, 1)])
def test_durations_of_hours_are_limited_to_what_a_webp_can_hold(delay: int, per_second: int) -> None:
    parts = [replace(flat_part(PALETTE[n % 4], (9, 9)), delay=delay) for n in range(300)]
    each = min(delay * 1000 // (per_second or 100), 0x7FFFFFFF // 300)
    assert set(durations(rendered_animation(apng((9, 9), parts, per_second=per_second)).data)) == {each}


@pytest.mark.parametrize("seed", range(12))
def test_frames_of_a_gif_are_composed_as_in_browsers(seed: int) -> None:
    parts = [replace(part, blended=True) for part in some_parts(seed, SIZE, (0, 255, 255), whole_first=False)]
    assert_shows(rendered_animation(gif(SIZE, parts), output_format="auto"), parts, SIZE)


@pytest.mark.parametrize("seed", range(12))
def test_frames_of_an_animated_png_are_composed_as_in_browsers(seed: int) -> None:
    parts = some_parts(seed, SIZE, (0, 90, 180, 255), whole_first=True)
    assert_shows(rendered_animation(apng(SIZE, parts), output_format="auto"), parts, SIZE)


def test_frames_of_a_webp_keep_their_transparency() -> None:
    parts = [replace(part, delay=50) for part in some_parts(3, SIZE, (0, 120, 255), whole_first=True)]
    frames = [Image.fromarray(pixels) for pixels in shown(parts, SIZE)]
    whole = [Part(np.asarray(frame), delay=50, blended=False) for frame in frames]
    assert_shows(
        rendered_animation(animated(frames, lossless=True, duration=500), output_format="auto"), whole, SIZE
    )


def test_an_animated_avif_is_kept() -> None:
    frames = [quadrants(120, 90), flat(GREEN, (120, 90)), quadrants(120, 90).rotate(180)]
    data = animated(frames, "AVIF", duration=[100, 30, 250], quality=90, speed=9)
    rendered = rendered_animation(data, avif_input="on")
    assert (durations(rendered.data), plays(rendered.data)) == ([100, 30, 250], 0)
    for (_, found), frame in zip(timeline(rendered.data), frames, strict=True):
        assert mean_error(found, frame) < 6


def test_every_frame_of_a_cropped_avif_is_cropped() -> None:
    frames = [quadrants(120, 90), quadrants(120, 90).rotate(180)]
    opened = CroppedAvifFile(io.BytesIO(animated(frames, "AVIF", quality=90, speed=9)))
    opened.visible = box = (10, 20, 80, 60)
    for number in (0, 1, 0):
        opened.seek(number)
        opened.load()
        assert mean_error(opened.copy(), frames[number].crop(box)) < 6


def test_a_default_image_that_is_no_frame_is_not_shown() -> None:
    parts = [flat_part(GREEN, SIZE), flat_part(BLUE, (10, 10), (5, 5))]
    default = flat_part(RED, SIZE).pixels
    rendered = rendered_animation(apng(SIZE, parts, default=default), output_format="auto")
    assert_shows(rendered, parts, SIZE)
    assert rendered.dominant_colour == "#1ec81e"


@pytest.mark.parametrize("mode, depth", [("I;16", 16), ("L", 8), ("P", 8), ("1", 1), ("LA", 8)])
def test_png_frames_of_every_mode_are_shown(mode: str, depth: int) -> None:
    black, white = (Image.new("L", SIZE, value).convert("1") for value in (0, 255))
    if depth == 16:
        frames = [Image.new(mode, SIZE, value) for value in (0, 65_535)]
    else:
        frames = [frame.convert(mode) for frame in (black, white)]
    (_, first), (_, second) = timeline(rendered_animation(animated(frames, "PNG")).data)
    assert_colour(first, (20, 15), (0, 0, 0))
    assert_colour(second, (20, 15), (255, 255, 255))


def test_pixels_outside_the_canvas_of_a_gif_are_cut_off() -> None:
    parts = [flat_part(RED, SIZE), flat_part(GREEN, (30, 30), (20, 10)), flat_part(BLUE, (5, 5), (60, 60))]
    assert_shows(rendered_animation(gif(SIZE, parts), output_format="auto"), parts, SIZE)


def test_every_frame_is_oriented_and_its_colour_managed() -> None:
    frames = [quadrants(60, 40), flat(GREEN, (60, 40)), quadrants(60, 40)]
    plain = animated(frames, lossless=True, exif=with_orientation(6))
    (_, first), _, (_, third) = timeline(rendered_animation(plain).data)
    upright = quadrants(60, 40).transpose(Image.Transpose.ROTATE_270)
    assert mean_error(first, upright) < 8
    assert mean_error(third, upright) < 8
    managed = rendered_animation(animated(frames, lossless=True, icc_profile=rgb_profile()))
    still = decoded(
        render(encoded(flat(GREEN, (60, 40)), "PNG", icc_profile=rgb_profile()), "thumbnail", Settings())
    )
    assert mean_error(timeline(managed.data)[1][1], still) < 3
    assert mean_error(still, flat(GREEN, (60, 40))) > 5


def test_a_broken_profile_is_noted_once() -> None:
    note = rendered_animation(animated(PHOTOGRAPHS, icc_profile=b"broken profile")).note
    assert note == "The colour profile in the file could not be used and was ignored."


def test_all_frames_are_cropped_where_the_first_one_is() -> None:
    """The subject moves. A crop that followed it would jump."""
    frames = []
    for left in (10, 300, 560):
        frame = flat((120, 120, 120), (600, 200))
        frame.paste((255, 40, 0), (left, 60, left + 30, 140))
        frame.paste((0, 0, 0), (100, 0, 110, 200))
        frames.append(frame)
    rendered = rendered_animation(animated(frames), thumbnail_fit="cover", cover_gravity="attention")
    assert (rendered.width, rendered.height) == (200, 200)
    places = [int(np.argmin(array(image.convert("L"))[10])) for _, image in timeline(rendered.data)]
    assert 90 <= places[0] <= 112
    assert max(places) - min(places) <= 2


def test_the_first_frame_decides_the_ink_of_the_mark() -> None:
    frames = [
        flat((250, 250, 250), (300, 200)),
        flat((20, 20, 20), (300, 200)),
        flat((140, 90, 60), (300, 200)),
    ]
    data = animated(frames, lossless=True)
    settings = {"watermark_scale": 30, "watermark_opacity": 100}
    marked = [image for _, image in timeline(rendered_animation(data, "watermark", **settings).data)]
    light = rendered_pixels(encoded(frames[1], "PNG"), "watermark", **settings)
    for image, frame in zip(marked, frames, strict=True):
        assert mean_error(image.crop((0, 100, 300, 200)), frame.crop((0, 100, 300, 200))) > 2
        assert mean_error(image.crop((0, 0, 300, 100)), frame.crop((0, 0, 300, 100))) < 2
    assert array(marked[1].convert("L")).mean() < array(light.convert("L")).mean() - 4


def test_a_missing_mark_is_noted_once() -> None:
    small = rendered_animation(animated(PHOTOGRAPHS), "watermark", watermark_min_side=500).note
    assert small == "No watermark: the short side of 120 pixels is below the minimum of 500."
    long = rendered_animation(animated(PHOTOGRAPHS), "watermark", watermark_text="x" * 100).note
    assert long == "No watermark: the text is too long to be readable on this image."


def test_the_examples_use_all_disposals() -> None:
    """Otherwise the comparison with the reference would prove little."""
    used = {
        part.disposal for seed in range(12) for part in some_parts(seed, SIZE, (0, 255), whole_first=False)
    }
    assert used == {KEEP, CLEAR, RESTORE}


def test_the_preview_shows_the_first_frame() -> None:
    data = animated([flat(RED, (180, 120)), *PHOTOGRAPHS], lossless=True)
    still, moving = render(data, "thumbnail", Settings()), rendered_animation(data)
    assert (moving.dominant_colour, moving.placeholder) == (still.dominant_colour, still.placeholder)
