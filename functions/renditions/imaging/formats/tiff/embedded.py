"""XMP, IPTC-IIM and C2PA in the tags of a TIFF's first page."""

import array

from renditions.imaging.formats.embedded import Embedded, iptc_of_resources
from renditions.imaging.formats.tiff.directories import SIZES, Reader, Tags

_XMP, _IPTC, _RESOURCES, _C2PA = 700, 33723, 34377, 52545
_LONGS = 4  # the type that programs give to IPTC
_DATASET = 0x1C  # with which IPTC begins


def embedded(data: bytes) -> Embedded:
    """Read the tags of the first page."""
    tags = Reader(data).pages(0)[0].tags or {}
    xmp, iptc = _content(data, tags, _XMP), _iptc(data, tags)
    resources = iptc_of_resources(_content(data, tags, _RESOURCES))
    found = tuple(one for one in (iptc, resources) if one)
    return Embedded((xmp,) if xmp else (), found, _content(data, tags, _C2PA))


def _content(data: bytes, tags: Tags, tag: int) -> bytes:
    kind, count, place = tags.get(tag, (1, 0, 0))
    return data[place : place + count * SIZES.get(kind, 1)]


def _iptc(data: bytes, tags: Tags) -> bytes:
    """Return IPTC, of which some programs swap the bytes because its type is that of numbers."""
    content = _content(data, tags, _IPTC)
    if tags.get(_IPTC, (0,))[0] == _LONGS and content[:1] != bytes((_DATASET,)):
        numbers = array.array("I", content[: len(content) // 4 * 4])
        numbers.byteswap()
        return numbers.tobytes()
    return content
