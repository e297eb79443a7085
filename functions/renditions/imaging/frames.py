"""How many frames or pages a file has, counted without decoding any of them and before Pillow sees it.

Pillow's own counters for GIF and TIFF build every frame's description, which costs seconds on a file made for that.
"""

import struct
from collections.abc import Iterable

from PIL.ImageFile import ImageFile

from renditions.imaging.limits import MOST_FRAMES

# A GIF's blocks hold up to 255 bytes: 50 MB have 200,000 of them. A walk over more would take seconds.
_MOST_GIF_BLOCKS = 500_000
# The tiles of 50 million pixels are fewer. Pillow makes a Python object of each number in a tag.
_MOST_TIFF_VALUES = 250_000
_TIFF_BYTE_TYPES = (1, 2, 7)


def walk(data: bytes, image_format: str) -> int | None:
    """Frames of a GIF or pages of a TIFF, at least 1; None for the other formats, which tell it in their header.

    Counting ends just above ``MOST_FRAMES``. Raises ValueError for what no encoder writes, and for an animation
    that is cut off, which decoding only its first frame would not notice.
    """
    if image_format == "GIF":
        return max(1, _count_gif(data))
    if image_format == "TIFF":
        return max(1, _count_tiff(data))
    if image_format == "PNG" and data.rfind(b"IEND") < 0:
        raise ValueError("the end of the PNG is missing")
    return None


def declared_frames(image: ImageFile) -> int:
    """The frames that an opened picture declares in its header."""
    return max(1, getattr(image, "n_frames", 1))


def _count_gif(data: bytes) -> int:
    """Count the image descriptors. Raises ValueError when a block has no end, or there are absurdly many."""
    position = 13 + _colour_table(data[10])
    frames = blocks = 0
    while position < len(data) and frames <= MOST_FRAMES:
        kind = data[position]
        if kind == 0x2C and position + 9 < len(data):  # image descriptor, colour table, LZW code size
            frames += 1
            position += 11 + _colour_table(data[position + 9])
        elif kind == 0x21:  # extension and its label
            position += 2
        else:  # trailer, or bytes that end the file
            break
        while position < len(data) and data[position] and blocks <= _MOST_GIF_BLOCKS:
            position += data[position] + 1
            blocks += 1
        position += 1
        blocks += 1
        if position > len(data) or blocks > _MOST_GIF_BLOCKS:
            raise ValueError("the last block of the GIF is cut off, or its blocks are too many")
    return frames


def _colour_table(flags: int) -> int:
    """The bytes of the colour table that ``flags`` announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _count_tiff(data: bytes) -> int:
    """Count the image file directories, stopping at the first that was seen before or lies outside the file."""
    order = "<" if data[:2] == b"II" else ">"
    big = 43 in data[2:4]
    head, count, entry, link = (8, "Q", "HHQQ", "Q") if big else (4, "H", "HHII", "I")
    count, entry, link = order + count, order + entry, order + link
    seen: set[int] = set()
    try:
        (position,) = struct.unpack_from(link, data, head)
        while position and position not in seen and len(seen) <= MOST_FRAMES:
            (entries,) = struct.unpack_from(count, data, position)
            start = position + struct.calcsize(count)
            end = start + entries * struct.calcsize(entry)
            if not seen:
                _check_tags(struct.iter_unpack(entry, data[start:end]))
            seen.add(position)
            (position,) = struct.unpack_from(link, data, end)
    except struct.error:
        pass  # the chain leads out of the file: what was counted so far is what there is
    return len(seen)


def _check_tags(tags: Iterable[tuple[int, ...]]) -> None:
    """Check the entries (tag, type, count, value) of the page that will be read."""
    if any(count > _MOST_TIFF_VALUES and kind not in _TIFF_BYTE_TYPES for _, kind, count, _ in tags):
        raise ValueError("a tag of the TIFF has too many values")
