"""The allow-list of formats, recognised by their first bytes and never by a name or a Content-Type."""

import re

from renditions.imaging.formats.heif import brands
from renditions.settings import Settings

_ALWAYS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP")
_BY_SETTING = ("AVIF", "HEIC")
KNOWN = (*_ALWAYS, *_BY_SETTING)

_MAGIC = (
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("GIF", re.compile(rb"GIF8[79]a")),
    ("TIFF", re.compile(rb"II[*+]\x00|MM\x00[*+]")),
    ("WebP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    # "BM" alone would also take any text that starts so: the length of the header that follows must be a known one.
    ("BMP", re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL)),
)

# What people upload by mistake, so that the sentence can say what was found.
_PICTURES = {"AVIF": "an AVIF picture", "HEIC": "a HEIC picture"}
_KNOWN_STRANGERS = (
    ("a HEIF picture", re.compile(rb".{4}ftyp(?:mif|msf|mia)", re.DOTALL)),
    ("a video", re.compile(rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI ", re.DOTALL)),
    ("a PDF document", re.compile(rb"%PDF")),
    (
        "an SVG drawing",
        re.compile(rb"\s*(?:<\?xml.*?)?\s*(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg.*?)?<svg", re.DOTALL),
    ),
    ("a web page", re.compile(rb"\s*<(?:!DOCTYPE html|html)", re.IGNORECASE)),
    ("a ZIP archive or Office document", re.compile(rb"PK\x03\x04")),
    ("a Photoshop document", re.compile(rb"8BPS")),
    ("a JPEG XL picture", re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL ")),
    ("a JPEG 2000 picture", re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51")),
    ("an icon", re.compile(rb"\x00\x00[\x01\x02]\x00")),
    ("a PostScript document", re.compile(rb"%!PS")),
)


def allowed(settings: Settings) -> tuple[str, ...]:
    """The names of the formats that ``settings`` let in."""
    switches = (settings.avif_input, settings.heic_input)
    return (*_ALWAYS, *(name for name, switch in zip(_BY_SETTING, switches, strict=True) if switch == "on"))


def in_words(names: tuple[str, ...]) -> str:
    """``names`` as words that fit into a sentence."""
    return f"{', '.join(names[:-1])} or {names[-1]}"


def recognised(data: bytes) -> str | None:
    """The name of the format that ``data`` starts as, allowed or not, or None."""
    return next((name for name, magic in _MAGIC if magic.match(data[:32])), None) or brands.format_of(data)


def stranger(data: bytes) -> str:
    """What a file of no allowed format seems to be, as words that fit after "looks like"."""
    if container := brands.format_of(data):
        return _PICTURES[container]
    return next(
        (name for name, magic in _KNOWN_STRANGERS if magic.match(data[:1024])), "no picture that we know"
    )
