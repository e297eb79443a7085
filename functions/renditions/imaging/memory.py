"""The memory that a rendition will need, estimated before anything is decoded."""

from renditions.errors import TooMuchMemory
from renditions.imaging.formats.repacked import Repacked
from renditions.imaging.picture import Picture

_MEGABYTE = 1_048_576
# Python, Pillow, AWS's client, the logo, and the rendition itself with its encoder.
_ALWAYS = 120 * _MEGABYTE
# Bytes of a decoded pixel; three samples are stored as four.
_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "LA": 4, "PA": 4}
# What to_full_colour adds to it.
_FULL_COLOUR = {"1": 1, "P": 4, "PA": 4, "I;16": 5, "I;16B": 5, "I;16L": 5, "I": 9, "F": 9}
# WebP's decoder keeps two canvases and a decoded frame. Those of AVIF and HEIC keep a picture of up to 2 bytes for each
# sample, its alpha, and what becomes of both.
_DECODER_PIXEL = {"WebP": 12, "AVIF": 16, "HEIC": 18}
# What a pixel takes that is read in one mode and put together in another: the result, and the bands on the way.
_REPACKED_PIXEL = 8
# Before resizing transparency is premultiplied, in a copy.
_PREMULTIPLIED_PIXEL = 4
# An animation's canvas, a frame, one laid over the other and what their decoder keeps; its file's frames twice; and
# each pixel that is written, of noise with transparency, in three copies of the rendition.
_ANIMATED_PIXEL, _WRITTEN_PIXEL = 24, 6


def fit_memory(picture: Picture) -> Picture:
    """Let pass what the function's memory holds, also when the uploads bucket's largest file is one of its kind.

    Raises TooMuchMemory. A setting of 0, outside Lambda, allows everything.
    """
    if lack := lacking(picture):
        raise TooMuchMemory(
            f"Decoding the {picture.header.format} picture of {picture.header.width:,} × {picture.header.height:,} "
            f"pixels needs about {lack:,} MB of memory, but only {picture.settings.max_memory:,} are there: "
            "upload a smaller version."
        )
    return picture


def lacking(picture: Picture) -> int:
    """How many megabytes would be needed, where that is more than there are; else 0."""
    needed = -(-estimate(picture) // _MEGABYTE)
    return needed if 0 < picture.settings.max_memory < needed else 0


def estimate(picture: Picture) -> int:
    """The bytes that the process will have in use at most."""
    image, header = picture.image, picture.header
    if picture.animation:
        width, height = picture.target
        written = picture.animation.count * width * height * _WRITTEN_PIXEL
        return _ALWAYS + 2 * header.file_size + picture.animation.largest * _ANIMATED_PIXEL + written
    pixels = image.width * image.height
    each = _PIXEL.get(image.mode, 4) + _FULL_COLOUR.get(image.mode, 0)
    each += _DECODER_PIXEL.get(header.format, 0)
    each += _REPACKED_PIXEL if isinstance(image, Repacked) and image.packed else 0
    each += _PREMULTIPLIED_PIXEL if header.has_alpha else 0
    resized = 4 * picture.spec.size * max(image.height, image.width)
    return _ALWAYS + header.file_size + pixels * each + header.coefficients + min(resized, 4 * pixels)
