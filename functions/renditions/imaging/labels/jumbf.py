"""The boxes of JUMBF (ISO/IEC 19566-5), in which content credentials lie."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

# What is read in all: so many boxes, or so many times 8 bytes of content, or some of each.
_MOST_PARTS: Final = 20_000
_BYTES_PER_PART: Final = 8
_TO_THE_END, _LONG = 0, 1
_HAS_LABEL: Final = 2
_TYPE: Final = 16  # bytes of the type in a description, before its flags
_LONGEST_LABEL: Final = 512


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the type ``kind``, with its content from ``start`` to ``end``. Only a superbox has a ``label``."""

    kind: bytes
    start: int
    end: int
    label: str = ""


@dataclass(slots=True)
class Reader:
    """Reads the boxes of ``data``, up to more than any file has."""

    data: bytes
    left: int = field(default=_MOST_PARTS, init=False)

    def boxes(self, start: int, end: int) -> Iterator[Box]:
        """Yield the boxes from ``start`` to ``end``. Raises ValueError for one that is cut off, or too many."""
        while start + 8 <= end:
            self.left -= 1
            size, kind, header = self._number(start, 4), self.data[start + 4 : start + 8], 8
            if size == _LONG:
                size, header = self._number(start + 8, 8), 16
            elif size == _TO_THE_END:
                size = end - start
            if size < header or start + size > end or self.left < 0:
                raise ValueError("a box is cut off, or there are too many")
            label = self._label(start + header, start + size) if kind == b"jumb" else ""
            yield Box(kind, start + header, start + size, label)
            start += size

    def inside(self, box: Box) -> list[Box]:
        """Return the boxes in a superbox, without its description."""
        return list(self.boxes(box.start, box.end))[1:]

    def content(self, box: Box, kind: bytes) -> bytes:
        """Return the content of the first box of the type ``kind`` in a superbox; empty if there is none."""
        found = next((one for one in self.inside(box) if one.kind == kind), None)
        if found is None:
            return b""
        self.left -= (found.end - found.start) // _BYTES_PER_PART
        if self.left < 0:
            raise ValueError("too much content")
        return self.data[found.start : found.end]

    def _number(self, start: int, size: int) -> int:
        return int.from_bytes(self.data[start : start + size], "big")

    def _label(self, start: int, end: int) -> str:
        """Return the label in the description, which is the first box in a superbox."""
        flags = start + 8 + _TYPE
        if self.data[start + 4 : start + 8] != b"jumd" or not self.data[flags] & _HAS_LABEL:
            return ""
        label = self.data[flags + 1 : min(flags + 1 + _LONGEST_LABEL, end)].partition(b"\0")[0]
        return label.decode("utf-8", "replace")
