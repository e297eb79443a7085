"""The files of animations that are kept: their bytes, and what is in them besides the frames."""

import io

import pytest
from PIL import Image

from renditions.imaging import render
from renditions.settings import Settings
from tests.unit.imaging.animations import (
    PHOTOGRAPHS,
    TIMES,
    animated,
    durations,
    kept,
    plays,
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
