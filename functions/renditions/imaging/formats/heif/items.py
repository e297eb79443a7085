"""The items of a HEIF file (ISO/IEC 23008-12): what each is, where its bytes are, what belongs to it."""

from collections import defaultdict
from dataclasses import dataclass, field

from renditions.imaging.formats.heif.boxes import Box, Walk

_VERSION_AND_FLAGS = 4
_IN_THE_FILE, _IN_THE_BOX = 0, 1


@dataclass(slots=True)
class Items:
    """Everything by the number of its item.

    ``places`` are where in the file the four letters of ``kinds`` stand. ``extents`` are (start, end) offsets in
    it. ``parts`` is what an item is put together of, ``owner`` the item to which an auxiliary one (alpha, depth,
    gain map) belongs.
    """

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    properties: dict[int, list[Box]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[int, list[int]] = field(default_factory=dict)
    owner: dict[int, int] = field(default_factory=dict)


def read(walk: Walk, meta: Box) -> Items:
    """Read the box ``meta``. Raises ValueError or MetadataTooLarge."""
    found = {box.kind: box for box in walk.inside(meta, _VERSION_AND_FLAGS)}
    items = Items()
    items.primary = _primary(walk, found[b"pitm"])
    items.places = _places(walk, found[b"iinf"])
    items.kinds = {item: walk.data[place : place + 4] for item, place in items.places.items()}
    items.extents = _Locations(walk, found[b"iloc"], found.get(b"idat")).read()
    if b"iref" in found:
        _references(walk, found[b"iref"], items)
    _properties(walk, found[b"iprp"], items)
    return items


def _primary(walk: Walk, box: Box) -> int:
    return walk.number(box.start + 4, 4 if walk.data[box.start] else 2)


def _places(walk: Walk, box: Box) -> dict[int, int]:
    places: dict[int, int] = {}
    for entry in walk.inside(box, 8 if walk.data[box.start] else 6):
        version = walk.data[entry.start]
        if entry.kind == b"infe" and version >= 2:
            size = 2 if version == 2 else 4
            place = entry.start + _VERSION_AND_FLAGS
            places[walk.number(place, size)] = place + size + 2
    return places


class _Locations:
    """The box ``iloc``: numbers of changing width, read one after the other."""

    def __init__(self, walk: Walk, box: Box, inner: Box | None) -> None:
        self._walk, self._place, self._end, self._inner = walk, box.start + 4, box.end, inner
        self._version = walk.data[box.start]

    def _next(self, size: int) -> int:
        self._place += size
        if self._place > self._end:
            raise ValueError("a box is cut off")
        return self._walk.number(self._place - size, size)

    def read(self) -> dict[int, list[tuple[int, int]]]:
        """Item → (start, end) of its pieces; none for an item that is made of other items' bytes."""
        widths = self._next(2)
        offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
        found: dict[int, list[tuple[int, int]]] = {}
        wide = 2 if self._version < 2 else 4
        for _ in range(self._next(wide)):
            item = self._next(wide)
            method = self._next(2) & 15 if self._version else _IN_THE_FILE
            self._next(2)  # in which file: always this one
            origin = self._next(base)
            pieces = found[item] = []
            for _ in range(self._next(2)):
                self._walk.spend()
                self._next(index if self._version else 0)
                start, size = origin + self._next(offset), self._next(length)
                if method <= _IN_THE_BOX:
                    pieces.append(self._placed(start, size, method))
            self._walk.spend()
        return found

    def _placed(self, start: int, size: int, method: int) -> tuple[int, int]:
        """Offsets in the file. A length of 0 is that of all that follows."""
        begin, end = 0, len(self._walk.data)
        if method == _IN_THE_BOX:
            if self._inner is None:
                raise ValueError("there is no such box")
            begin, end = self._inner.start, self._inner.end
        if begin + start + size > end:
            raise ValueError("an item is cut off")
        return begin + start, begin + start + size if size else end


def _references(walk: Walk, box: Box, items: Items) -> None:
    size = 4 if walk.data[box.start] else 2
    for entry in walk.inside(box, _VERSION_AND_FLAGS):
        origin, count = walk.number(entry.start, size), walk.number(entry.start + size, 2)
        first = entry.start + size + 2
        if first + count * size > entry.end:
            raise ValueError("a box is cut off")
        walk.spend(count)
        targets = [walk.number(first + size * place, size) for place in range(count)]
        if entry.kind == b"dimg":
            items.parts[origin] = targets
        elif entry.kind == b"auxl" and targets:
            items.owner[origin] = targets[0]


def _properties(walk: Walk, box: Box, items: Items) -> None:
    inside = walk.inside(box)
    shared = [one for entry in inside if entry.kind == b"ipco" for one in walk.inside(entry)]
    for entry in inside:
        if entry.kind == b"ipma":
            _associations(walk, entry, shared, items)


def _associations(walk: Walk, box: Box, shared: list[Box], items: Items) -> None:
    version, is_wide = walk.data[box.start], walk.data[box.start + 3] & 1
    size, width = (2 if version == 0 else 4), (2 if is_wide else 1)
    place = box.start + 8
    for _ in range(walk.number(box.start + 4, 4)):
        item, count = walk.number(place, size), walk.number(place + size, 1)
        place += size + 1
        if place + count * width > box.end:
            raise ValueError("a box is cut off")
        walk.spend(count + 1)
        for _ in range(count):
            index = walk.number(place, width) & (0x7FFF if is_wide else 0x7F)
            place += width
            if index:
                items.properties[item].append(shared[index - 1])
