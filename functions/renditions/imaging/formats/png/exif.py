"""The EXIF of a PNG, wherever a program has put it."""

import zlib

from PIL.ImageFile import ImageFile

from renditions.imaging.formats.format import Exif, parsed_exif

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
    """Return the content of an eXIf chunk after the pixels, which Pillow does not read when it opens a file."""
    start = data.rfind(b"eXIf")
    if start < 4:
        return b""
    end = start + 4 + int.from_bytes(data[start - 4 : start], "big")
    is_chunk = zlib.crc32(data[start:end]).to_bytes(4, "big") == data[end : end + 4]
    return data[start + 4 : end] if is_chunk else b""
