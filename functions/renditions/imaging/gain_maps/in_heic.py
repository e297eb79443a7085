"""Finding the gain map in a HEIC of Apple's: an auxiliary image of the primary one.

To decode it, the file is read again with the map as its primary image, so that it passes every check of a HEIC.
"""

from PIL.ImageFile import ImageFile

from renditions.imaging.decoding_errors import decoding
from renditions.imaging.formats.heif import items as heif_items
from renditions.imaging.formats.heif.boxes import Box, Reader
from renditions.imaging.formats.heif.items import Items
from renditions.imaging.gain_map import Decoded, GainMap
from renditions.imaging.gain_maps import apple
from renditions.imaging.memory import check_memory
from renditions.imaging.picture import Header
from renditions.imaging.source import read
from renditions.settings import Settings

_KIND = b"urn:com:apple:photo:2020:aux:hdrgainmap"
_VERSION_AND_FLAGS = 4
_NO_REFERENCE = b"free"  # a type that nobody looks for


def find(data: bytes, image: ImageFile, header: Header, settings: Settings) -> GainMap | None:
    """Return the gain map of the primary image; None if there is none. Raises almost anything for a broken one."""
    changed = _with_map_first(data)
    if changed is None:
        return None
    coding = apple.coding({}, header.format.exif(data, image))
    _, found = read(changed, settings)

    def decode(_shrink: float) -> Decoded:
        opened, opened_header = read(changed, settings)
        check_memory(opened, opened_header, settings)
        with decoding(opened_header.format.name):
            opened.load()
        return Decoded(apple.as_logarithms(opened, coding.stops), (0, 0, *opened.size))

    return GainMap(coding, (found.width, found.height), decode)


def _with_map_first(data: bytes) -> bytes | None:
    """Return the file with the gain map as its primary image, and as no auxiliary one."""
    reader = Reader(data, "HEIC")
    meta = next(box for box in reader.top() if box.kind == b"meta")
    items = heif_items.read(reader, meta)
    item = next((one for one, owner in items.owner.items() if _is_gain_map(reader, items, one, owner)), None)
    if item is None:
        return None
    boxes = {box.kind: box for box in reader.inside(meta, _VERSION_AND_FLAGS)}
    primary, references = boxes[b"pitm"], boxes[b"iref"]
    changed = bytearray(data)
    number = slice(
        primary.start + _VERSION_AND_FLAGS, primary.start + _VERSION_AND_FLAGS + _width(reader, primary)
    )
    changed[number] = item.to_bytes(_width(reader, primary), "big")
    for entry in reader.inside(references, _VERSION_AND_FLAGS):
        if entry.kind == b"auxl":
            place = data.rindex(entry.kind, 0, entry.start)
            changed[place : place + len(_NO_REFERENCE)] = _NO_REFERENCE
    return bytes(changed)


def _is_gain_map(reader: Reader, items: Items, item: int, owner: int) -> bool:
    names = (
        reader.data[box.start + _VERSION_AND_FLAGS : box.end].partition(b"\0")[0]
        for box in items.properties[item]
        if box.kind == b"auxC"
    )
    return owner == items.primary and _KIND in names


def _width(reader: Reader, primary: Box) -> int:
    """Return the bytes of the number of the primary item."""
    return 4 if reader.data[primary.start] else 2
