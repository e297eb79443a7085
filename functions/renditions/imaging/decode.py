"""Decoding, at the size that is needed where the format can do that."""

from dataclasses import replace

from renditions.imaging.damage import decoding
from renditions.imaging.effort import effort
from renditions.imaging.formats.jpeg.decoder import SMALLEST, WholeJpegFile
from renditions.imaging.modes import full_colour
from renditions.imaging.picture import Picture


def shrink_on_load(picture: Picture) -> Picture:
    """Ask a JPEG's decoder for 1/2, 1/4 or 1/8 of the size: most of the work on a large photograph is saved."""
    image, header = picture.image, picture.header
    scale = effort(picture).scale
    if scale == 1 or not isinstance(image, WholeJpegFile):
        return picture
    with decoding(header.format):
        drafted = image.draft(None, (header.width // scale, header.height // scale))
        if scale == SMALLEST:
            image.skip_details()
    # Sides that are no multiple of the scale end inside a pixel: the box says where, and resizing keeps to it.
    return replace(picture, box=drafted[1] if drafted else None)


def decode(picture: Picture) -> Picture:
    """Decode the pixels of the first frame or page. Raises CorruptImage, also when some of them are missing."""
    if picture.animation:
        return picture.showing(next(picture.animation.frames()).image)
    image = picture.image
    with decoding(picture.header.format):
        if isinstance(image, WholeJpegFile):
            _respect_missing_adobe_marker(image)
        image.load()
    return picture


def _respect_missing_adobe_marker(image: WholeJpegFile) -> None:
    """Four inks without Adobe's marker: CMYK, as every decoder takes it, unless the second is stored coarser.

    Only YCCK does that, with its colour differences. Whether there is a marker or not, Pillow and browsers take
    ink amounts for inverted.
    """
    if image.mode == "CMYK" and "adobe" not in image.info:
        (_, *first, _), (_, *second, _) = image.layer[0], image.layer[1]
        if first != second:
            image.tile = [tile._replace(args=("CMYK;I", "YCbCrK")) for tile in image.tile]


def to_full_colour(picture: Picture) -> Picture:
    """Convert to samples that can be averaged: 8 bits each, no palettes, transparency as a channel."""
    with decoding(picture.header.format):
        return picture.showing(full_colour(picture.image, picture.header.depth))
