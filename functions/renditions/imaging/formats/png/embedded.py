"""XMP, IPTC-IIM and C2PA in the chunks of a PNG."""

import zlib

from renditions.imaging.formats.embedded import LARGEST_XMP, Embedded, iptc_of_resources
from renditions.imaging.formats.png.chunks import chunks, is_sound
from renditions.imaging.formats.png.stripped import XMP_KEYWORD

# ImageMagick writes profiles as texts: a name, a length, then lines of hexadecimal digits.
_RAW_XMP, _RAW_IPTC = b"Raw profile type xmp", (b"Raw profile type iptc", b"Raw profile type 8bim")
_LARGEST_RAW = 2 * LARGEST_XMP


def embedded(data: bytes) -> Embedded:
    """Read the chunks up to the end of the image. Damaged ones do not count."""
    xmp: list[bytes] = []
    iptc: list[bytes] = []
    jumbf: list[bytes] = []
    for chunk in chunks(data):
        if chunk.kind not in (b"iTXt", b"zTXt", b"tEXt", b"caBX") or not is_sound(data, chunk):
            continue
        content = data[chunk.start + 8 : chunk.end - 4]
        if chunk.kind == b"caBX":
            jumbf.append(content)
            continue
        keyword, _, rest = content.partition(b"\0")
        if keyword == XMP_KEYWORD.encode():
            xmp.append(_text(rest, chunk.kind))
        elif keyword == _RAW_XMP:
            xmp.append(_profile(rest, chunk.kind))
        elif keyword in _RAW_IPTC:
            iptc.append(_without_resources(_profile(rest, chunk.kind)))
    return Embedded(tuple(xmp), tuple(iptc), b"".join(jumbf))


def _text(content: bytes, kind: bytes) -> bytes:
    """Return the text after its keyword. XMP belongs into iTXt, but some programs take another chunk."""
    if kind == b"zTXt":
        return _inflated(content[1:])
    if kind == b"tEXt":
        return content
    text = content[2:].split(b"\0", 2)[-1]
    return _inflated(text) if content[:1] == b"\1" else text


def _profile(text: bytes, kind: bytes) -> bytes:
    lines = (_inflated(text[1:]) if kind == b"zTXt" else text[:_LARGEST_RAW]).split(b"\n")
    return bytes.fromhex(b"".join(lines[3:]).decode("ascii", "ignore"))


def _without_resources(profile: bytes) -> bytes:
    return iptc_of_resources(profile) if profile.startswith(b"8BIM") else profile


def _inflated(packed: bytes) -> bytes:
    """Return the beginning of the content, empty if it is damaged."""
    try:
        return zlib.decompressobj().decompress(packed, _LARGEST_RAW)
    except zlib.error:
        return b""
