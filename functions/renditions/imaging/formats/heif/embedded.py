"""XMP among the items of AVIF and HEIC, and C2PA in a box of its own."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from renditions.imaging.formats.embedded import LARGEST_XMP, MOST_PACKETS, Embedded
from renditions.imaging.formats.heif import items as heif_items
from renditions.imaging.formats.heif.boxes import Box, Reader

_XMP = b"application/rdf+xml"
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_LONGEST_NAMES = 512  # of an item and its type, which follow its kind
_MANIFEST = b"manifest"


def embedded(data: bytes) -> Embedded:
    """Read the items and the boxes of the file."""
    reader = Reader(data, "HEIF")
    xmp: tuple[bytes, ...] = ()
    jumbf = b""
    for box in reader.top():
        if box.kind == b"meta":
            with suppress(ValueError, LookupError):  # a film may have one without items
                xmp = tuple(_packets(data, heif_items.read(reader, box)))
        elif box.kind == b"uuid" and data[box.start : box.start + 16] == _C2PA:
            jumbf = jumbf or _store(data, box)
    return Embedded(xmp, jumbf=jumbf)


def _packets(data: bytes, items: heif_items.Items) -> Iterator[bytes]:
    """Yield the first packets. Items may share their bytes, so that all together might be larger than memory."""
    mime = (item for item, kind in items.kinds.items() if kind == b"mime")
    for item in islice((one for one in mime if _is_xmp(data, items.places[one])), MOST_PACKETS):
        packet = b""
        for start, end in items.extents.get(item, ()):
            packet += data[start : min(end, start + LARGEST_XMP - len(packet))]
            if len(packet) == LARGEST_XMP:
                break
        yield packet


def _is_xmp(data: bytes, place: int) -> bool:
    """Return whether the item is XMP, by the second of the two texts after its kind."""
    return data[place + 4 : place + _LONGEST_NAMES].split(b"\0", 2)[1:2] == [_XMP]


def _store(data: bytes, box: Box) -> bytes:
    """Return the content after version, flags, the purpose as a text, and an offset to other boxes."""
    purpose, _, _ = data[box.start + 20 : box.start + 20 + _LONGEST_NAMES].partition(b"\0")
    if purpose != _MANIFEST:
        return b""
    return data[box.start + 20 + len(purpose) + 1 + 8 : box.end]
