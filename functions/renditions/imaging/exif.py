"""The facts that EXIF holds. Broken EXIF is ignored, never fatal."""

import contextlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile

from renditions.imaging.formats.format import Exif, Format
from renditions.imaging.silence_warnings import SILENCED

_UPRIGHT = 1
_LONGEST_CAMERA = 64
_LONGEST_CREDIT = 200
# Letters, digits and what else product names contain: nothing that could break a page, a shell or a log.
_HARMLESS = r"[\w .,+()/-]+"
_ZONE = r"[+-](?:0\d|1[0-4]):[0-5]\d"


def read_orientation(image_format: Format, data: bytes, image: ImageFile) -> int:
    """Return the orientation, 1 to 8; 1 if there is none or an invalid one."""
    value = _safely(lambda: image_format.exif(data, image).get(ExifTags.Base.Orientation))
    return value if isinstance(value, int) and 1 <= value <= 8 else _UPRIGHT


def read_taken_at(image_format: Format, data: bytes, image: ImageFile) -> str:
    """Return the time of the shot by the camera's clock, as ``2026-11-20T12:00:01``, with its zone if known; or ""."""
    return _safely(lambda: _taken_at(image_format.exif(data, image))) or ""


def read_camera(image_format: Format, data: bytes, image: ImageFile) -> str:
    """Return make and model of the camera in at most 64 letters, digits and plain marks; or ""."""
    return _safely(lambda: _camera(image_format.exif(data, image))) or ""


def read_credit(image_format: Format, data: bytes, image: ImageFile) -> bytes:
    """Return EXIF with only Artist and Copyright of the image; empty if it has neither."""
    found: dict[int, bytes] = _safely(lambda: _credit(image_format.exif(data, image))) or {}
    exif = Image.Exif()
    exif.update(found)
    return exif.tobytes() if found else b""


def _safely(read: Callable[[], Any]) -> Any:
    try:
        with SILENCED:  # the log stays clean
            return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile EXIF makes Pillow raise almost anything, and no image needs EXIF
        return None


def _taken_at(exif: Exif) -> str:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    moment = datetime.strptime(  # noqa: DTZ007 - most cameras do not know their zone
        str(details[ExifTags.Base.DateTimeOriginal]).strip("\0 "), "%Y:%m:%d %H:%M:%S"
    )
    zone = str(details.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    return moment.isoformat() + (zone if re.fullmatch(_ZONE, zone) else "")


def _camera(exif: Exif) -> str:
    make, model = (
        " ".join(str(exif.get(tag) or "").replace("\0", " ").split())
        for tag in (ExifTags.Base.Make, ExifTags.Base.Model)
    )
    name = model if make and model.lower().startswith(make.split()[0].lower()) else f"{make} {model}".strip()
    return name[:_LONGEST_CAMERA].rstrip() if re.fullmatch(_HARMLESS, name) else ""


def _credit(exif: Exif) -> dict[int, bytes]:
    texts = {tag: _text(exif.get(tag) or "") for tag in (ExifTags.Base.Artist, ExifTags.Base.Copyright)}
    return {int(tag): text.encode() for tag, text in texts.items() if text}


def _text(stored: object) -> str:
    """Return one line of at most 200 characters. EXIF is ASCII, but programs write UTF-8 and Pillow reads Latin-1."""
    text = str(stored)
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return "".join(sign for sign in text if sign.isprintable()).strip()[:_LONGEST_CREDIT]
