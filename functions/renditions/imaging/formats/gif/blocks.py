"""The blocks of a GIF, counted without decoding: Pillow's own counter takes seconds over a file made for that."""

from renditions.imaging.formats.outline import Outline
from renditions.imaging.limits import too_many_parts

# Blocks hold up to 255 bytes: 50 MB have 200,000 of them. A walk over more would take seconds.
_MOST_BLOCKS = 500_000
IMAGE, EXTENSION, GRAPHIC_CONTROL = 0x2C, 0x21, 0xF9


def walk(data: bytes, most_frames: int, most_metadata: int) -> Outline:
    """The outline of the GIF ``data``; frames and metadata are counted to just above the limits.

    Raises ValueError when a block is cut off, which decoding only the first frame would not notice, and
    MetadataTooLarge for a million blocks.
    """
    position = 13 + colour_table(data[10])
    frames = metadata = blocks = 0
    while position < len(data) and frames <= most_frames and metadata <= most_metadata:
        kind, label = data[position], data[position + 1 : position + 2]
        if kind == IMAGE and position + 9 < len(data):  # descriptor, colour table, LZW code size
            frames += 1
            position += 11 + colour_table(data[position + 9])
        elif kind == EXTENSION:  # and its label
            position += 2
        else:  # trailer, or bytes that end the file
            break
        start = position
        position, blocks = behind_blocks(data, position, blocks)
        if kind == EXTENSION and label != bytes((GRAPHIC_CONTROL,)):
            metadata += position - start
    return Outline(data, frames=max(1, frames), metadata=metadata)


def behind_blocks(data: bytes, position: int, blocks: int) -> tuple[int, int]:
    """The offset behind a sequence of blocks and its terminator, and the ``blocks`` counted on."""
    while position < len(data) and data[position] and blocks <= _MOST_BLOCKS:
        position += data[position] + 1
        blocks += 1
    if blocks > _MOST_BLOCKS:
        raise too_many_parts("GIF", _MOST_BLOCKS)
    if position >= len(data):
        raise ValueError("the last block is cut off")
    return position + 1, blocks + 1


def colour_table(flags: int) -> int:
    """The bytes of the colour table that ``flags`` announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
