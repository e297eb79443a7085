"""Which files the stack accepts, as far as that can be said without their bytes. Imports no Pillow."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from renditions.api.answers import RequestError, bad_request
from renditions.settings import Settings

# Format → endings of its files. A test compares the names with the formats that the imaging package has.
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
    "AVIF": (".avif",),
    "HEIC": (".heic", ".heif"),
    "JPEG2000": (".jp2", ".j2k", ".jpf", ".jpx"),
}

# Lambda takes 6 MB, in which the bytes of a body are a third longer (base64) and share the room with the headers.
MAX_DIRECT_BYTES: Final = 4_500_000

UNKNOWN_TYPE: Final = "application/octet-stream"
_IMAGE_TYPE: Final = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")


def formats(settings: Settings) -> list[str]:
    """Return the names of the accepted formats. Those with a switch, such as AVIF, must be switched on."""
    return [name for name in ENDINGS if getattr(settings, f"{name.lower()}_input", "on") == "on"]


def accept(settings: Settings) -> str:
    """Return the endings of the accepted files, for the ``accept`` attribute of a file input."""
    return ",".join(ending for name in formats(settings) for ending in ENDINGS[name])


def content_type(declared: object) -> str:
    """Return the Content-Type to store: the declared one if it is an image that cannot contain scripts."""
    kind = str(declared or "").partition(";")[0].strip().lower()
    return kind if _IMAGE_TYPE.fullmatch(kind) and "xml" not in kind else UNKNOWN_TYPE


def check_size(size: int, most: int) -> None:
    """Check a byte count. Raises RequestError with the sentence of the rejection that the pipeline would record."""
    if size <= 0:
        raise bad_request("EmptyFile", "The file is empty (0 bytes). Upload the image again.")
    if size > most:
        message = (
            f"The file has {size:,} bytes. At most {most:,} bytes are allowed. "
            "Upload a smaller file, or raise MAX_BYTES."
        )
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "FileTooLarge", message)
