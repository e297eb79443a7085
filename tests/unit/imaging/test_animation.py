"""Animations that are kept: what is shown, for how long, how often, and when only the first frame is."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renditions.contracts import Rendered
from renditions.errors import CorruptImage, TooMuchMemory
from renditions.imaging import inspect, render
from renditions.imaging.formats.heif.avif_decoder import CroppedAvifFile
from renditions.settings import Settings
from tests.unit.imaging.animations import (
    CLEAR,
    KEEP,
    PALETTE,
    RESTORE,
    Part,
    apng,
    durations,
    flat_part,
    gif,
    plays,
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
    photograph,
    png_chunk,
    quadrants,
    rendered_pixels,
    with_orientation,
)
from tests.unit.imaging.profiles import rgb_profile

SIZE = (40, 30)
TIMES = [100, 0, 10, 250, 70]
PHOTOGRAPHS = [photograph(180, 120, seed) for seed in range(5)]


def kept(data: bytes, rendition: str = "thumbnail", **settings: Any) -> Rendered:
    return render(data, rendition, Settings(**{"animation": "keep", **settings}))


def animated(frames: list[Image.Image], image_format: str = "WEBP", **options: Any) -> bytes:
    return encoded(
        frames[0], image_format, save_all=True, append_images=frames[1:], **{"duration": 40, **options}
    )


def assert_shows(rendered: Rendered, parts: list[Part], size: tuple[int, int], unit: int = 10) -> None:
    """At the end of each frame's time the rendition shows what the reference does."""
    frames, end = timeline(rendered.data), 0
    for part, expected in zip(parts, shown(parts, size), strict=True):
        end += part.delay * unit
        if part.delay == 0:  # no time: not seen
            continue
        found = array(next(image for until, image in frames if until >= end))
        alpha = expected[..., 3:]
        assert np.abs(found[..., 3:] - alpha).max() <= 1
        assert (np.abs(found[..., :3] - expected[..., :3]) * alpha / 255).max() <= 3
    assert frames[-1][0] == end


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_by_default_a_rendition_is_a_picture_of_the_first_frame(image_format: str) -> None:
    rendered = render(animated(PHOTOGRAPHS, image_format), "thumbnail", Settings())
    assert getattr(Image.open(io.BytesIO(rendered.data)), "n_frames", 1) == 1
    assert rendered.note == ""


@pytest.mark.parametrize("rendition", ["thumbnail", "medium", "large", "watermark"])
@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_every_frame_is_shown_for_its_time_in_every_rendition(image_format: str, rendition: str) -> None:
    frames = [one.resize((360, 240)) for one in PHOTOGRAPHS]
    rendered = kept(animated(frames, image_format, duration=TIMES, loop=3), rendition, medium_size=250)
    expected = (rendered.width, rendered.height)
    assert expected == {"thumbnail": (200, 133), "medium": (250, 167)}.get(rendition, (360, 240))
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
def test_it_is_played_as_often_as_the_original(data: bytes, times: int) -> None:
    """A GIF says how often it is repeated, the others how often they are played; 0 is for ever."""
    assert plays(kept(data, output_format="auto").data) == times


def test_fractions_of_milliseconds_do_not_add_up() -> None:
    parts = [replace(flat_part(PALETTE[n % 4], SIZE), delay=1) for n in range(60)]
    times = durations(kept(apng(SIZE, parts, per_second=60)).data)
    assert sum(times) == 1000
    assert set(times) == {16, 17}


@pytest.mark.parametrize("delay, per_second", [(65_535, 1), (65_535, 0), (655, 1)])
def test_durations_of_hours_end_at_what_a_webp_can_hold(delay: int, per_second: int) -> None:
    parts = [replace(flat_part(PALETTE[n % 4], (9, 9)), delay=delay) for n in range(300)]
    each = min(delay * 1000 // (per_second or 100), 0x7FFFFFFF // 300)
    assert set(durations(kept(apng((9, 9), parts, per_second=per_second)).data)) == {each}


@pytest.mark.parametrize("seed", range(12))
def test_parts_of_a_gif_are_laid_over_each_other_as_browsers_do(seed: int) -> None:
    parts = [replace(part, blended=True) for part in some_parts(seed, SIZE, (0, 255, 255), whole_first=False)]
    assert_shows(kept(gif(SIZE, parts), output_format="auto"), parts, SIZE)


@pytest.mark.parametrize("seed", range(12))
def test_parts_of_an_animated_png_are_laid_over_each_other_as_browsers_do(seed: int) -> None:
    parts = some_parts(seed, SIZE, (0, 90, 180, 255), whole_first=True)
    assert_shows(kept(apng(SIZE, parts), output_format="auto"), parts, SIZE)


def test_frames_of_a_webp_keep_their_transparency() -> None:
    parts = [replace(part, delay=50) for part in some_parts(3, SIZE, (0, 120, 255), whole_first=True)]
    frames = [Image.fromarray(pixels) for pixels in shown(parts, SIZE)]
    whole = [Part(np.asarray(frame), delay=50, blended=False) for frame in frames]
    assert_shows(kept(animated(frames, lossless=True, duration=500), output_format="auto"), whole, SIZE)


def test_an_animated_avif_is_kept() -> None:
    frames = [quadrants(120, 90), flat(GREEN, (120, 90)), quadrants(120, 90).rotate(180)]
    data = animated(frames, "AVIF", duration=[100, 30, 250], quality=90, speed=9)
    rendered = kept(data, avif_input="on")
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
    rendered = kept(apng(SIZE, parts, default=default), output_format="auto")
    assert_shows(rendered, parts, SIZE)
    assert rendered.dominant_colour == "#1ec81e"


@pytest.mark.parametrize("mode, depth", [("I;16", 16), ("L", 8), ("P", 8), ("1", 1), ("LA", 8)])
def test_png_frames_of_every_kind_become_what_they_show(mode: str, depth: int) -> None:
    black, white = (Image.new("L", SIZE, value).convert("1") for value in (0, 255))
    if depth == 16:
        frames = [Image.new(mode, SIZE, value) for value in (0, 65_535)]
    else:
        frames = [frame.convert(mode) for frame in (black, white)]
    (_, first), (_, second) = timeline(kept(animated(frames, "PNG")).data)
    assert_colour(first, (20, 15), (0, 0, 0))
    assert_colour(second, (20, 15), (255, 255, 255))


def test_what_lies_outside_of_a_gifs_canvas_is_cut_off() -> None:
    parts = [flat_part(RED, SIZE), flat_part(GREEN, (30, 30), (20, 10)), flat_part(BLUE, (5, 5), (60, 60))]
    assert_shows(kept(gif(SIZE, parts), output_format="auto"), parts, SIZE)


def test_colours_are_managed_and_pictures_turned_in_every_frame() -> None:
    frames = [quadrants(60, 40), flat(GREEN, (60, 40)), quadrants(60, 40)]
    plain = animated(frames, lossless=True, exif=with_orientation(6))
    (_, first), _, (_, third) = timeline(kept(plain).data)
    upright = quadrants(60, 40).transpose(Image.Transpose.ROTATE_270)
    assert mean_error(first, upright) < 8
    assert mean_error(third, upright) < 8
    managed = kept(animated(frames, lossless=True, icc_profile=rgb_profile()))
    still = decoded(
        render(encoded(flat(GREEN, (60, 40)), "PNG", icc_profile=rgb_profile()), "thumbnail", Settings())
    )
    assert mean_error(timeline(managed.data)[1][1], still) < 3
    assert mean_error(still, flat(GREEN, (60, 40))) > 5


def test_a_broken_profile_is_told_once() -> None:
    note = kept(animated(PHOTOGRAPHS, icc_profile=b"broken profile")).note
    assert note == "The colour profile in the file could not be used and was ignored."


def test_all_frames_are_cropped_at_the_place_that_the_first_one_chose() -> None:
    """What people look at moves; the crop that follows it would jump."""
    frames = []
    for left in (10, 300, 560):
        frame = flat((120, 120, 120), (600, 200))
        frame.paste((255, 40, 0), (left, 60, left + 30, 140))
        frame.paste((0, 0, 0), (100, 0, 110, 200))
        frames.append(frame)
    rendered = kept(animated(frames), thumbnail_fit="cover", cover_gravity="attention")
    assert (rendered.width, rendered.height) == (200, 200)
    places = [int(np.argmin(array(image.convert("L"))[10])) for _, image in timeline(rendered.data)]
    assert 90 <= places[0] <= 112
    assert max(places) - min(places) <= 2


def test_the_ink_of_the_mark_is_that_of_the_first_frame() -> None:
    frames = [
        flat((250, 250, 250), (300, 200)),
        flat((20, 20, 20), (300, 200)),
        flat((140, 90, 60), (300, 200)),
    ]
    data = animated(frames, lossless=True)
    settings = {"watermark_scale": 30, "watermark_opacity": 100}
    marked = [image for _, image in timeline(kept(data, "watermark", **settings).data)]
    light = rendered_pixels(encoded(frames[1], "PNG"), "watermark", **settings)
    for image, frame in zip(marked, frames, strict=True):
        assert mean_error(image.crop((0, 100, 300, 200)), frame.crop((0, 100, 300, 200))) > 2
        assert mean_error(image.crop((0, 0, 300, 100)), frame.crop((0, 0, 300, 100))) < 2
    assert array(marked[1].convert("L")).mean() < array(light.convert("L")).mean() - 4


def test_why_there_is_no_mark_is_told_once() -> None:
    small = kept(animated(PHOTOGRAPHS), "watermark", watermark_min_side=500).note
    assert small == "No watermark: the short side of 120 pixels is below the minimum of 500."
    long = kept(animated(PHOTOGRAPHS), "watermark", watermark_text="x" * 100).note
    assert long == "No watermark: its text is too long to be readable on this picture."


@pytest.mark.parametrize("output_format", ["jpeg", "png", "avif"])
def test_other_output_formats_show_the_first_frame_and_say_so(output_format: str) -> None:
    rendered = kept(animated(PHOTOGRAPHS, lossless=True), output_format=output_format)
    assert mean_error(decoded(rendered), PHOTOGRAPHS[0]) < 8
    assert rendered.note == (
        f"Only the first frame of the animation is shown: OUTPUT_FORMAT {output_format} keeps none, webp and auto do."
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
def test_what_does_not_move_is_what_it_is_without_the_setting(data: bytes, output_format: str) -> None:
    still = render(data, "medium", Settings(output_format=output_format))
    moving = kept(data, "medium", output_format=output_format)
    if "first frame" not in moving.note:  # of the APNG, Pillow counts two
        assert moving == still
    assert moving.data == still.data


def test_an_animation_up_to_the_limit_is_kept_and_one_above_it_says_why_not() -> None:
    data = animated([one.resize((400, 300)) for one in PHOTOGRAPHS])
    limit = 5 * (400 * 300 + 200 * 150)
    assert len(timeline(kept(data, animation_max_pixels=limit).data)) == 5
    above = kept(data, animation_max_pixels=limit - 1)
    assert len(timeline(above.data)) == 1
    assert above.note == (
        "Only the first frame of the animation is shown: 5 frames of 400 × 300 pixels in, 200 × 150 out are 750,000, "
        "more than the 749,999 of ANIMATION_MAX_PIXELS."
    )


def test_an_animation_that_would_not_fit_into_memory_becomes_its_first_frame() -> None:
    data = animated([flat(colour, (1500, 1500)) for colour in (RED, GREEN, BLUE)])
    assert len(timeline(kept(data, max_memory=400).data)) == 3
    rendered = kept(data, max_memory=170)
    assert len(timeline(rendered.data)) == 1
    assert rendered.note.startswith("Only the first frame of the animation is shown: all would need about 17")
    with pytest.raises(TooMuchMemory):
        kept(data, max_memory=120)


def _zeroed(data: bytes, start: int, length: int = 60) -> bytes:
    return data[:start] + bytes(length) + data[start + length :]


SECOND = b"\0\0\0\0\xb4\0\x78\0"  # where and how large the frame is
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
def test_damage_in_a_later_frame_is_found_where_it_would_be_shown(name: str) -> None:
    assert render(DAMAGED[name], "thumbnail", Settings()).width > 0
    with pytest.raises(CorruptImage, match="damaged or cut off"):
        kept(DAMAGED[name])


def test_a_gif_frame_far_larger_than_its_canvas_is_never_decoded() -> None:
    data = gif(SIZE, [flat_part(RED, SIZE), flat_part(GREEN, SIZE)])
    start = data.rindex(b"," + bytes(4)) + 5
    rendered = kept(data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :])
    assert len(timeline(rendered.data)) == 1
    assert "more than the 80,000,000 of ANIMATION_MAX_PIXELS" in rendered.note


def test_thousands_of_tiny_frames_are_shown() -> None:
    parts = [replace(flat_part(PALETTE[n % 4], (1, 1)), delay=2) for n in range(3000)]
    assert timeline(kept(gif((1, 1), parts)).data)[-1][0] == 60_000


@pytest.mark.parametrize("quality, rendition", [(8, "medium"), (40, "medium"), (40, "watermark")])
def test_an_animated_webp_of_the_originals_size_has_no_more_bytes(quality: int, rendition: str) -> None:
    data = animated(PHOTOGRAPHS, quality=quality, duration=TIMES, loop=2)
    rendered = kept(data, rendition)
    assert (rendered.width, rendered.height) == (180, 120)
    assert len(rendered.data) <= len(data)
    assert (durations(rendered.data), plays(rendered.data)) == (TIMES, 2)
    for (_, found), (_, original) in zip(timeline(rendered.data), timeline(data), strict=True):
        assert mean_error(found, original) < 6


def test_colours_count_for_more_than_bytes() -> None:
    """The original's own pixels would be smaller, but without their profile they mean other colours."""
    frames = [photograph(180, 120).point(lambda value: value // 2 + 20), flat(GREEN, (180, 120))]
    data = animated(frames, quality=1, icc_profile=rgb_profile())
    managed = kept(data, output_quality=95)
    still = rendered_pixels(encoded(flat(GREEN, (180, 120)), "PNG", icc_profile=rgb_profile()))
    assert mean_error(timeline(managed.data)[1][1], still) < 6


def test_a_marked_animation_is_not_the_original_in_other_clothes() -> None:
    data = animated([flat(colour, (300, 200)) for colour in (RED, GREEN)], quality=1)
    found = timeline(kept(data, "watermark", watermark_scale=30).data)[1][1]
    assert mean_error(found, timeline(data)[1][1]) > 2


def test_nothing_of_an_animated_originals_metadata_survives() -> None:
    secret = b"Jane Doe, 48.2082 N"
    data = animated(PHOTOGRAPHS, quality=5, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0" + secret, xmp=secret)
    start = data.index(b"ANMF")
    length = int.from_bytes(data[start + 4 : start + 8], "little")
    inside = b"NOTE" + len(secret).to_bytes(4, "little") + secret + b"\0"
    frame = (
        b"ANMF" + (length + len(inside)).to_bytes(4, "little") + data[start + 8 : start + 8 + length] + inside
    )
    body = data[8:start] + frame + data[start + 8 + length :]
    data = b"RIFF" + len(body).to_bytes(4, "little") + body + secret
    rendered = kept(data)
    assert len(rendered.data) < len(data)
    assert secret not in rendered.data
    assert rendered.data[20] & 0b101100 == 0  # profile, EXIF and XMP are not announced either
    assert set(Image.open(io.BytesIO(rendered.data)).info) <= {"loop", "background", "timestamp", "duration"}
    assert len(timeline(rendered.data)) == 5


def test_artist_and_copyright_survive_by_setting() -> None:
    exif = Image.Exif()
    exif[0x8298] = "Jane Doe"
    rendered = kept(animated(PHOTOGRAPHS, exif=exif.tobytes()), kept_metadata="credit")
    assert dict(Image.open(io.BytesIO(rendered.data)).getexif()) == {0x8298: "Jane Doe"}
    assert rendered.data[rendered.data.index(b"EXIF") + 8 :][:2] in (b"MM", b"II")


def test_auto_is_lossless_where_every_frame_is_a_drawing() -> None:
    """A film often begins with a black frame."""
    drawings = animated([quadrants(180, 120), quadrants(180, 120).rotate(180)], lossless=True)
    assert b"VP8L" in kept(drawings, output_format="auto").data
    film = animated([flat((0, 0, 0), (180, 120)), *PHOTOGRAPHS], lossless=True)
    rendered = kept(film, output_format="auto")
    assert b"VP8L" not in rendered.data
    assert rendered.data == kept(film).data


@pytest.mark.parametrize("quality, worst", [(80, 6), (40, 12)])
def test_a_slow_fade_is_seen(quality: int, worst: int) -> None:
    """Each frame is so like the one before it that the encoder alone would draw none of them anew."""
    frames = [
        photograph(180, 120).point(lambda value, dark=dark: value * (100 - dark) // 100) for dark in range(40)
    ]
    rendered = kept(animated(frames, lossless=True), output_quality=quality)
    for (_, found), frame in zip(_each(rendered.data, 40), frames, strict=True):
        assert mean_error(found, frame) < worst


def test_what_stands_still_is_stored_once() -> None:
    frames = []
    for number in range(12):
        frames.append(PHOTOGRAPHS[0].copy())
        frames[-1].paste(RED, (10 * number, 40, 10 * number + 30, 70))
    data = animated(frames, lossless=True)
    assert len(kept(data).data) < 3 * len(render(data, "thumbnail", Settings()).data)


def _each(data: bytes, count: int) -> list[tuple[int, Image.Image]]:
    """What is shown at each 40 ms: frames that look alike may have become one."""
    frames = timeline(data)
    return [next((end, image) for end, image in frames if end > 40 * number) for number in range(count)]


def test_the_preview_is_that_of_the_first_frame() -> None:
    data = animated([flat(RED, (180, 120)), *PHOTOGRAPHS], lossless=True)
    still, moving = render(data, "thumbnail", Settings()), kept(data)
    assert (moving.dominant_colour, moving.placeholder) == (still.dominant_colour, still.placeholder)


def test_looking_at_the_header_costs_no_frame() -> None:
    assert inspect(PNG, Settings(animation="keep")) == inspect(PNG, Settings())


def test_disposals_are_told_apart() -> None:
    """So that the comparison with the reference means something: all three occur in what it compares."""
    used = {
        part.disposal for seed in range(12) for part in some_parts(seed, SIZE, (0, 255), whole_first=False)
    }
    assert used == {KEEP, CLEAR, RESTORE}
