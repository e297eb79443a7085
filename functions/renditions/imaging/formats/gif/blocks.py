"""The blocks of a GIF, counted without decoding. Pillow's own counter takes seconds over a file built for that."""

from collections.abc import Iterator
from dataclasses import dataclass

from renditions.imaging.formats.structure import Structure, too_many_parts

# A block holds up to 255 bytes, so that 50 MB have 200,000 of them. A walk over more takes seconds.
_MOST_BLOCKS = 500_000
# Encoders fill their blocks: this many full ones are passed at once.
_AT_ONCE, _FULL = 64, 255
IMAGE, EXTENSION, GRAPHIC_CONTROL = 0x2C, 0x21, 0xF9


@dataclass(frozen=True, slots=True)
class Part:
    """An image or an extension from ``start`` to ``end``. Its data blocks begin at the offset ``blocks``."""

    kind: int
    start: int
    blocks: int
    end: int


def walk(data: bytes, most_frames: int, most_metadata: int) -> Structure:
    """Return the structure of the GIF ``data``. Counts frames and metadata to just above the limits.

    Raises what ``parts`` raises.
    """
    frames = metadata = 0
    for part in parts(data):
        if part.kind == IMAGE:
            frames += 1
        elif data[part.start + 1] != GRAPHIC_CONTROL:
            metadata += part.end - part.blocks
        if frames > most_frames or metadata > most_metadata:
            break
    return Structure(data, frames=max(1, frames), metadata=metadata)


def parts(data: bytes) -> Iterator[Part]:
    """Yield the images and extensions of the GIF ``data`` up to its trailer, or to other bytes that end it.

    Raises ValueError if a block is cut off, which decoding only the first frame would not notice, and MetadataTooLarge
    for too many blocks.
    """
    position, count = 13 + colour_table(data[10]), 0
    while position < len(data):
        start, kind = position, data[position]
        if kind == IMAGE and position + 9 < len(data):  # descriptor, colour table, LZW code size
            blocks = position + 11 + colour_table(data[position + 9])
        elif kind == EXTENSION:  # and its label
            blocks = position + 2
        else:
            break
        position, count = _after_blocks(data, blocks, count)
        yield Part(kind, start, blocks, position)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the canvas."""
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _after_blocks(data: bytes, position: int, count: int) -> tuple[int, int]:
    """Return the offset after a sequence of blocks and its terminator, and ``count`` plus the number of blocks."""
    while position < len(data) and data[position] and count <= _MOST_BLOCKS:
        full = _full_blocks(data, position) or 1
        position += full * (data[position] + 1)
        count += full
    if count > _MOST_BLOCKS:
        raise too_many_parts("GIF", _MOST_BLOCKS)
    if position >= len(data):
        raise ValueError("the last block is cut off")
    return position + 1, count + 1


def _full_blocks(data: bytes, position: int) -> int:
    """Return how many of the next blocks have the full length, up to 64."""
    lengths = data[position : position + _AT_ONCE * (_FULL + 1) : _FULL + 1]
    return len(lengths) - len(lengths.lstrip(bytes((_FULL,))))


def colour_table(flags: int) -> int:
    """Return the size in bytes of the colour table that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
