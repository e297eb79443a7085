"""The files of animations that are kept: their size, and their content besides the frames."""

import io

import pytest
from PIL import Image

from renditions.imaging import render
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging.animations import (
    PHOTOGRAPHS,
    TIMES,
    animated,
    durations,
    plays,
    rendered_animation,
    timeline,
)
from tests.unit.imaging.pictures import (
    GREEN,
    RED,
    encoded,
    flat,
    mean_error,
    photograph,
    quadrants,
    rendered_pixels,
)
from tests.unit.imaging.profiles import rgb_profile


@pytest.mark.parametrize("quality, rendition", [(8, LARGEST), (40, LARGEST), (40, "watermark")])
def test_an_animated_webp_of_the_originals_size_has_no_more_bytes(quality: int, rendition: str) -> None:
    data = animated(PHOTOGRAPHS, quality=quality, duration=TIMES, loop=2)
    rendered = rendered_animation(data, rendition)
    assert (rendered.width, rendered.height) == (180, 120)
    assert len(rendered.data) <= len(data)
    assert (durations(rendered.data), plays(rendered.data)) == (TIMES, 2)
    for (_, found), (_, original) in zip(timeline(rendered.data), timeline(data), strict=True):
        assert mean_error(found, original) < 6


def test_colours_matter_more_than_bytes() -> None:
    """The pixels of the original take fewer bytes, but have other colours without their profile."""
    frames = [photograph(180, 120).point(lambda value: value // 2 + 20), flat(GREEN, (180, 120))]
    data = animated(frames, quality=1, icc_profile=rgb_profile())
    managed = rendered_animation(data, output_quality=95)
    still = rendered_pixels(encoded(flat(GREEN, (180, 120)), "PNG", icc_profile=rgb_profile()))
    assert mean_error(timeline(managed.data)[1][1], still) < 6


def test_a_marked_animation_is_not_the_stripped_original() -> None:
    data = animated([flat(colour, (300, 200)) for colour in (RED, GREEN)], quality=1)
    found = timeline(rendered_animation(data, "watermark", watermark_scale=30).data)[1][1]
    assert mean_error(found, timeline(data)[1][1]) > 2


def test_no_metadata_of_an_animated_original_survives() -> None:
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
    rendered = rendered_animation(data)
    assert len(rendered.data) < len(data)
    assert secret not in rendered.data
    assert rendered.data[20] & 0b101100 == 0  # the flags announce no profile, EXIF or XMP either
    assert set(Image.open(io.BytesIO(rendered.data)).info) <= {"loop", "background", "timestamp", "duration"}
    assert len(timeline(rendered.data)) == 5


def test_artist_and_copyright_are_kept_if_set() -> None:
    exif = Image.Exif()
    exif[0x8298] = "Jane Doe"
    rendered = rendered_animation(animated(PHOTOGRAPHS, exif=exif.tobytes()), kept_metadata="credit")
    assert dict(Image.open(io.BytesIO(rendered.data)).getexif()) == {0x8298: "Jane Doe"}
    assert rendered.data[rendered.data.index(b"EXIF") + 8 :][:2] in (b"MM", b"II")


def test_auto_is_lossless_if_every_frame_is_a_drawing() -> None:
    """A film often begins with a black frame."""
    drawings = animated([quadrants(180, 120), quadrants(180, 120).rotate(180)], lossless=True)
    assert b"VP8L" in rendered_animation(drawings, output_format="auto").data
    film = animated([flat((0, 0, 0), (180, 120)), *PHOTOGRAPHS], lossless=True)
    rendered = rendered_animation(film, output_format="auto")
    assert b"VP8L" not in rendered.data
    assert rendered.data == rendered_animation(film).data


@pytest.mark.parametrize("quality, worst", [(80, 6), (40, 12)])
def test_a_slow_fade_is_visible(quality: int, worst: int) -> None:
    """Each frame is so similar to the one before it that the encoder alone would redraw none of them."""
    frames = [
        photograph(180, 120).point(lambda value, dark=dark: value * (100 - dark) // 100) for dark in range(40)
    ]
    rendered = rendered_animation(animated(frames, lossless=True), output_quality=quality)
    for (_, found), frame in zip(_each(rendered.data, 40), frames, strict=True):
        assert mean_error(found, frame) < worst


def test_pixels_that_stay_the_same_are_stored_once() -> None:
    frames = []
    for number in range(12):
        frames.append(PHOTOGRAPHS[0].copy())
        frames[-1].paste(RED, (10 * number, 40, 10 * number + 30, 70))
    data = animated(frames, lossless=True)
    assert len(rendered_animation(data).data) < 3 * len(render(data, "thumbnail", Settings()).data)


def _each(data: bytes, count: int) -> list[tuple[int, Image.Image]]:
    """Return what is shown every 40 ms. Similar frames may have become one."""
    frames = timeline(data)
    return [next((end, image) for end, image in frames if end > 40 * number) for number in range(count)]
