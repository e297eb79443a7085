"""The items of a HEIF file (ISO/IEC 23008-12): their types, their bytes, and how they belong together."""

from collections import defaultdict
from dataclasses import dataclass, field

from renditions.imaging.formats.heif.boxes import Box, Reader

_VERSION_AND_FLAGS = 4
_IN_THE_FILE, _IN_THE_BOX = 0, 1
_IMAGES = (b"av01", b"hvc1", b"grid", b"iden", b"iovl")


@dataclass(slots=True)
class Items:
    """The items, by number.

    ``kinds`` are their types, ``places`` the offsets of these types in the file. ``extents`` are the (start, end)
    offsets of their bytes. ``parts`` are the items that make up a derived one. ``owner`` is the item to which an
    auxiliary one (alpha, depth, gain map) belongs. ``secondary`` are those that viewers never show: hidden ones and
    thumbnails.
    """

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    properties: dict[int, list[Box]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[int, list[int]] = field(default_factory=dict)
    owner: dict[int, int] = field(default_factory=dict)
    secondary: set[int] = field(default_factory=set)

    def others(self) -> int:
        """Return the number of images besides the primary one that people would want to see, as in a burst."""
        parts = {part for parts in self.parts.values() for part in parts}
        unseen = parts | self.owner.keys() | self.secondary | {self.primary}
        return sum(kind in _IMAGES and item not in unseen for item, kind in self.kinds.items())


def read(reader: Reader, meta: Box) -> Items:
    """Read the box ``meta``. Raises KeyError, ValueError or MetadataTooLarge."""
    found = {box.kind: box for box in reader.inside(meta, _VERSION_AND_FLAGS)}
    items = Items()
    items.primary = _primary(reader, found[b"pitm"])
    items.places = _places(reader, found[b"iinf"], items.secondary)
    items.kinds = {item: reader.data[place : place + 4] for item, place in items.places.items()}
    items.extents = _Locations(reader, found[b"iloc"], found.get(b"idat")).read()
    if b"iref" in found:
        _references(reader, found[b"iref"], items)
    _properties(reader, found[b"iprp"], items)
    return items


def _primary(reader: Reader, box: Box) -> int:
    return reader.number(box.start + 4, 4 if reader.data[box.start] else 2)


def _places(reader: Reader, box: Box, hidden: set[int]) -> dict[int, int]:
    """Return the offsets of the types, and add the items that are not shown to ``hidden``."""
    places: dict[int, int] = {}
    for entry in reader.inside(box, 8 if reader.data[box.start] else 6):
        version = reader.data[entry.start]
        if entry.kind == b"infe" and version >= 2:
            size = 2 if version == 2 else 4
            place = entry.start + _VERSION_AND_FLAGS
            item = reader.number(place, size)
            places[item] = place + size + 2
            if reader.data[entry.start + 3] & 1:
                hidden.add(item)
    return places


class _Locations:
    """Reads the box ``iloc``, a sequence of numbers of varying width."""

    def __init__(self, reader: Reader, box: Box, inner: Box | None) -> None:
        self._reader, self._place, self._end, self._inner = reader, box.start + 4, box.end, inner
        self._version = reader.data[box.start]

    def _next(self, size: int) -> int:
        self._place += size
        if self._place > self._end:
            raise ValueError("a box is cut off")
        return self._reader.number(self._place - size, size)

    def read(self) -> dict[int, list[tuple[int, int]]]:
        """Return the (start, end) offsets of the bytes of each item; none if they are those of other items."""
        widths = self._next(2)
        offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
        found: dict[int, list[tuple[int, int]]] = {}
        wide = 2 if self._version < 2 else 4
        for _ in range(self._next(wide)):
            item = self._next(wide)
            method = self._next(2) & 15 if self._version else _IN_THE_FILE
            self._next(2)  # the number of the file: always this one
            origin = self._next(base)
            extents = found[item] = []
            for _ in range(self._next(2)):
                self._reader.count()
                self._next(index if self._version else 0)
                start, size = origin + self._next(offset), self._next(length)
                if method <= _IN_THE_BOX:
                    extents.append(self._placed(start, size, method))
            self._reader.count()
        return found

    def _placed(self, start: int, size: int, method: int) -> tuple[int, int]:
        """Return (start, end) offsets in the file. A length of 0 means up to the end."""
        begin, end = 0, len(self._reader.data)
        if method == _IN_THE_BOX:
            if self._inner is None:
                raise ValueError("there is no such box")
            begin, end = self._inner.start, self._inner.end
        if begin + start + size > end:
            raise ValueError("an item is cut off")
        return begin + start, begin + start + size if size else end


def _references(reader: Reader, box: Box, items: Items) -> None:
    size = 4 if reader.data[box.start] else 2
    for entry in reader.inside(box, _VERSION_AND_FLAGS):
        origin, count = reader.number(entry.start, size), reader.number(entry.start + size, 2)
        first = entry.start + size + 2
        if first + count * size > entry.end:
            raise ValueError("a box is cut off")
        reader.count(count)
        targets = [reader.number(first + size * place, size) for place in range(count)]
        if entry.kind == b"dimg":
            items.parts[origin] = targets
        elif entry.kind == b"thmb":
            items.secondary.add(origin)
        elif entry.kind == b"auxl" and targets:
            # A gain map may belong to the image that it makes, too.
            items.owner[origin] = items.primary if items.primary in targets else targets[0]


def _properties(reader: Reader, box: Box, items: Items) -> None:
    inside = reader.inside(box)
    shared = [one for entry in inside if entry.kind == b"ipco" for one in reader.inside(entry)]
    for entry in inside:
        if entry.kind == b"ipma":
            _associations(reader, entry, shared, items)


def _associations(reader: Reader, box: Box, shared: list[Box], items: Items) -> None:
    version, is_wide = reader.data[box.start], reader.data[box.start + 3] & 1
    size, width = (2 if version == 0 else 4), (2 if is_wide else 1)
    place = box.start + 8
    for _ in range(reader.number(box.start + 4, 4)):
        item, count = reader.number(place, size), reader.number(place + size, 1)
        place += size + 1
        if place + count * width > box.end:
            raise ValueError("a box is cut off")
        reader.count(count + 1)
        for _ in range(count):
            index = reader.number(place, width) & (0x7FFF if is_wide else 0x7F)
            place += width
            if index:
                items.properties[item].append(shared[index - 1])
