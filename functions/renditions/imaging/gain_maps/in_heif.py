"""Finding the gain map in a HEIC or AVIF: Apple's, an auxiliary image of the primary one, or that of ISO 21496-1.

To decode it, the file is read again with the map as its primary image, so that it passes every check of an original.
"""

from collections.abc import Callable
from contextlib import suppress

from PIL import Image
from PIL.ImageFile import ImageFile

from renditions.imaging.decoding_errors import decoding
from renditions.imaging.formats.heif import items as heif_items
from renditions.imaging.formats.heif.boxes import Box, Reader
from renditions.imaging.formats.heif.items import Items
from renditions.imaging.gain_map import Coding, Decoded, GainMap
from renditions.imaging.gain_maps import apple, iso, xmp
from renditions.imaging.memory import check_memory
from renditions.imaging.picture import Header
from renditions.imaging.source import read
from renditions.settings import Settings

_KIND = b"urn:com:apple:photo:2020:aux:hdrgainmap"
_TONE_MAP = b"tmap"  # the item that holds the numbers of ISO 21496-1, and refers to base and map
_VERSION_AND_FLAGS = 4
_LARGEST = 65_536  # bytes of metadata
_NO_REFERENCE = b"free"  # a type that nobody looks for


def find(data: bytes, image: ImageFile, header: Header, settings: Settings) -> GainMap | None:
    """Return the gain map of the primary image; None if there is none. Raises almost anything for a broken one."""
    reader = Reader(data, header.format.name)
    meta = next(box for box in reader.top() if box.kind == b"meta")
    items = heif_items.read(reader, meta)
    item = next((one for one, owner in items.owner.items() if _is_gain_map(reader, items, one, owner)), None)
    if item is not None:
        coding = apple.coding(_stated(data, items), header.format.exif(data, image))
        changed = _with_map_first(reader, meta, item)
        return _gain_map(changed, coding, settings, lambda found: apple.as_logarithms(found, coding.stops))
    return _of_tone_map(reader, meta, items, settings)


def _of_tone_map(reader: Reader, meta: Box, items: Items, settings: Settings) -> GainMap | None:
    """Return the gain map to which an item with the numbers of ISO 21496-1 refers."""
    for tone_map, (base, *maps) in items.parts.items():
        if items.kinds.get(tone_map) == _TONE_MAP and base == items.primary and len(maps) == 1:
            block = _content(reader.data, items, tone_map)
            coding = iso.parsed(block[1:]) if block[:1] == b"\0" else None  # the version of the item
            if coding:
                changed = _with_map_first(reader, meta, maps[0])
                return _gain_map(changed, coding, settings, lambda found: found)
    return None


def _gain_map(
    changed: bytes, coding: Coding, settings: Settings, to_logarithms: Callable[[Image.Image], Image.Image]
) -> GainMap:
    opened, found = read(changed, settings)
    coding.check_mode(opened.mode)

    def decode(_shrink: float) -> Decoded:
        image, header = read(changed, settings)
        check_memory(image, header, settings)
        with decoding(header.format.name):
            image.load()
        return Decoded(to_logarithms(image), (0, 0, *image.size))

    return GainMap(coding, (found.width, found.height), decode)


def _with_map_first(reader: Reader, meta: Box, item: int) -> bytes:
    """Return the file with ``item`` as its primary image, and as no auxiliary one."""
    boxes = {box.kind: box for box in reader.inside(meta, _VERSION_AND_FLAGS)}
    primary, references = boxes[b"pitm"], boxes[b"iref"]
    changed = bytearray(reader.data)
    start, width = primary.start + _VERSION_AND_FLAGS, 4 if reader.data[primary.start] else 2
    changed[start : start + width] = item.to_bytes(width, "big")
    for entry in reader.inside(references, _VERSION_AND_FLAGS):
        if entry.kind == b"auxl":
            place = reader.data.rindex(entry.kind, 0, entry.start)
            changed[place : place + len(_NO_REFERENCE)] = _NO_REFERENCE
    return bytes(changed)


def _is_gain_map(reader: Reader, items: Items, item: int, owner: int) -> bool:
    names = (
        reader.data[box.start + _VERSION_AND_FLAGS : box.end].partition(b"\0")[0]
        for box in items.properties[item]
        if box.kind == b"auxC"
    )
    return owner == items.primary and _KIND in names


def _stated(data: bytes, items: Items) -> xmp.Values:
    """Return what XMP says of Apple's gain map, if anything."""
    for item, kind in items.kinds.items():
        if kind == b"mime":
            with suppress(ValueError):  # of another item, maybe
                if found := xmp.apples_of(_content(data, items, item)):
                    return found
    return {}


def _content(data: bytes, items: Items, item: int) -> bytes:
    return b"".join(data[start:end] for start, end in items.extents[item])[:_LARGEST]
