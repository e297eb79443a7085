"""The chunks of a WebP, read before its decoder reserves memory for all pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

from renditions.imaging.formats.structure import MOST_PARTS, Structure, too_many_parts

FIRST = 12  # the offset of the first chunk
# Flags in the first byte of the chunk VP8X: what the file has.
PROFILE, ALPHA, EXIF, XMP = 0x20, 0x10, 0x08, 0x04
_METADATA = (b"ICCP", b"EXIF", b"XMP ")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the type ``kind``, with its content from ``start`` to ``end``."""

    kind: bytes
    start: int
    end: int


def walk(data: bytes, most_frames: int) -> Structure:
    """Return the structure of the WebP ``data``. Counts frames to one above ``most_frames``.

    Raises ValueError if the file is cut off, MetadataTooLarge for too many chunks.
    """
    if declared_end(data) > len(data):
        raise ValueError("the file is cut off")
    frames = metadata = 0
    for number, chunk in enumerate(chunks(data, FIRST, len(data)), start=1):
        if number > MOST_PARTS:
            raise too_many_parts("WebP", MOST_PARTS)
        if frames > most_frames:
            break
        frames += chunk.kind == b"ANMF"
        metadata += (chunk.end - chunk.start) * (chunk.kind in _METADATA)
    return Structure(data, frames=max(1, frames), metadata=metadata)


def chunks(data: bytes, position: int, end: int) -> Iterator[Chunk]:
    """Yield the chunks from ``position`` to ``end``. The last may reach beyond it."""
    while position + 8 <= end:
        start = position + 8
        length = int.from_bytes(data[position + 4 : start], "little")
        yield Chunk(data[position : position + 4], start, start + length)
        position = start + length + length % 2


def written(kind: bytes, content: bytes) -> bytes:
    """Return a chunk, padded to an even number of bytes."""
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def declared_end(data: bytes) -> int:
    """Return the offset at which the image ends, as the file declares it."""
    return 8 + int.from_bytes(data[4:8], "little")


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height of the canvas, or (0, 0) for an invalid header, which the decoder rejects later."""
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
