"""What EXIF tells, wherever a format keeps it. Broken EXIF is ignored, never fatal."""

import contextlib
import re
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from renditions.imaging.quiet import QUIET

_UPRIGHT = 1
_LONGEST_CAMERA = 64
_LONGEST_CREDIT = 200
# Letters, digits and what product names have besides: nothing that a page, a shell or a log could stumble over.
_HARMLESS = re.compile(r"[\w .,+()/-]+")
# ImageMagick's way in a PNG: a text of a name, a length, then hexadecimal, a line each.
_IMAGEMAGICK = "Raw profile type exif"
_ZONE = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")


def read_orientation(data: bytes, image: ImageFile) -> int:
    """The value 1 to 8; 1 where there is none, or none that makes sense."""
    value = _harmlessly(lambda: _tags(data, image).get(ExifTags.Base.Orientation))
    return value if isinstance(value, int) and 1 <= value <= 8 else _UPRIGHT


def read_taken_at(data: bytes, image: ImageFile) -> str:
    """When the picture was taken, by the camera's clock: ``2026-11-20T12:00:01``, its zone behind if it tells one."""
    return _harmlessly(lambda: _taken_at(_details(data, image))) or ""


def read_camera(data: bytes, image: ImageFile) -> str:
    """Make and model of the camera in at most 64 letters, digits and plain marks; or empty."""
    return _harmlessly(lambda: _camera(_tags(data, image))) or ""


def read_credit(data: bytes, image: ImageFile) -> bytes:
    """EXIF that holds Artist and Copyright of the picture and nothing else; empty where it names neither."""
    found: dict[int, bytes] = _harmlessly(lambda: _credit(_tags(data, image))) or {}
    exif = Image.Exif()
    exif.update(found)
    return exif.tobytes() if found else b""


def _credit(tags: Any) -> dict[int, bytes]:
    texts = {tag: _text(tags.get(tag) or "") for tag in (ExifTags.Base.Artist, ExifTags.Base.Copyright)}
    return {int(tag): text.encode() for tag, text in texts.items() if text}


def _text(stored: object) -> str:
    """One line of at most 200 characters. EXIF knows ASCII only, programs write UTF-8, Pillow reads Latin-1."""
    text = str(stored)
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return "".join(sign for sign in text if sign.isprintable()).strip()[:_LONGEST_CREDIT]


def _harmlessly(read: Callable[[], Any]) -> Any:
    try:
        with QUIET:  # the log stays clean
            return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile EXIF makes Pillow raise nearly anything, and a picture needs no EXIF
        return None


def _taken_at(details: Any) -> str:
    moment = datetime.strptime(  # noqa: DTZ007 - most cameras do not know their zone
        str(details[ExifTags.Base.DateTimeOriginal]).strip("\0 "), "%Y:%m:%d %H:%M:%S"
    )
    zone = str(details.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    return moment.isoformat() + (zone if _ZONE.fullmatch(zone) else "")


def _camera(tags: Any) -> str:
    make, model = (
        " ".join(str(tags.get(tag) or "").replace("\0", " ").split())
        for tag in (ExifTags.Base.Make, ExifTags.Base.Model)
    )
    name = model if make and model.lower().startswith(make.split()[0].lower()) else f"{make} {model}".strip()
    return name[:_LONGEST_CAMERA].rstrip() if _HARMLESS.fullmatch(name) else ""


def _tags(data: bytes, image: ImageFile) -> Any:
    if isinstance(image, TiffImageFile):
        return image.tag_v2
    return _exif(data, image)


def _details(data: bytes, image: ImageFile) -> Any:
    """The tags of the part that describes the shot."""
    exif = image.getexif() if isinstance(image, TiffImageFile) else _exif(data, image)
    return exif.get_ifd(ExifTags.IFD.Exif)


def _exif(data: bytes, image: ImageFile) -> Image.Exif:
    # Not image.getexif(): for a PNG that would decode the picture, and it believes XMP, which viewers do not.
    exif = Image.Exif()
    exif.load(_exif_bytes(data, image))
    return exif


def _exif_bytes(data: bytes, image: ImageFile) -> bytes:
    if "exif" in image.info:
        return bytes(image.info["exif"])
    if _IMAGEMAGICK in image.info:
        return bytes.fromhex("".join(image.info[_IMAGEMAGICK].split("\n")[3:]))
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
