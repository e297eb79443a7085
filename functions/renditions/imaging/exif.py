"""The EXIF orientation, wherever a format keeps it. Broken EXIF is ignored, never fatal."""

import zlib

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

_UPRIGHT = 1


def read_orientation(data: bytes, image: ImageFile) -> int:
    """The value 1 to 8; 1 where there is none, or none that makes sense."""
    try:
        value = _stored_orientation(data, image)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile EXIF makes Pillow raise nearly anything, and a picture needs no EXIF
        return _UPRIGHT
    return value if isinstance(value, int) and 1 <= value <= 8 else _UPRIGHT


def _stored_orientation(data: bytes, image: ImageFile) -> object:
    if isinstance(image, TiffImageFile):
        return image.tag_v2.get(ExifTags.Base.Orientation)
    # Not image.getexif(): for a PNG that would decode the picture, and it believes XMP, which viewers do not.
    exif = Image.Exif()
    exif.load(_exif_bytes(data, image))
    return exif.get(ExifTags.Base.Orientation)


def _exif_bytes(data: bytes, image: ImageFile) -> bytes:
    if "exif" in image.info:
        return bytes(image.info["exif"])
    if (
        "Raw profile type exif" in image.info
    ):  # ImageMagick's way in a PNG: a name, a length, then hexadecimal
        return bytes.fromhex("".join(image.info["Raw profile type exif"].split("\n")[3:]))
    if image.format == "PNG":
        return _trailing_png_exif(data)
    return b""


def _trailing_png_exif(data: bytes) -> bytes:
    """The eXIf chunk of a PNG that stands after the pixels, where opening the file does not read it."""
    start = data.rfind(b"eXIf")
    if start < 4:
        return b""
    end = start + 4 + int.from_bytes(data[start - 4 : start], "big")
    is_chunk = zlib.crc32(data[start:end]).to_bytes(4, "big") == data[end : end + 4]
    return data[start + 4 : end] if is_chunk else b""
