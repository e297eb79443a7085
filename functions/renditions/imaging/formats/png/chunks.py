"""The chunks of a PNG, read before Pillow reads the file.

Pillow refuses an image for a text of more than 1 MB unpacked or for a damaged ancillary chunk, neither of which people
see. Such chunks are left out, as libpng does. How much of them may be unpacked is a limit of the settings.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from renditions.errors import CorruptImage, UnsupportedFormat
from renditions.imaging.formats.structure import (
    MOST_PARTS,
    Structure,
    embedded_profile,
    too_many_parts,
    without,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME_KINDS = (b"acTL", b"fcTL", b"fdAT", b"tRNS")
# The most that Pillow unpacks of one chunk (PngImagePlugin.MAX_TEXT_CHUNK).
_LONGEST_UNPACKED = 1_048_576
# All texts together may have 64 MB in Pillow, which is also the highest limit on metadata.
_STEP = 1_048_576  # bytes that are unpacked at a time
_COLOUR_KINDS = (b"cICP", b"sRGB", b"gAMA", b"cHRM")
_APPLES = b"CgBI"
_KEYED = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
# Chunks shorter than this stop Pillow, and hold no information.
_SHORTEST = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"acTL": 8, b"fcTL": 26, b"fdAT": 4}
_SHORTEST_KEY = {0: 2, 2: 6}  # tRNS in greyscale, in colour
# Pillow keeps texts by their keywords in the dictionary that also holds these facts about the image.
_PILLOWS_KEYS = (
    b"transparency", b"icc_profile", b"exif", b"gamma", b"dpi", b"interlace",
    b"default_image", b"bbox", b"disposal", b"blend", b"loop", b"duration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the type ``kind``, from the offset ``start`` of its length to ``end``, after its checksum."""

    kind: bytes
    start: int
    end: int

    @property
    def is_ancillary(self) -> bool:
        """Whether the image can be shown without it, as the lower case of its first letter says."""
        return bool(self.kind[0] & 0x20)


def walk(data: bytes, most_metadata: int) -> Structure:
    """Return the structure of the PNG ``data``. Counts metadata to just above ``most_metadata``.

    Raises ValueError if a chunk is cut off, a critical chunk is damaged or the end is missing, MetadataTooLarge for too
    many chunks.
    """
    removed: list[tuple[int, int]] = []
    metadata = 0
    profile: bytes | None = None
    colours: dict[bytes, bytes] = {}
    before_pixels = True
    for chunk in chunks(data):
        if metadata > most_metadata:
            break
        before_pixels = before_pixels and chunk.kind != b"IDAT"
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
            removed.append((chunk.start, chunk.end))
            profile = unpacked if chunk.kind == b"iCCP" and sound else profile
        elif chunk.kind in _COLOUR_KINDS and before_pixels:
            colours.setdefault(chunk.kind, data[chunk.start + 8 : chunk.end - 4])
    readable = without(data, removed, len(data)) if metadata <= most_metadata else data
    # A large profile is removed for Pillow's sake, but is applied all the same.
    return Structure(
        readable,
        metadata=metadata,
        profile=lambda image: _colour(colours, profile or embedded_profile(image)),
    )


def _colour(stated: dict[bytes, bytes], profile: bytes | None) -> bytes | None:
    """Return the profile that applies. ``stated`` are the chunks that state a colour in numbers."""
    if not stated or (b"cICP" not in stated and (profile or b"sRGB" in stated)):
        return profile
    from renditions.imaging.formats.png import colour  # noqa: PLC0415 - only for such a file

    return colour.profile(stated, profile)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height. Raises CorruptImage if no header is first, UnsupportedFormat for Apple's variant."""
    if data[12:16] == _APPLES:
        raise UnsupportedFormat(
            "This looks like an iPhone-optimised PNG, which only Apple's software reads. Export it as an ordinary PNG "
            "or JPEG and upload that file."
        )
    if data[12:16] != b"IHDR":
        raise CorruptImage(
            "This is not a PNG that can be read, because it does not begin with its header. "
            "Export the image again and upload the new file."
        )
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def depth(data: bytes) -> int:
    """Return the number of bits per sample, or per palette index."""
    return data[24]


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the chunks of the PNG ``data`` up to its end. Raises ValueError if one is cut off."""
    position = len(SIGNATURE)
    for _ in range(MOST_PARTS):
        kind = data[position + 4 : position + 8]
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if len(kind) < 4 or end > len(data):
            raise ValueError("a chunk is cut off")
        yield Chunk(kind, position, end)
        if kind == b"IEND":
            return
        position = end
    raise too_many_parts("PNG", MOST_PARTS)


def is_sound(data: bytes, chunk: Chunk) -> bool:
    """Return whether the checksum of the chunk is right."""
    checked = zlib.crc32(memoryview(data)[chunk.start + 4 : chunk.end - 4])
    return checked == int.from_bytes(data[chunk.end - 4 : chunk.end], "big")


def _packed(data: bytes, chunk: Chunk) -> bytes | None:
    """Return the deflated part of a compressed text or profile, None for any other chunk."""
    if chunk.kind not in (b"zTXt", b"iTXt", b"iCCP"):
        return None
    keyword, _, rest = data[chunk.start + 8 : chunk.end - 4].partition(b"\0")
    if chunk.kind == b"iTXt":
        return rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else None
    return rest[1:] if keyword else None


def _unpacked(data: bytes, chunk: Chunk, most: int) -> bytes | None:
    """Return the content of a compressed chunk up to just above ``most`` bytes; None for other chunks."""
    packed = _packed(data, chunk)
    if packed is None:
        return None
    inflater = zlib.decompressobj()
    unpacked: list[bytes] = []
    size = 0
    try:
        while packed and size <= most:
            unpacked.append(inflater.decompress(packed, _STEP))
            size += len(unpacked[-1])
            packed = inflater.unconsumed_tail
    except zlib.error:
        pass  # Pillow takes broken content for empty, too
    return b"".join(unpacked)


def _stops_pillow(data: bytes, chunk: Chunk, unpacked: bytes | None) -> bool:
    """Return whether Pillow would refuse the image for this sound chunk, or take a text for something else."""
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
