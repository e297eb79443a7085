"""XMP among the items of AVIF and HEIC, and C2PA in a box of its own."""

from renditions.imaging.formats.embedded import Embedded
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
            xmp = _packets(data, heif_items.read(reader, box))
        elif box.kind == b"uuid" and data[box.start : box.start + 16] == _C2PA:
            jumbf = jumbf or _store(data, box)
    return Embedded(xmp, jumbf=jumbf)


def _packets(data: bytes, items: heif_items.Items) -> tuple[bytes, ...]:
    found = (
        item for item, kind in items.kinds.items() if kind == b"mime" and _is_xmp(data, items.places[item])
    )
    return tuple(b"".join(data[start:end] for start, end in items.extents.get(item, ())) for item in found)


def _is_xmp(data: bytes, place: int) -> bool:
    """Return whether the item is XMP, by the second of the two texts after its kind."""
    return data[place + 4 : place + _LONGEST_NAMES].split(b"\0", 2)[1:2] == [_XMP]


def _store(data: bytes, box: Box) -> bytes:
    """Return the content after version, flags, the purpose as a text, and an offset to other boxes."""
    purpose, _, _ = data[box.start + 20 : box.start + 20 + _LONGEST_NAMES].partition(b"\0")
    if purpose != _MANIFEST:
        return b""
    return data[box.start + 20 + len(purpose) + 1 + 8 : box.end]
