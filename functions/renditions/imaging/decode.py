"""Decoding, at a reduced size where the format supports it."""

from dataclasses import replace

from renditions.imaging.decoding_errors import decoding
from renditions.imaging.encoding_plan import plan_for
from renditions.imaging.full_colour import full_colour
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
    return picture


def to_full_colour(picture: Picture) -> Picture:
    """Convert to samples that can be averaged: 8 bits each, no palettes, transparency as a channel."""
    with decoding(picture.header.format.name):
        return picture.showing(full_colour(picture.image, picture.header.samples))
