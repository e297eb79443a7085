"""The chunks of a WebP, walked before its decoder reserves the memory for all pixels."""

from renditions.imaging.formats.outline import MOST_PIECES, Outline
from renditions.imaging.limits import too_many_parts

_METADATA = (b"ICCP", b"EXIF", b"XMP ")


def walk(data: bytes, most_frames: int) -> Outline:
    """The outline of the WebP ``data``; frames are counted to one above ``most_frames``.

    Raises ValueError when the file is cut off, MetadataTooLarge for a million chunks.
    """
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise ValueError("the file is cut off")
    position, frames, metadata = 12, 0, 0
    for _ in range(MOST_PIECES):
        if position + 8 > len(data) or frames > most_frames:
            return Outline(data, frames=max(1, frames), metadata=metadata)
        kind = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        frames += kind == b"ANMF"
        metadata += length * (kind in _METADATA)
        position += 8 + length + length % 2
    raise too_many_parts("WebP", MOST_PIECES)


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
