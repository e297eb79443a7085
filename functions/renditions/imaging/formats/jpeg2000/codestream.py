"""The codestream of a JPEG 2000 (ISO/IEC 15444-1, annex A), read up to its last tile without decoding any.

OpenJPEG allocates what the headers declare: a structure for each tile, precinct and code block, and a visit to each
packet. A few bytes can declare billions, so they are counted here.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from renditions.imaging.formats.jpeg2000.boxes import unsupported
from renditions.imaging.formats.structure import Size, too_many_parts

_COD, _COC, _SOT, _SOD = 0xFF52, 0xFF53, 0xFF90, 0xFF93
_MOST_COMPONENTS, _MOST_BITS, _MOST_LEVELS = 4, 16, 32
_BYTE = 8
_SUBSAMPLING = (1, 2)
_END = b"\xff\xd9"
# 200 megapixels have 3,000 tiles of 256 × 256 pixels, which are small ones.
_MOST_TILES = 10_000
_MOST_PARTS = 50_000
_MOST_SEGMENTS = 200_000
_MOST_CODINGS = 1_000
_MOST_PACKETS = 2_000_000
_MOST_BLOCKS = 2_000_000
# Bytes that OpenJPEG allocates: for each code block with its segments, each precinct with its trees, each tile.
_BLOCK, _PRECINCT, _TILE = 1_000, 500, 8_000
_WHOLE = 15  # the precinct of a resolution that states none, as a power of two


@dataclass(frozen=True, slots=True)
class Component:
    """Bits per sample, and by what width and height are divided."""

    bits: int
    across: int
    down: int

    @property
    def is_subsampled(self) -> bool:
        """Whether it has fewer samples than the image has pixels."""
        return (self.across, self.down) != (1, 1)


@dataclass(frozen=True, slots=True)
class _Coding:
    """How a component of a tile is coded; sizes are powers of two. ``precincts``: one per resolution, or none."""

    levels: int
    block: Size
    precincts: tuple[Size, ...]

    def count(self, width: int, height: int) -> tuple[int, int]:
        """Return the number of precincts and of code blocks of a tile of this size, at most."""
        precincts = blocks = 0
        for resolution in range(self.levels + 1):
            smaller = self.levels - resolution
            sides = -(-width >> smaller), -(-height >> smaller)
            each = self.precincts[resolution] if resolution < len(self.precincts) else (_WHOLE, _WHOLE)
            precincts += _parts(sides, each)
            # Beyond the lowest resolution, a precinct covers twice as much as it does in each of three bands.
            inner = (max(0, each[0] - 1), max(0, each[1] - 1)) if resolution else each
            block = min(self.block[0], inner[0]), min(self.block[1], inner[1])
            bands, band = (3, (-(-sides[0] // 2), -(-sides[1] // 2))) if resolution else (1, sides)
            blocks += bands * _parts(band, block)
        return precincts, blocks


def _parts(sides: Size, powers: Size) -> int:
    """Return how many parts of 2 ** ``powers`` cover ``sides``, with one more across and down that may be cut."""
    return ((sides[0] >> powers[0]) + 2) * ((sides[1] >> powers[1]) + 2) if min(powers) < _WHOLE else 1


@dataclass(slots=True)
class Codestream:
    """The header. ``offset`` is where the image begins on the reference grid; ``levels`` those of every tile."""

    size: Size
    offset: Size
    tile: Size
    tiles: int
    components: tuple[Component, ...]
    levels: int = _MOST_LEVELS
    layers: int = 1
    memory: int = 0
    segments: int = 0
    codings: set[_Coding] = field(default_factory=set)

    @property
    def is_deep(self) -> bool:
        """Whether there are several components, of which one has more than 8 bits."""
        return len(self.components) > 1 and any(one.bits > _BYTE for one in self.components)

    def count(self) -> None:
        """Set what the decoder allocates. Raises ValueError for more than any encoder writes."""
        width, height = (min(side, whole) for side, whole in zip(self.tile, self.size, strict=True))
        counts = [coding.count(width, height) for coding in self.codings]
        precincts, blocks = (
            max(count[place] for count in counts) * self.tiles * len(self.components) for place in (0, 1)
        )
        if precincts * self.layers > _MOST_PACKETS or blocks > _MOST_BLOCKS:
            raise ValueError("more packets or code blocks than any encoder writes")
        self.memory = blocks * _BLOCK + precincts * _PRECINCT + self.tiles * _TILE

    def add(self, marker: int, body: bytes) -> None:
        """Count a marker segment, and take up what it says about how components are coded."""
        self.segments += 1
        if self.segments > _MOST_SEGMENTS:
            raise too_many_parts("JPEG2000", _MOST_SEGMENTS)
        if marker == _COD:
            self.layers = max(self.layers, int.from_bytes(body[2:4], "big"))
            style, start = body[0], 5
        elif marker == _COC:
            style, start = body[1], 2
        else:
            return
        levels = body[start]
        if levels > _MOST_LEVELS:
            raise ValueError("too many levels")
        sizes = body[start + 5 : start + 6 + levels] if style & 1 else b""
        precincts = tuple((one & 15, one >> 4) for one in sizes)
        block = (body[start + 1] & 15) + 2, (body[start + 2] & 15) + 2
        self.codings.add(_Coding(levels, block, precincts))
        if len(self.codings) > _MOST_CODINGS:
            raise ValueError("more ways of coding than any encoder uses")
        self.levels = min(self.levels, levels)


def header(data: bytes, start: int, end: int) -> Codestream:
    """Return the header of the codestream, as far as its size. Raises ValueError or UnsupportedFormat."""
    if data[start : start + 4] != b"\xff\x4f\xff\x51":
        raise ValueError("no codestream")
    length = int.from_bytes(data[start + 4 : start + 6], "big")
    body = data[start + 6 : min(end, start + 4 + length)]
    _, right, lower, left, upper, width, height, tiles_left, tiles_upper, count = struct.unpack_from(
        ">H8IH", body
    )
    size, tile = (right - left, lower - upper), (width, height)
    if min(*size, *tile) <= 0 or not (left < tiles_left + width and upper < tiles_upper + height):
        raise ValueError("no pixels")
    if tiles_left > left or tiles_upper > upper or not count:
        raise ValueError("tiles outside of the image")
    if count > _MOST_COMPONENTS:
        raise unsupported(f"{count:,} components")
    components = tuple(_component(*body[at : at + 3]) for at in range(36, 36 + 3 * count, 3))
    tiles = -(-(right - tiles_left) // width) * -(-(lower - tiles_upper) // height)
    return Codestream(size, (left, upper), tile, tiles, components)


def _component(depth: int, across: int, down: int) -> Component:
    bits = (depth & 0x7F) + 1
    if bits > _MOST_BITS:
        raise unsupported(f"{bits} bits per sample")
    if across not in _SUBSAMPLING or down not in _SUBSAMPLING:
        raise unsupported("components of unusual sizes")
    return Component(bits, across, down)


def read(data: bytes, start: int, end: int) -> Codestream:
    """Return the whole structure. Raises ValueError for a codestream that is cut off or lacks a tile."""
    found = header(data, start, end)
    if found.components[0].is_subsampled:
        raise unsupported("components of unusual sizes")
    if any(one.across > 1 for one in found.components) and any(
        side % 2 for side in (found.size[0], found.offset[0], found.tile[0] if found.tiles > 1 else 0)
    ):
        raise unsupported("subsampled colours and an odd width")  # of which Pillow shifts each row
    if found.tiles > _MOST_TILES:
        raise too_many_parts("JPEG2000", _MOST_TILES)
    place = start + 2
    for marker, body, stop in _segments(data, place, end, _SOT):
        found.add(marker, body)
        place = stop
    seen: set[int] = set()
    for _ in range(_MOST_PARTS):
        if data[place : place + 2] == _END:
            break
        number, place = _tile_part(data, place, end, found)
        seen.add(number)
    else:
        raise too_many_parts("JPEG2000", _MOST_PARTS)
    if len(seen) != found.tiles or max(seen) >= found.tiles or not found.codings:
        raise ValueError("a tile is missing")
    found.count()
    return found


def _segments(data: bytes, place: int, end: int, last: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield (marker, body, end) of the marker segments up to the marker ``last``."""
    while place + 2 <= end:
        (marker,) = struct.unpack_from(">H", data, place)
        if marker == last:
            return  # with nothing after it in a tile-part that is empty
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        stop = place + 2 + length
        if marker >> 8 != 0xFF or length < 2 or stop > end:
            raise ValueError("the header is damaged")
        yield marker, data[place + 4 : stop], stop
        place = stop
    raise ValueError("the header is cut off")


def _tile_part(data: bytes, place: int, end: int, found: Codestream) -> tuple[int, int]:
    """Read the header of the tile-part at ``place``. Return the number of its tile, and where it ends."""
    marker, length, number, size = struct.unpack_from(">HHHI", data, place)
    stop = place + size if size else end - 2  # no size: the last one, up to the marker at the end
    if marker != _SOT or length != 10 or stop > end - 2 or stop < place + 14:
        raise ValueError("a tile is cut off")
    for kind, body, _ in _segments(data, place + 12, stop, _SOD):
        found.add(kind, body)
    return number, stop
