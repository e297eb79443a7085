"""What people upload by mistake: other formats, and images that were changed on the way, such as base64.

The rejection says what the file looks like, and how to upload it right.
"""

import binascii
import re
import zlib
from collections.abc import Callable

from renditions.imaging.formats import mangled
from renditions.imaging.formats.camera_raw import CAMERA_RAW, has_mark

_HEAD, _MARKUP = (
    1024,
    65_536,
)  # bytes in which a file shows what it is; a drawing may begin with long comments
_BOM = rb"(?:\xef\xbb\xbf)?+"
# What may come before the first element. Possessive (*+) and atomic, (?>, so that no text takes more than one pass.
_PROLOGUE = (
    _BOM + rb"\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?:\w+:)?svg[^\[>]*+(?:\[.*?\]\s*+)?>)\s*+)*+"
)
_SVG = _PROLOGUE + rb"<(?:\w+:)?svg\b"
_ADVICE_BINARY = "Upload the bytes of the file itself as they are."
_ADVICE_BODY = "Send the file itself as the body of the request, not a form."
_ADVICE_BASE64 = (
    "Decode it and upload the bytes. In API Gateway, declare the file's type as a binary media type."
)
_ADVICE_JSON = "Send the file itself as the body of the request, not JSON."
_ADVICE_LINES = "Transfer it in binary mode, without any conversion of line ends."

_OTHERS = (
    ("a HEIF image", rb".{4}ftyp(?:mif|msf|mia)"),
    ("a video", rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI "),
    ("a PDF document", rb"%PDF"),
    ("an SVG drawing", _SVG),
    ("a web page", _PROLOGUE + rb"<(?:!DOCTYPE\s+html|html|head|body)\b"),
    ("a ZIP archive or Office document", rb"PK\x03\x04"),
    ("a Photoshop document", rb"8BPS"),
    ("a JPEG XL image", rb"\xff\x0a|\x00\x00\x00\x0cJXL "),
    ("an icon", rb"\x00\x00[\x01\x02]\x00"),
    ("a PostScript document", rb"%!PS|\xc5\xd0\xd3\xc6"),
    ("an OpenEXR image", rb"v/1\x01"),
    ("a Radiance image", rb"#\?R(?:ADIANC|GB)E"),
    ("a DirectDraw surface", rb"DDS "),
    ("a Netpbm image", rb"P[1-7]\s[\d#\s]"),
    ("a QOI image", rb"qoif"),
    ("a GIMP document", rb"gimp xcf"),
    ("a Windows metafile", rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF"),
    ("a DICOM image", rb".{128}DICM"),
    (
        "an archive or a compressed file",
        rb"7z\xbc\xaf|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|.{257}ustar|\x78[\x01\x9c\xda]",
    ),
    ("an XML document", _BOM + rb"\s*<\?xml"),
)
_PATTERNS = [(name, re.compile(magic, re.DOTALL | re.IGNORECASE)) for name, magic in _OTHERS]
_SVG_FILE = re.compile(_SVG, re.DOTALL | re.IGNORECASE)

_DATA_URL = re.compile(
    _BOM
    + rb"""\s*(?:<img[^>]{0,100}src=|url\()?\\?["']?data(?::|%3a)[\w.+-]*(?:/|%2f)?[\w.+-]*(?:[;,]|%3b|%2c)""",
    re.IGNORECASE,
)
# A form, as its own headers or those of each part show.
_MULTIPART = re.compile(
    _BOM
    + rb"(?:[\w-]+:[^\r\n]*\r?\n)*\s*--[^\r\n]{1,200}\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*?content-(?:disposition|type):",
    re.IGNORECASE,
)
_HTTP = re.compile(rb"HTTP/[\d.]+ \d{3}|(?:PUT|POST|GET) \S{1,500} HTTP/\d")
_FORM = re.compile(
    rb"(?:[\w.%+\[\]-]{1,100}=[\w.%+-]{0,200}&){0,20}[\w.%+\[\]-]{1,100}=(?:%[0-9a-f]{2}|data(?::|%3a)|[\w+/%-]{60})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(_BOM + rb"""\s*["']?(?:https?|blob|file|s3|ftp):\S{3,}\s*$""", re.IGNORECASE)
_OBJECT = re.compile(rb"\[object \w+\]|(?:null|undefined|NaN|None)\s*$")
_BEFORE = re.compile(_BOM + rb"[\s\0]{0,64}")
_JSON = re.compile(_BOM + rb"\s*[{\[]\s*(?:[\"{\[\]}]|-?\d|$)")
_BASE64 = re.compile(_BOM + rb"""\s*(?:b?["'])?((?:[A-Za-z0-9+/_-]|\s|\\[rn]){16,}={0,2})""")
# The first bytes of an image after a program took them for text: replaced by U+FFFD or question marks, written in
# UTF-8 as if they were Latin-1 or Windows-1252, or left out.
_MANGLED = re.compile(
    rb"\xef\xbf\xbd(?:PNG|\xef\xbf\xbd\xef\xbf\xbd)|\xef\xbf\xbd{1,4}.{0,8}(?:JFIF|Exif)|\xc2\x89PNG|\xe2\x80\xb0PNG"
    rb"|\xc3\xbf\xc3\x98\xc3\xbf|\?PNG\r?\n|\?{3,4}.{1,6}(?:JFIF|Exif)|PNG\r?\n\x1a\n|\0.(?:JFIF|Exif)\0",
    re.DOTALL,
)
# The same, if what follows is text as well.
_MAYBE_MANGLED = re.compile(
    rb"RIFF.{0,12}WEBP|.{0,12}ftyp(?:avif|heic|mif1)|BM(?=.{0,20}\0)|(?:II|MM)\0?\*\0?|(?:\xc3\x83\xc2\xbf|\xc3\xaf\xc2\xbf\xc2\xbd)",
    re.DOTALL,
)
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_OTHER_LINE_ENDS = re.compile(rb"\x89PNG(?:\n\x1a\n|\r\r\n|\r\x1a\r|\r\n\x1a\r)")
_ESCAPED = re.compile(
    rb"""(?:0x|\\x)?(?:b['"](?:\\x(?:ff\\xd8|89PNG)|GIF8|RIFF|BM|II\*|MM\\x00)|(?:ffd8ff|89504e47|47494638|52494646|49492a|4d4d00|424d)[0-9a-f]{16})""",
    re.IGNORECASE,
)
_CHUNKED = re.compile(
    rb"[0-9a-f]{1,8};chunk-signature=|[0-9a-f]{1,8}\r\n(?:\xff\xd8\xff|\x89PNG|GIF8)", re.IGNORECASE
)
_GZIP, _DEFLATED = b"\x1f\x8b", 31


def sentences(data: bytes, is_image: Callable[[bytes], object]) -> tuple[str, str]:
    """Return a sentence on what ``data`` looks like and one on what to do; the latter empty if it is another format.

    ``is_image`` says whether the first bytes of a file are those of an image. The former is empty, too, if nothing
    is known.
    """
    head = _as_utf8(data[:_HEAD])
    if has_mark(head):
        return CAMERA_RAW, " "
    if head.startswith(_GZIP):
        return _of_gzip(data, is_image)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        head = _as_utf8(data[:_MARKUP])
    return _of_text(data, head, is_image) or (_described(head), "")


def _described(head: bytes) -> str:
    name = next((name for name, magic in _PATTERNS if magic.match(head)), None)
    return f"This looks like {name}." if name else ""


def _as_utf8(head: bytes) -> bytes:
    """Return text in UTF-16 in UTF-8, anything else unchanged."""
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return head
    return head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()


def _of_gzip(data: bytes, is_image: Callable[[bytes], object]) -> tuple[str, str]:
    try:
        inside = zlib.decompressobj(_DEFLATED).decompress(data[: 4 * _HEAD], _HEAD)
    except zlib.error:
        inside = b""
    if _SVG_FILE.match(inside):
        return "This looks like an SVG drawing, compressed with gzip (SVGZ).", ""
    content = "an image compressed" if is_image(inside) else "a file compressed"
    return (
        f"This looks like {content} with gzip.",
        "Unpack it and upload the image itself, without Content-Encoding.",
    )


def _of_text(data: bytes, head: bytes, is_image: Callable[[bytes], object]) -> tuple[str, str] | None:
    """Return the same for an image that was made text on the way, None for anything else."""
    kinds: tuple[tuple[Callable[[], object], str, str], ...] = (
        (lambda: _DATA_URL.match(head), "a data URL, the text of an image in a web page", _ADVICE_BASE64),
        (lambda: _MULTIPART.match(head), "a form (multipart/form-data) with a file in it", _ADVICE_BODY),
        (lambda: _is_base64(head, is_image), "an image encoded in base64, which is text", _ADVICE_BASE64),
        (lambda: _MANGLED.match(head), mangled.NAME, mangled.ADVICE),
        (lambda: _MAYBE_MANGLED.match(head) and mangled.may_be_text(data), mangled.NAME, mangled.ADVICE),
        (lambda: _CONTROL.search(head) and mangled.is_text(data), mangled.NAME, mangled.ADVICE),
        (lambda: _OTHER_LINE_ENDS.match(head), "a PNG whose line ends were converted", _ADVICE_LINES),
        (lambda: _HTTP.match(head), "a message of HTTP with its headers", _ADVICE_BINARY),
        (lambda: _ADDRESS.match(head), "the address of a file", _ADVICE_BINARY),
        (lambda: _OBJECT.match(head), "a value of a program, written as text", _ADVICE_BINARY),
        (
            lambda: is_image(head[_end_of(_BEFORE, head) :]),
            "an image with other bytes before it",
            _ADVICE_BINARY,
        ),
        (lambda: _CHUNKED.match(head), "a body in the chunks of HTTP (aws-chunked)", _ADVICE_BINARY),
        (lambda: _ESCAPED.match(head), "an image written out as text", _ADVICE_BINARY),
        (lambda: _JSON.match(head) and _is_text(head), "a JSON document", _ADVICE_JSON),
        (lambda: _FORM.match(head) and _is_text(head), "a form (x-www-form-urlencoded)", _ADVICE_BODY),
    )
    return next((("This looks like " + name + ".", advice) for fits, name, advice in kinds if fits()), None)


def _end_of(pattern: re.Pattern[bytes], head: bytes) -> int:
    found = pattern.match(head)
    return found.end() if found else 0


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n" for byte in head)


def _is_base64(head: bytes, is_image: Callable[[bytes], object]) -> bool:
    found = _BASE64.match(head)
    if not found:
        return False
    letters = re.sub(rb"\s|\\[rn]|=", b"", found[1]).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        decoded = binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return False
    return bool(
        is_image(decoded) or has_mark(decoded) or _described(decoded) or _is_base64(decoded, is_image)
    )
