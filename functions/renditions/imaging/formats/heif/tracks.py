"""The tracks of an animated AVIF."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from renditions.imaging.formats.heif.boxes import Box, Reader

_PICTURES = b"pict"
# A full box begins with version and flags; a table continues with its count.
_HANDLER, _COUNT, _TABLE = 8, 4, 8
# An entry that describes images has their size after 24 bytes and boxes after 78.
_SIZE, _BOXES = 24, 78
_MOST_TRACKS = 100


@dataclass(frozen=True, slots=True)
class Track:
    """One track. ``frames`` are their (start, end) offsets in the file."""

    is_auxiliary: bool
    size: tuple[int, int]
    properties: list[Box]
    frames: list[tuple[int, int]]


def read(reader: Reader, movie: Box) -> list[Track]:
    """Return the AV1 tracks in the box ``moov``, alpha last. Raises ValueError if there are none."""
    boxes = [box for box in reader.inside(movie) if box.kind == b"trak"][:_MOST_TRACKS]
    tracks = [track for box in boxes if (track := _track(reader, box))]
    if not tracks:
        raise ValueError("there is no track of images")
    return sorted(tracks, key=lambda track: track.is_auxiliary)


def _track(reader: Reader, box: Box) -> Track | None:
    media = _inside(reader, _inside(reader, box)[b"mdia"])
    tables = _inside(reader, _inside(reader, media[b"minf"])[b"stbl"])
    entry = next((one for one in reader.inside(tables[b"stsd"], _TABLE) if one.kind == b"av01"), None)
    if entry is None:
        return None
    handler = media[b"hdlr"].start + _HANDLER
    return Track(
        is_auxiliary=reader.data[handler : handler + 4] != _PICTURES,
        size=(reader.number(entry.start + _SIZE, 2), reader.number(entry.start + _SIZE + 2, 2)),
        properties=reader.inside(entry, _BOXES),
        frames=list(_frames(reader, tables)),
    )


def _inside(reader: Reader, box: Box) -> dict[bytes, Box]:
    return {one.kind: one for one in reader.inside(box)}


def _frames(reader: Reader, tables: dict[bytes, Box]) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the frames, which are contiguous in each chunk. Raises ValueError if one is cut off."""
    sizes, counts = _sizes(reader, tables[b"stsz"]), _per_chunk(reader, tables[b"stsc"])
    offsets, width = (tables[b"stco"], 4) if b"stco" in tables else (tables[b"co64"], 8)
    place = offsets.start + _TABLE
    for chunk in range(1, 1 + reader.number(offsets.start + _COUNT, 4)):
        reader.count()
        start = reader.number(place, width)
        place += width
        _, count = counts[bisect_right(counts, chunk, key=itemgetter(0)) - 1]
        for size in islice(sizes, count):
            if start + size > len(reader.data):
                raise ValueError("a frame is cut off")
            yield start, start + size
            start += size
    if next(sizes, None) is not None:
        raise ValueError("frames are missing")


def _sizes(reader: Reader, box: Box) -> Iterator[int]:
    same = reader.number(box.start + _COUNT, 4)
    for number in range(reader.number(box.start + _TABLE, 4)):
        reader.count()
        yield same or reader.number(box.start + _TABLE + 4 + 4 * number, 4)


def _per_chunk(reader: Reader, box: Box) -> list[tuple[int, int]]:
    """Return pairs of a first chunk and the number of frames in it and in each chunk that follows."""
    places = range(reader.number(box.start + _COUNT, 4))
    reader.count(len(places))
    return [
        (reader.number(start, 4), reader.number(start + 4, 4))
        for start in (box.start + _TABLE + 12 * place for place in places)
    ]
