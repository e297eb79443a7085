"""A PNG reduced to its pixels: the same image in fewer bytes."""

import zlib
from typing import Final

from renditions.imaging.formats.png.chunks import SIGNATURE, chunks

XMP_KEYWORD: Final = "XML:com.adobe.xmp"
# All that a decoder needs. Everything else is metadata, colour management or the further frames of an animation.
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def stripped(data: bytes, packet: bytes = b"") -> bytes:
    """Return the chunks of the PNG ``data`` that give each pixel its colour, and nothing after the end.

    ``packet`` is XMP to be added, before the pixels.
    """
    header, *others = (data[one.start : one.end] for one in chunks(data) if one.kind in _PIXELS)
    return b"".join((SIGNATURE, header, _text(packet) if packet else b"", *others))


def _text(packet: bytes) -> bytes:
    """Return an XMP packet as an uncompressed text without language and translation."""
    content = b"iTXt" + XMP_KEYWORD.encode() + bytes(5) + packet
    return (len(content) - 4).to_bytes(4, "big") + content + zlib.crc32(content).to_bytes(4, "big")
