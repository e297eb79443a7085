"""The EXIF of a PNG, wherever a program has put it."""

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.format import Exif, parsed_exif
from renditions.imaging.formats.png.chunks import chunks, is_sound

# ImageMagick writes EXIF as a text: a name, a length, then lines of hexadecimal digits.
_IMAGEMAGICK = "Raw profile type exif"


def exif(data: bytes, image: ImageFile) -> Exif:
    """Return the EXIF of the opened PNG ``data``."""
    if "exif" in image.info:
        return parsed_exif(bytes(image.info["exif"]))
    if _IMAGEMAGICK in image.info:
        return parsed_exif(bytes.fromhex("".join(image.info[_IMAGEMAGICK].split("\n")[3:])))
    return parsed_exif(_after_pixels(data))


def _after_pixels(data: bytes) -> bytes:
    """Return the content of an eXIf chunk after the pixels, which Pillow does not read when it opens a file.

    What follows the end of the image is not part of it.
    """
    found = (chunk for chunk in chunks(data) if chunk.kind == b"eXIf" and is_sound(data, chunk))
    chunk = next(found, None)
    return data[chunk.start + 8 : chunk.end - 4] if chunk else b""
