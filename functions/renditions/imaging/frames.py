"""How many frames or pages a file has, counted without decoding any of them.

Pillow's own counters for GIF and TIFF build every frame's description, which costs seconds on a file made for that.
"""

import struct

from PIL.ImageFile import ImageFile

from renditions.imaging.limits import MOST_FRAMES

# Blocks of one byte each would make the walk through a GIF slow: no encoder writes so many.
_MOST_GIF_BLOCKS = 3_000_000


def count_frames(data: bytes, image_format: str, image: ImageFile) -> int:
    """Frames of an animation or pages of a TIFF, at least 1. Counting ends just above ``MOST_FRAMES``.

    Raises ValueError for an animation that is cut off, which decoding only its first frame would not notice.
    """
    if image_format == "GIF":
        return max(1, _count_gif(data))
    if image_format == "TIFF":
        return max(1, _count_tiff(data))
    if image_format == "PNG" and b"IEND" not in data:
        raise ValueError("the end of the PNG is missing")
    return max(1, getattr(image, "n_frames", 1))


def _count_gif(data: bytes) -> int:
    """Count the image descriptors. Raises ValueError when a block has no end."""
    position = 13 + _colour_table(data[10])
    frames = 0
    budget = _MOST_GIF_BLOCKS
    while position < len(data) and frames <= MOST_FRAMES and budget > 0:
        kind = data[position]
        if kind == 0x2C and position + 9 < len(data):  # image descriptor, colour table, LZW code size
            frames += 1
            position += 11 + _colour_table(data[position + 9])
        elif kind == 0x21:  # extension and its label
            position += 2
        else:  # trailer, or bytes that end the file
            break
        while position < len(data) and data[position] and budget > 0:
            position += data[position] + 1
            budget -= 1
        if position >= len(data):
            raise ValueError("the last block of the GIF is cut off")
        position += 1
    return frames if budget > 0 else MOST_FRAMES + 1


def _colour_table(flags: int) -> int:
    """The bytes of the colour table that ``flags`` announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _count_tiff(data: bytes) -> int:
    """Count the image file directories, stopping at the first that was seen before or lies outside the file."""
    order = "<" if data[:2] == b"II" else ">"
    big = 43 in data[2:4]
    head, count, entry, link = (8, "Q", 20, "Q") if big else (4, "H", 12, "I")
    seen: set[int] = set()
    try:
        (position,) = struct.unpack_from(order + link, data, head)
        while position and position not in seen and len(seen) <= MOST_FRAMES:
            (entries,) = struct.unpack_from(order + count, data, position)
            seen.add(position)
            after = position + struct.calcsize(order + count) + entries * entry
            (position,) = struct.unpack_from(order + link, data, after)
    except struct.error:
        pass  # the chain leads out of the file: what was counted so far is what there is
    return len(seen)
