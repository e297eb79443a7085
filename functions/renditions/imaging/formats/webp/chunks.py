"""The chunks of a WebP, walked before its decoder reserves the memory for all pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

from renditions.imaging.formats.outline import MOST_PIECES, Outline
from renditions.imaging.limits import too_many_parts

FIRST = 12  # the offset of the first chunk
_METADATA = (b"ICCP", b"EXIF", b"XMP ")


@dataclass(frozen=True, slots=True)
class Chunk:
    """``kind`` is its four letters. ``start`` and ``end`` are the offsets of what is in it, behind its header."""

    kind: bytes
    start: int
    end: int


def walk(data: bytes, most_frames: int) -> Outline:
    """The outline of the WebP ``data``; frames are counted to one above ``most_frames``.

    Raises ValueError when the file is cut off, MetadataTooLarge for a million chunks.
    """
    if declared_end(data) > len(data):
        raise ValueError("the file is cut off")
    frames = metadata = 0
    for number, chunk in enumerate(chunks(data, FIRST, len(data)), start=1):
        if number > MOST_PIECES:
            raise too_many_parts("WebP", MOST_PIECES)
        if frames > most_frames:
            break
        frames += chunk.kind == b"ANMF"
        metadata += (chunk.end - chunk.start) * (chunk.kind in _METADATA)
    return Outline(data, frames=max(1, frames), metadata=metadata)


def chunks(data: bytes, position: int, end: int) -> Iterator[Chunk]:
    """The chunks from ``position`` to ``end``, the last perhaps longer than the room for it."""
    while position + 8 <= end:
        start = position + 8
        length = int.from_bytes(data[position + 4 : start], "little")
        yield Chunk(data[position : position + 4], start, start + length)
        position = start + length + length % 2


def declared_end(data: bytes) -> int:
    """The offset behind the picture, as the file declares it."""
    return 8 + int.from_bytes(data[4:8], "little")


def declared_size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas, or (0, 0) when the header is none, which the decoder then rejects."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        width, height = (int.from_bytes(data[start : start + 2], "little") for start in (26, 28))
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
