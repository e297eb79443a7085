"""The formats that are accepted, recognized by their first bytes and never by a name or a Content-Type."""

import re
from collections.abc import Sequence

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats import FORMATS
from renditions.imaging.formats.format import Format
from renditions.settings import Settings

_HEAD = 1024  # bytes in which a format shows
# What people upload by mistake, so that the rejection can name it.
_OTHERS = (
    ("a HEIF image", re.compile(rb".{4}ftyp(?:mif|msf|mia)", re.DOTALL)),
    ("a video", re.compile(rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI ", re.DOTALL)),
    ("a PDF document", re.compile(rb"%PDF")),
    (
        "an SVG drawing",
        re.compile(rb"\s*(?:<\?xml.*?)?\s*(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg.*?)?<svg", re.DOTALL),
    ),
    ("a web page", re.compile(rb"\s*<(?:!DOCTYPE html|html)", re.IGNORECASE)),
    ("a ZIP archive or Office document", re.compile(rb"PK\x03\x04")),
    ("a Photoshop document", re.compile(rb"8BPS")),
    ("a JPEG XL image", re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL ")),
    ("a JPEG 2000 image", re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51")),
    ("an icon", re.compile(rb"\x00\x00[\x01\x02]\x00")),
    ("a PostScript document", re.compile(rb"%!PS")),
)


def recognize(data: bytes, settings: Settings) -> Format:
    """Return the format of ``data``. Raises UnsupportedFormat for one that the settings do not accept."""
    found = format_of(data)
    if found is None or not found.is_enabled(settings):
        accepted = [one.name for one in FORMATS if one.is_enabled(settings)]
        raise UnsupportedFormat(f"{_described(data, found)} Upload a {_any_of(accepted)}.")
    return found


def format_of(data: bytes) -> Format | None:
    """Return the format of ``data``, accepted or not, or None."""
    head = data[:_HEAD]
    return next((one for one in FORMATS if one.matches(head)), None)


def _described(data: bytes, found: Format | None) -> str:
    """Return a sentence that says what ``data`` appears to be; ``found`` is its format, which is not accepted."""
    if found:
        article = "an" if found.name[0] in "AEIOU" else "a"
        return f"This looks like {article} {found.name} image."
    other = next((name for name, magic in _OTHERS if magic.match(data[:_HEAD])), None)
    return f"This looks like {other}." if other else "Not a supported image format."


def _any_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
