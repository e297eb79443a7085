"""The directories of a TIFF, read without Pillow, which makes a Python object of every number in every tag."""

import struct

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.structure import Structure
from renditions.imaging.formats.tiff.bigtiff import as_classic

# 50 million pixels have fewer tiles.
_MOST_VALUES = 250_000
_BYTE_TYPES = (1, 2, 7)
# Type → bytes per value.
_SIZES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
}  # fmt: skip
_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 256, 257, 258, 262
_COMPRESSION, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 259, 277, 322, 323
# Description, XMP, IPTC, Photoshop's resources, the profile. Photoshop's layers (37724) are not read.
_METADATA = (270, 700, 33723, 34377, 34675)
# Compressions that people use but that are not supported.
_COMPRESSION_NAMES = {
    **dict.fromkeys((33003, 33005, 34712), "JPEG 2000"),
    **dict.fromkeys((50002, 52546), "JPEG XL"),
    6: "old JPEG",
    34661: "JBIG",
    34887: "LERC",
    34925: "LZMA",
    34934: "JPEG XR",
    50001: "WebP",
}
# None, CCITT (four kinds), LZW, JPEG, deflate (two numbers), PackBits, Zstandard. libtiff supports more, some of them
# rarely used and often exploited: old JPEG, LZMA (whose dictionary may take gigabytes), ThunderScan, LogLuv.
_COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946, 50000)
# Pillow logs an error above this.
_MOST_SAMPLES = 6
# A tile may be larger than a small image, but never much larger.
_LARGEST_TILE = 4_194_304
_MOST_ENTRIES = 65_535
_UNCOMPRESSED, _YCBCR = 1, 6

Tags = dict[int, tuple[int, int, int]]


def walk(data: bytes, most_pages: int) -> Structure:
    """Return the structure of the TIFF ``data``. Counts pages to one above ``most_pages``.

    Raises ValueError for a first page that cannot be decoded at a reasonable cost, UnsupportedFormat for an unsupported
    compression.
    """
    directories = _directories(data, most_pages)
    if not directories:
        raise ValueError("no page")
    tags = directories[0]
    _check(tags, len(data))
    metadata = sum(count * _SIZES.get(kind, 1) for tag, (kind, count, _) in tags.items() if tag in _METADATA)
    return Structure(as_classic(data, _SIZES), frames=len(directories), metadata=metadata)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the first page, (0, 0) if there is none."""
    directories = _directories(data, 1)
    tags = directories[0] if directories else {}
    return _value(tags, _WIDTH), _value(tags, _HEIGHT)


def _directories(data: bytes, most: int) -> list[Tags]:
    """Return the tags (type, count, value) of the first page, and nothing of the others, which are only counted.

    Stops at a directory that was seen before or that lies outside the file.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = 43 in data[2:4]
    head, count, entry, link = (8, "Q", "HHQQ", "Q") if big else (4, "H", "HHII", "I")
    count, entry, link = order + count, order + entry, order + link
    found: list[Tags] = []
    seen: set[int] = set()
    try:
        (position,) = struct.unpack_from(link, data, head)
        while position and position not in seen and len(found) <= most:
            (entries,) = struct.unpack_from(count, data, position)
            if entries > _MOST_ENTRIES:
                raise ValueError("too many tags")
            start = position + struct.calcsize(count)
            end = start + entries * struct.calcsize(entry)
            found.append({} if found else _tags(data[start:end], entry))
            seen.add(position)
            (position,) = struct.unpack_from(link, data, end)
    except (struct.error, OverflowError):
        pass  # the chain leads out of the file: the pages found so far count
    return found


def _tags(entries: bytes, entry: str) -> Tags:
    return {
        tag: (kind, count, _inline(kind, value, entry))
        for tag, kind, count, value in struct.iter_unpack(entry, entries)
    }


def _inline(kind: int, value: int, entry: str) -> int:
    """Return a single number, which is left-aligned in its field: a big-endian short is in the upper bytes."""
    field = struct.calcsize(entry[0] + entry[-1])
    size = min(field, _SIZES.get(kind, field))
    return value & (1 << 8 * size) - 1 if entry[0] == "<" else value >> 8 * (field - size)


def _value(tags: Tags, tag: int) -> int:
    kind, count, value = tags.get(tag, (0, 0, 0))
    return value if count == 1 and kind in (3, 4, 16) else 0


def _check(tags: Tags, length: int) -> None:
    """Check the first page of a file of ``length`` bytes. Raises ValueError for values that no program writes."""
    if any(count > _MOST_VALUES and kind not in _BYTE_TYPES for kind, count, _ in tags.values()):
        raise ValueError("a tag has too many values")
    compression = _value(tags, _COMPRESSION)
    if _COMPRESSION in tags and compression not in _COMPRESSIONS:
        name = _COMPRESSION_NAMES.get(compression, f"method {compression}")
        raise UnsupportedFormat(
            f"The TIFF image is compressed with {name}, which is not supported. "
            "Save it uncompressed or with LZW, deflate or JPEG and upload that file."
        )
    if _value(tags, _SAMPLES) > _MOST_SAMPLES:
        raise UnsupportedFormat(
            f"The TIFF image has {_value(tags, _SAMPLES)} samples per pixel. At most {_MOST_SAMPLES} are supported. "
            "Save it as greyscale, RGB or CMYK and upload that file."
        )
    if compression in (0, _UNCOMPRESSED) and _least_bytes(tags) > length:
        raise ValueError("more pixels than the file holds")
    tile = _value(tags, _TILE_WIDTH) * _value(tags, _TILE_HEIGHT)
    if tile > max(_LARGEST_TILE, 4 * _value(tags, _WIDTH) * _value(tags, _HEIGHT)):
        raise ValueError("tiles much larger than the image")


def _least_bytes(tags: Tags) -> int:
    """Return how many bytes uncompressed pixels take at least."""
    samples = 1 if _value(tags, _PHOTOMETRIC) == _YCBCR else max(1, _value(tags, _SAMPLES))
    each = 2 if tags.get(_BITS, (0, 1, 1))[1] > 1 else max(1, _value(tags, _BITS))
    return _value(tags, _WIDTH) * _value(tags, _HEIGHT) * samples * each // 8
