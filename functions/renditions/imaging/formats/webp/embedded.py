"""XMP and C2PA in the chunks of a WebP, which has no place for IPTC-IIM."""

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.webp.chunks import FIRST, chunks, declared_end


def embedded(data: bytes) -> Embedded:
    """Read the chunks."""
    found = [one for one in chunks(data, FIRST, declared_end(data)) if one.kind in (b"XMP ", b"C2PA")]
    xmp = tuple(data[one.start : one.end] for one in found if one.kind == b"XMP ")
    return Embedded(xmp, jumbf=b"".join(data[one.start : one.end] for one in found if one.kind == b"C2PA"))
