"""Whether an animation stays one, and where its frames come from. A note says what is left out of a rendition."""

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from renditions.imaging.animations.animation import Animation, Frame
from renditions.imaging.decoding_errors import decoding
from renditions.imaging.memory import megabytes_above_limit
from renditions.imaging.outputs import OUTPUTS
from renditions.imaging.pages import PAGES_MISSING
from renditions.imaging.picture import Header, Picture
from renditions.settings import Settings

_ONLY_FIRST = "Only the first frame of the animation is shown: "


def keep_animation(picture: Picture) -> Picture:
    """Keep all frames if the settings ask for it. A note says how many frames, pages or images are not shown, and why.

    Raises CorruptImage if the structure of the file is damaged after the first frame.
    """
    header, settings = picture.header, picture.settings
    if header.others:
        picture = picture.noting(_one_image(header))
    if header.lacks_pages:
        picture = picture.noting(PAGES_MISSING)
    if header.frames == 1 or header.format.has_pages:
        return picture
    if reason := _why_not_wanted(header.frames, settings):
        return picture.noting(reason)
    with decoding(header.format.name):
        animation = read_animation(picture)
    if animation.count == 1:
        return picture
    width, height = picture.canvas
    pixels = animation.count * (animation.largest + width * height)
    if pixels > settings.animation_max_pixels:
        return picture.noting(
            f"{_ONLY_FIRST}{animation.count:,} frames, {header.width:,} × {header.height:,} pixels read and "
            f"{width:,} × {height:,} written, are {pixels:,} pixels in total. ANIMATION_MAX_PIXELS allows "
            f"{settings.animation_max_pixels:,}."
        )
    kept = replace(
        picture, animation=replace(animation, frames=lambda: _complete(animation, header.format.name))
    )
    if needed := megabytes_above_limit(kept):
        return picture.noting(f"{_ONLY_FIRST}all frames would need about {needed:,} MB of memory.")
    return kept


def _one_image(header: Header) -> str:
    """Return the sentence about pages, or about images of a burst, a stereo pair or the like."""
    kind = "pages" if header.format.has_pages else "images"
    return (
        f"Only one of {header.others + 1:,} {kind} in the file is shown. "
        f"To show all, {'set PAGES to all, or ' if header.format.paged else ''}"
        f"upload each of the {kind} as a file of its own."
    )


def _why_not_wanted(frames: int, settings: Settings) -> str:
    """Return the sentence about an animation that the settings do not keep; empty if they do."""
    keeps = OUTPUTS[settings.output_format].keeps_animations
    if settings.animation == "first":
        to_webp = "" if keeps else ", and OUTPUT_FORMAT to webp"
        return f"Only one of {frames:,} frames is shown. To show all, set ANIMATION to keep{to_webp}."
    return (
        ""
        if keeps
        else (
            f"{_ONLY_FIRST}OUTPUT_FORMAT {settings.output_format} cannot keep animations, webp and auto can."
        )
    )


def read_animation(picture: Picture) -> Animation:
    """Return all frames of the original. Raises almost anything for one that is damaged."""
    header, size = picture.header, (picture.header.width, picture.header.height)
    if header.format.frames:
        return header.format.frames(picture.original, size)
    opened = picture.image
    plays = opened.info.get("loop", 0)
    return Animation(header.frames, plays, size[0] * size[1], lambda: _decoded(opened, header.frames))


def _decoded(image: Image.Image, count: int) -> Iterator[Frame]:
    """Yield the frames of a file whose decoder composes them itself."""
    for number in range(count):
        image.seek(number)
        image.load()
        yield Frame(image, image.info.get("duration", 0))


def _complete(animation: Animation, format_name: str) -> Iterator[Frame]:
    """Yield the frames, all of them. Raises CorruptImage if one is damaged or missing."""
    frames = animation.frames()
    for _ in range(animation.count):
        with decoding(format_name):
            frame = next(frames)
        yield frame
