"""The tracks of an animated AVIF, of which the first frame is decoded."""

from dataclasses import dataclass

from renditions.imaging.isobmff import Box, Walk

_PICTURES = b"pict"
# A full box has its version and flags before all else, a table its count behind them.
_HANDLER, _COUNT, _TABLE = 8, 4, 8
# An entry that describes pictures has their size behind 24 bytes, and boxes behind 78.
_SIZE, _BOXES = 24, 78
_MOST_TRACKS = 100


@dataclass(frozen=True, slots=True)
class Track:
    """``first`` is where the first frame is: (start, end) offsets in the file."""

    is_auxiliary: bool
    size: tuple[int, int]
    first: tuple[int, int]
    properties: list[Box]
    frames: int


def read(walk: Walk, movie: Box) -> list[Track]:
    """The AV1 tracks in the box ``moov``: what is seen first, alpha behind. Raises ValueError where there are none."""
    boxes = [box for box in walk.inside(movie) if box.kind == b"trak"][:_MOST_TRACKS]
    tracks = [track for box in boxes if (track := _track(walk, box))]
    if not tracks:
        raise ValueError("there is no track of pictures")
    return sorted(tracks, key=lambda track: track.is_auxiliary)


def _track(walk: Walk, box: Box) -> Track | None:
    media = _inside(walk, _inside(walk, box)[b"mdia"])
    tables = _inside(walk, _inside(walk, media[b"minf"])[b"stbl"])
    entry = next((one for one in walk.inside(tables[b"stsd"], _TABLE) if one.kind == b"av01"), None)
    if entry is None:
        return None
    handler = media[b"hdlr"].start + _HANDLER
    return Track(
        is_auxiliary=walk.data[handler : handler + 4] != _PICTURES,
        size=(walk.number(entry.start + _SIZE, 2), walk.number(entry.start + _SIZE + 2, 2)),
        first=_first(walk, tables),
        properties=walk.inside(entry, _BOXES),
        frames=walk.number(tables[b"stsz"].start + _TABLE, 4),
    )


def _inside(walk: Walk, box: Box) -> dict[bytes, Box]:
    return {one.kind: one for one in walk.inside(box)}


def _first(walk: Walk, tables: dict[bytes, Box]) -> tuple[int, int]:
    offsets, width = (tables[b"stco"], 4) if b"stco" in tables else (tables[b"co64"], 8)
    sizes = tables[b"stsz"].start
    start = walk.number(offsets.start + _TABLE, width)
    end = start + (walk.number(sizes + _COUNT, 4) or walk.number(sizes + _COUNT + 8, 4))
    if end > len(walk.data):
        raise ValueError("a frame is cut off")
    return start, end
