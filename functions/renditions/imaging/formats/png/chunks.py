"""The chunks of a PNG, walked before Pillow sees them.

Pillow refuses a picture for a text that is unpacked larger than 1 MB or for a damaged ancillary chunk, which people
do not even see. Such chunks are left out, as libpng does; how much of them may be unpacked is a limit of ours.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from renditions.imaging.formats.outline import MOST_PIECES, Outline, without
from renditions.imaging.limits import too_many_parts

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME_KINDS = (b"acTL", b"fcTL", b"fdAT", b"tRNS")
# What Pillow unpacks of one chunk (PngImagePlugin.MAX_TEXT_CHUNK).
_LONGEST_UNPACKED = 1_048_576
# What Pillow keeps of all texts together is 64 MB, which is also the highest limit on metadata.
_PIECE = 1_048_576
_KEYED = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
# Chunks shorter than this stop Pillow, and say nothing.
_SHORTEST = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"acTL": 8, b"fcTL": 26, b"fdAT": 4}
_SHORTEST_KEY = {0: 2, 2: 6}  # tRNS in grey, in colour
# Pillow keeps texts by their keywords in one dictionary with what it knows about the picture itself.
_PILLOWS_KEYS = (
    b"transparency", b"icc_profile", b"exif", b"gamma", b"dpi", b"interlace",
    b"default_image", b"bbox", b"disposal", b"blend", b"loop", b"duration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """``start`` and ``end`` are offsets of the whole chunk, with its length and check sum."""

    kind: bytes
    start: int
    end: int

    @property
    def is_ancillary(self) -> bool:
        """Whether a picture can do without it, which its kind says by a small first letter."""
        return bool(self.kind[0] & 0x20)


def walk(data: bytes, most_metadata: int) -> Outline:
    """The outline of the PNG ``data``. Metadata is counted to just above ``most_metadata``.

    Raises ValueError when a chunk is cut off, when one that matters is damaged, or when the end is missing, and
    MetadataTooLarge for a million chunks.
    """
    left_out: list[tuple[int, int]] = []
    metadata = 0
    profile = None
    for chunk in chunks(data):
        if metadata > most_metadata:
            break
        sound = is_sound(data, chunk)
        if not chunk.is_ancillary and not sound:
            raise ValueError("a chunk is damaged")
        if not chunk.is_ancillary or chunk.kind in _FRAME_KINDS:
            unpacked = None
        else:
            metadata += chunk.end - chunk.start - 12
            unpacked = _unpacked(data, chunk, most_metadata - metadata) if sound else None
        if unpacked is not None:
            metadata += len(unpacked)
        if not sound or _stops_pillow(data, chunk, unpacked):
            left_out.append((chunk.start, chunk.end))
            profile = unpacked if chunk.kind == b"iCCP" and sound else profile
    readable = without(data, left_out, len(data)) if metadata <= most_metadata else data
    return Outline(readable, metadata=metadata, icc_profile=profile)


def declared_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header declares them, whatever stands in its place."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def depth(data: bytes) -> int:
    """The number of bits for each sample, or for each index of a palette."""
    return data[24]


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of the PNG ``data`` up to its end. Raises ValueError when one is cut off."""
    position = len(SIGNATURE)
    for _ in range(MOST_PIECES):
        kind = data[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if len(kind) < 4 or end > len(data):
            raise ValueError("a chunk is cut off")
        yield Chunk(kind, position, end)
        if kind == b"IEND":
            return
        position = end
    raise too_many_parts("PNG", MOST_PIECES)


def is_sound(data: bytes, chunk: Chunk) -> bool:
    """Whether the chunk's check sum is right."""
    checked = zlib.crc32(memoryview(data)[chunk.start + 4 : chunk.end - 4])
    return checked == int.from_bytes(data[chunk.end - 4 : chunk.end], "big")


def _packed(data: bytes, chunk: Chunk) -> bytes | None:
    """The deflated part of a compressed text or profile, None for any other chunk."""
    if chunk.kind not in (b"zTXt", b"iTXt", b"iCCP"):
        return None
    keyword, _, rest = data[chunk.start + 8 : chunk.end - 4].partition(b"\0")
    if chunk.kind == b"iTXt":
        return rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else None
    return rest[1:] if keyword else None


def _unpacked(data: bytes, chunk: Chunk, most: int) -> bytes | None:
    """The content of a compressed chunk, ended just above ``most`` bytes; None for chunks that are not compressed."""
    packed = _packed(data, chunk)
    if packed is None:
        return None
    inflater = zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    try:
        while packed and size <= most:
            pieces.append(inflater.decompress(packed, _PIECE))
            size += len(pieces[-1])
            packed = inflater.unconsumed_tail
    except zlib.error:
        pass  # Pillow takes what is broken for empty, too
    return b"".join(pieces)


def _stops_pillow(data: bytes, chunk: Chunk, unpacked: bytes | None) -> bool:
    """Whether Pillow would refuse the picture for this sound chunk, or take a text for something else."""
    shortest = _SHORTEST_KEY.get(data[25], 0) if chunk.kind == b"tRNS" else _SHORTEST.get(chunk.kind, 0)
    if chunk.end - chunk.start - 12 < shortest:
        return True
    if chunk.kind not in _KEYED:
        return False
    keyword, _, rest = data[chunk.start + 8 : chunk.end - 4].partition(b"\0")
    if chunk.kind != b"iCCP" and keyword in _PILLOWS_KEYS:
        return True
    if unpacked is not None and len(unpacked) > _LONGEST_UNPACKED:
        return True
    return chunk.kind in (b"iCCP", b"zTXt") and rest[:1] != b"\0"
