"""The directories of a TIFF: those of its pages, and those below its first page, such as a camera's full image."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

# Type → bytes per value.
SIZES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
}  # fmt: skip
_MOST_ENTRIES = 65_535
# Of so many directories, with so many entries at most, the tags are read: that takes a few milliseconds.
MOST_READ, _MOST_TO_READ = 32, 1_000
# For a volume of thousands of pages; some hundred milliseconds.
_MOST_BYTES = 2_000_000
_SUB_DIRECTORIES = 330

Tags = dict[int, tuple[int, int, int]]  # tag → type, count and value, or the offset of several values


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory at the offset ``position``. ``tags`` is None where they were not read.

    ``link_place`` is the offset of its link to the next directory.
    """

    position: int
    link_place: int
    tags: Tags | None


def value(tags: Tags, tag: int) -> int:
    """Return a single unsigned number; 0 if there is none."""
    kind, count, number = tags.get(tag, (0, 0, 0))
    return number if count == 1 and kind in (3, 4, 13, 16) else 0


class Reader:
    """Reads the directories of the TIFF ``data``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._is_big = 43 in data[2:4]
        count, entry, link = ("Q", "HHQQ", "Q") if self._is_big else ("H", "HHII", "I")
        self._count, self._entry, self._link = (self._order + one for one in (count, entry, link))

    @property
    def link_place(self) -> int:
        """The offset of the link to the first directory."""
        return 8 if self._is_big else 4

    def beginning_with(self, page: Directory) -> bytes:
        """Return the file with ``page`` as its first."""
        return self._linked((self.link_place, page.position))

    def only(self, page: Directory) -> bytes:
        """Return the file with ``page`` as its only one."""
        return self._linked((self.link_place, page.position), (page.link_place, 0))

    def ending_with(self, page: Directory) -> bytes:
        """Return the file with ``page`` as its last."""
        return self._linked((page.link_place, 0))

    def _linked(self, *links: tuple[int, int]) -> bytes:
        """Return a copy of the file with other links, each a place and a position, in the order of the places.

        A place outside the file is left out. Raises ValueError for links that overlap.
        """
        size, end, file = struct.calcsize(self._link), 0, memoryview(self._data)
        parts: list[bytes | memoryview] = []
        for place, position in links:
            if place < end:
                raise ValueError("directories overlap")
            if place + size <= len(file):
                parts += (file[end:place], struct.pack(self._link, position))
                end = place + size
        return b"".join((*parts, file[end:]))  # at once, so that no further copy is in memory

    def pages(self, most: int, read: int = MOST_READ) -> list[Directory]:
        """Return the directories in their chain, up to one above ``most``, with the tags of the first ``read``.

        Stops at a directory that was seen before or that lies outside the file. Raises ValueError for too many tags.
        """
        found: list[Directory] = []
        seen: set[int] = set()
        room = _MOST_BYTES  # in which directories are read
        try:
            (position,) = struct.unpack_from(self._link, self._data, self.link_place)
            while position and position not in seen and len(found) <= most:
                is_read = len(found) < read and room > 0
                directory, position = self._read(position, first=not found, is_read=is_read)
                room -= directory.link_place - directory.position if directory.tags else 0
                seen.add(directory.position)
                found.append(directory)
        except (struct.error, OverflowError):
            pass  # the chain leads out of the file: the pages found so far count
        return found

    def leads_on(self, last: Directory) -> bool:
        """Return whether the chain does not end with its ``last`` directory: it leads back, or out of the file."""
        link = self._data[last.link_place : last.link_place + struct.calcsize(self._link)]
        return any(link)

    def below(self, page: Directory) -> Iterator[Directory]:
        """Yield the directories to which ``page`` refers as parts of it."""
        kind, count, stored = (page.tags or {}).get(_SUB_DIRECTORIES, (4, 0, 0))
        size = SIZES.get(kind, 4)
        field = {2: "H", 4: "I", 8: "Q"}.get(size)
        if field is None:
            return
        for number in range(min(count, MOST_READ)):
            try:
                is_inline = count * size <= struct.calcsize(self._link)
                place = stored if is_inline and count == 1 else None
                if place is None:
                    (place,) = struct.unpack_from(self._order + field, self._data, stored + number * size)
                yield self._read(place, first=False, is_read=True)[0]
            except (struct.error, OverflowError, ValueError):
                continue  # it leads out of the file

    def _read(self, position: int, *, first: bool, is_read: bool) -> tuple[Directory, int]:
        """Return the directory at ``position``, and the offset of the next page, 0 if there is none."""
        (entries,) = struct.unpack_from(self._count, self._data, position)
        if entries > _MOST_ENTRIES:
            raise ValueError("too many tags")
        start = position + struct.calcsize(self._count)
        end = start + entries * struct.calcsize(self._entry)
        has_tags = first or (is_read and entries <= _MOST_TO_READ)
        tags = self._tags(self._data[start:end]) if has_tags else None
        try:
            (following,) = struct.unpack_from(self._link, self._data, end)
        except struct.error:
            following = 0
        return Directory(position, end, tags), following

    def _tags(self, entries: bytes) -> Tags:
        return {
            tag: (kind, count, self._inline(kind, stored) if count == 1 else stored)
            for tag, kind, count, stored in struct.iter_unpack(self._entry, entries)
        }

    def _inline(self, kind: int, stored: int) -> int:
        """Return a single number, which is left-aligned in its field: a big-endian short is in the upper bytes."""
        field = struct.calcsize(self._link)
        size = min(field, SIZES.get(kind, field))
        return stored & (1 << 8 * size) - 1 if self._order == "<" else stored >> 8 * (field - size)
