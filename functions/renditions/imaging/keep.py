"""Whether an animation stays one, and where its frames come from."""

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from renditions.imaging.animations.animation import Animation, Frame
from renditions.imaging.damage import decoding
from renditions.imaging.memory import lacking
from renditions.imaging.outputs import OUTPUTS
from renditions.imaging.picture import Picture

_ONLY_FIRST = "Only the first frame of the animation is shown: "
# Formats whose further pictures are frames: a TIFF's are pages.
_ANIMATED = ("GIF", "PNG", "WebP", "AVIF")


def keep_animation(picture: Picture) -> Picture:
    """Keep all frames, if the settings ask for it; where that cannot be, a note says why only the first is shown.

    Raises CorruptImage when the file's structure is damaged beyond the first frame.
    """
    header, settings = picture.header, picture.settings
    if settings.animation == "first" or header.frames == 1 or header.format not in _ANIMATED:
        return picture
    if OUTPUTS[settings.output_format].writer != "WEBP":
        return picture.noting(
            f"{_ONLY_FIRST}OUTPUT_FORMAT {settings.output_format} keeps none, webp and auto do."
        )
    with decoding(header.format):
        animation = _read(picture)
    if animation.count == 1:
        return picture
    width, height = picture.target
    pixels = animation.count * (animation.largest + width * height)
    if pixels > settings.animation_max_pixels:
        return picture.noting(
            f"{_ONLY_FIRST}{animation.count:,} frames of {header.width:,} × {header.height:,} pixels in, {width:,} × "
            f"{height:,} out are {pixels:,}, more than the {settings.animation_max_pixels:,} of ANIMATION_MAX_PIXELS."
        )
    kept = replace(picture, animation=replace(animation, frames=lambda: _whole(animation, header.format)))
    if lack := lacking(kept):
        return picture.noting(f"{_ONLY_FIRST}all would need about {lack:,} MB of memory.")
    return kept


def _read(picture: Picture) -> Animation:
    from renditions.imaging.animations import apng_frames, gif_frames  # noqa: PLC0415 - off by default: no start waits

    header, data, size = picture.header, picture.original, (picture.header.width, picture.header.height)
    if header.format == "GIF":
        return gif_frames.read(data, size)
    if header.format == "PNG":
        return apng_frames.read(data, size)
    opened = picture.image
    plays = opened.info.get("loop", 0)
    return Animation(header.frames, plays, size[0] * size[1], lambda: _sought(opened, header.frames))


def _sought(image: Image.Image, count: int) -> Iterator[Frame]:
    """The frames of a WebP or AVIF, whose own libraries compose them."""
    for number in range(count):
        image.seek(number)
        image.load()
        yield Frame(image, image.info.get("duration", 0))


def _whole(animation: Animation, image_format: str) -> Iterator[Frame]:
    """The frames, all of them. Raises CorruptImage when one is damaged or missing."""
    frames = animation.frames()
    for _ in range(animation.count):
        with decoding(image_format):
            frame = next(frames)
        yield frame
