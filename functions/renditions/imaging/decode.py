"""Decoding, at a reduced size where the format supports it."""

from dataclasses import replace
from itertools import islice

from PIL import Image

from renditions.errors import CorruptImage
from renditions.imaging.decoding_errors import decoding
from renditions.imaging.encoding_plan import plan_for
from renditions.imaging.full_colour import full_colour
from renditions.imaging.keep_animation import read_animation
from renditions.imaging.memory import megabytes_above_limit
from renditions.imaging.picture import Picture


def shrink_on_load(picture: Picture) -> Picture:
    """Ask the decoder for a fraction of the size, which saves most of the work on a large photograph."""
    scale = plan_for(picture).scale
    if scale == 1:
        return picture
    image_format = picture.header.format
    with decoding(image_format.name):
        # Sides that are no multiple of the scale end inside a pixel. The box says where, and resizing keeps to it.
        return replace(picture, box=image_format.shrink(picture.image, scale))


def decode(picture: Picture) -> Picture:
    """Decode the pixels of the first frame or page. Raises CorruptImage, also if some of them are missing."""
    if picture.animation:
        return picture.showing(next(picture.animation.frames()).image)
    with decoding(picture.header.format.name):
        picture.image.load()
    return _first_shown(picture)


def _first_shown(picture: Picture) -> Picture:
    """Return ``picture`` with the first frame that viewers show something of, if the file is an animation.

    The first may be empty, and a PNG may begin with an image for those viewers that show no animations. If the others
    are damaged or take too much memory, the image stays.
    """
    header, is_hidden = picture.header, getattr(picture.image, "default_image", False)
    if header.format.has_pages or not (is_hidden or (header.frames > 1 and _is_empty(picture.image))):
        return picture
    try:
        with decoding(header.format.name):
            animation = read_animation(picture)
            if megabytes_above_limit(replace(picture, animation=replace(animation, count=1))):
                return picture
            most = max(1, picture.settings.animation_max_pixels // max(1, animation.largest))
            frames = (frame.image for frame in islice(animation.frames(), min(most, animation.count)))
            shown = next((image for image in frames if not _is_empty(image)), None)
    except CorruptImage:
        return picture
    return picture if shown is None else picture.showing(shown)


def _is_empty(image: Image.Image) -> bool:
    """Return whether no pixel of ``image`` is visible."""
    key = image.info.get("transparency")
    if image.mode == "P" and isinstance(key, int):
        return image.histogram()[key] == image.width * image.height
    if image.mode == "P" and key is not None:
        return _is_empty(image.convert("RGBA"))
    return image.mode in ("LA", "RGBA") and image.getchannel("A").getextrema() == (0, 0)


def to_full_colour(picture: Picture) -> Picture:
    """Convert to samples that can be averaged: 8 bits each, no palettes, transparency as a channel."""
    with decoding(picture.header.format.name):
        return picture.showing(full_colour(picture.image, picture.header.samples))
