"""The marker structure of a JPEG, read in pure Python before a decoder reads the file.

Entropy-coded data is only searched for markers, which takes about a millisecond per megabyte.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from renditions.imaging.formats.jpeg.kinds import JPEG_LS, check_kind
from renditions.imaging.formats.structure import too_many_parts

START_OF_SCAN, END_OF_IMAGE, RESTART_INTERVAL, DEFINE_HUFFMAN = 0xDA, 0xD9, 0xDD, 0xC4
_RESTARTS = range(0xD0, 0xD8)
_STANDALONE = frozenset((*_RESTARTS, END_OF_IMAGE, 0x01))  # without parameters
# All SOFn. C4, C8 and CC in between mean something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {DEFINE_HUFFMAN, 0xC8, 0xCC}
_PROGRESSIVE = 0xC2
_METADATA = frozenset((*range(0xE0, 0xF0), 0xFE))
# In entropy-coded data FF 00 stands for FF, and any number of FF may precede a marker.
_MARKER = re.compile(rb"\xff[^\x00\xff]")
# No program writes more segments than this, and a list of them would take the memory that the limit protects.
_MOST_SEGMENTS = 50_000
_MOST_RESTARTS = 2_000_000

Sampling = dict[int, tuple[int, int]]  # component → horizontal and vertical sampling factor


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker with its parameters in ``body``, from the offset ``start`` of its first FF up to ``end``."""

    marker: int
    start: int
    end: int
    body: bytes


@dataclass(frozen=True)
class Jpeg:
    """The segments of one image, and ``stops``: for each scan the offsets of the markers that end its data.

    All but the last stop of a scan are restart markers. ``end`` is the offset after the end-of-image marker. What
    follows (further images of a phone, garbage) is ignored.
    """

    segments: tuple[Segment, ...]
    stops: tuple[tuple[int, ...], ...]
    end: int

    @cached_property
    def metadata(self) -> int:
        """The number of bytes in application segments and comments."""
        return sum(len(one.body) for one in self.segments if one.marker in _METADATA)

    @property
    def starts(self) -> tuple[int, ...]:
        """The offset at which the data of each scan begins."""
        return tuple(one.end for one in self.segments if one.marker == START_OF_SCAN)

    @property
    def scans(self) -> int:
        """The number of times that the decoder passes over the image."""
        return len(self.stops)

    @cached_property
    def coefficients(self) -> int:
        """The size in bytes of the coefficients that the decoder keeps until the last scan; 0 for a single scan."""
        if self.scans == 1 and not self.is_progressive:
            return 0
        width, height, sampling = self.sampling
        widest, tallest = largest(sampling)
        samples = sum(across * down for across, down in sampling.values())  # per unit
        return 2 * width * height * samples // (widest * tallest)

    @property
    def frame(self) -> Segment:
        """The one frame header."""
        return next(one for one in self.segments if one.marker in _FRAMES)

    @property
    def is_progressive(self) -> bool:
        """Whether each scan holds a part of the coefficients, Huffman coded."""
        return self.frame.marker == _PROGRESSIVE

    @cached_property
    def sampling(self) -> tuple[int, int, Sampling]:
        """Width, height, and the sampling factors of each component."""
        frame = self.frame.body
        width, height = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
        components = (frame[start : start + 2] for start in range(6, 6 + 3 * frame[5], 3))
        return width, height, {name: (factors >> 4, factors & 15) for name, factors in components}

    def units(self, components: bytes) -> int:
        """Return the number of coded units in a scan: blocks of 8 × 8 samples, grouped if it has several components."""
        width, height, sampling = self.sampling
        widest, tallest = largest(sampling)
        if len(components) > 1:
            return _ceiling(width, 8 * widest) * _ceiling(height, 8 * tallest)
        across, down = sampling[components[0]]
        rows, columns = _ceiling(height * down, tallest), _ceiling(width * across, widest)
        return _ceiling(columns, 8) * _ceiling(rows, 8)


def declared_size(data: bytes) -> tuple[int, int]:
    """Return width and height in the first frame header, (0, 0) if there is none before the pixels."""
    for segment in segments(data):
        if segment.marker in _FRAMES and len(segment.body) >= 6:
            return int.from_bytes(segment.body[3:5], "big"), int.from_bytes(segment.body[1:3], "big")
        if segment.marker in (START_OF_SCAN, END_OF_IMAGE):
            break
    return 0, 0


def header_of(head: bytes) -> Iterator[Segment]:
    """Yield the segments at the beginning of an image, the header of its first scan last, without checking them."""
    for segment in segments(head):
        yield segment
        if segment.marker in (START_OF_SCAN, END_OF_IMAGE):
            return


def walk(data: bytes, most_scans: int) -> Jpeg:
    """Return the structure of ``data``. The walk ends at the first scan above ``most_scans``.

    Raises ValueError if the file ends before the image does or if scans are missing, MetadataTooLarge for too many
    segments.
    """
    segments: list[Segment] = []
    stops: list[tuple[int, ...]] = []
    position = 2
    while True:
        segment = _segment(data, position)
        if segment.marker == END_OF_IMAGE:
            break
        if segment.marker in _FRAMES or segment.marker == JPEG_LS:
            check_kind(segment.marker, segment.body)
        segments.append(segment)
        position = segment.end
        if segment.marker == START_OF_SCAN:
            stops.append(tuple(_stops(data, position)))
            position = stops[-1][-1]
        if len(stops) > most_scans:
            return Jpeg(tuple(segments), tuple(stops), segment.end)
        if len(segments) > _MOST_SEGMENTS:
            raise too_many_parts("JPEG", _MOST_SEGMENTS)
    _check_complete(segments)
    structure = Jpeg(tuple(segments), tuple(stops), segment.end)
    _check_intervals(structure)
    return structure


def segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the first that is cut off, without checking them."""
    position = 2
    for _ in range(_MOST_SEGMENTS):
        try:
            segment = _segment(data, position)
        except ValueError:
            return
        yield segment
        position = segment.end


def _segment(data: bytes, position: int) -> Segment:
    """Return the next segment at or after ``position``. Skips bytes that are no marker, as all decoders do."""
    found = _MARKER.search(data, position)
    if found is None:
        raise ValueError("no end-of-image marker")
    start, parameters = _before_fill(data, position, found.start()), found.end()
    marker = data[parameters - 1]
    if marker in _STANDALONE:
        return Segment(marker, start, parameters, b"")
    length = int.from_bytes(data[parameters : parameters + 2], "big")
    end = parameters + length
    if length < 2 or end > len(data):
        raise ValueError("a segment is cut off")
    return Segment(marker, start, end, data[parameters + 2 : end])


def _stops(data: bytes, position: int) -> Iterator[int]:
    """Yield the offsets of the restart markers in the data of a scan, and of the marker that ends it."""
    for expected, found in enumerate(_MARKER.finditer(data, position)):
        marker = data[found.end() - 1]
        yield _before_fill(data, position, found.start())
        if marker not in _RESTARTS:
            return
        if marker != _RESTARTS[expected % 8] or expected > _MOST_RESTARTS:
            raise ValueError("a part of the image is missing between two restart markers")
        position = found.end()
    raise ValueError("the file ends within a scan")


def _before_fill(data: bytes, position: int, marker: int) -> int:
    """Return the offset, at least ``position``, of the first FF of the fill bytes before the marker at ``marker``."""
    if data[marker - 1] != 0xFF:
        return marker
    return position + len(data[position:marker].rstrip(b"\xff"))


def _check_complete(segments: list[Segment]) -> None:
    """Raise ValueError unless the scans together hold every coefficient of every component at full precision."""
    frames = [one for one in segments if one.marker in _FRAMES]
    if len(frames) != 1 or len(frames[0].body) < 6 + 3 * frames[0].body[5]:
        raise ValueError("one frame header is needed")
    body = frames[0].body
    progressive = frames[0].marker == _PROGRESSIVE
    # Component → for each of its 64 coefficients the number of low bits still to come, None for all.
    missing: dict[int, list[int | None]] = {body[6 + 3 * n]: [None] * 64 for n in range(body[5])}
    for scan in (one.body for one in segments if one.marker == START_OF_SCAN):
        if not scan or len(scan) < 4 + 2 * scan[0]:
            raise ValueError("a scan header is cut off")
        first, last, bits = scan[-3:] if progressive else (0, 63, 0)
        for component in scan[1 : 1 + 2 * scan[0] : 2]:
            if component not in missing or last > 63:
                raise ValueError("a scan of an unknown component")
            missing[component][first : last + 1] = [bits & 15] * (last + 1 - first)
    if any(bits != 0 for coefficients in missing.values() for bits in coefficients):
        raise ValueError("scans are missing")


def _check_intervals(structure: Jpeg) -> None:
    """Raise ValueError if a scan has too few restart markers: nothing else shows a cut at one of them."""
    interval = 0
    scans = iter(structure.stops)
    for segment in structure.segments:
        if segment.marker == RESTART_INTERVAL:
            interval = int.from_bytes(segment.body[:2], "big")
        if segment.marker == START_OF_SCAN:
            units = structure.units(segment.body[1 : 1 + 2 * segment.body[0] : 2])
            found = len(next(scans))
            if interval and found < _ceiling(units, interval):
                raise ValueError("restart intervals are missing")


def largest(sampling: Sampling) -> tuple[int, int]:
    """Return the size of a unit: the largest horizontal and the largest vertical sampling factor."""
    widest, tallest = (max(factors) or 1 for factors in zip(*sampling.values(), strict=True))
    return widest, tallest


def _ceiling(number: int, divisor: int) -> int:
    return -(-number // divisor)
