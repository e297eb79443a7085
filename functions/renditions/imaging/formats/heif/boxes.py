"""The boxes of ISO/IEC 14496-12, in which AVIF and HEIC store everything, read in Python."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from renditions.errors import UnsupportedFormat
from renditions.imaging.formats.structure import too_many_parts

# Reading a part takes a microsecond. 5,000 frames in two tracks have some 40,000 parts.
_MOST_PARTS = 200_000
_TO_THE_END, _LONG = 0, 1
_KIND = re.compile(rb"[0-9A-Za-z ]{4}")


def unsupported(format_name: str, content: str) -> UnsupportedFormat:
    """Return the rejection of a file with ``content`` that its decoder cannot read."""
    return UnsupportedFormat(
        f"The {format_name} file contains {content}. This is not supported. "
        "Export the image as JPEG or PNG and upload the new file."
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the type ``kind``, with its content from ``start`` to ``end``."""

    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class Reader:
    """Reads the file ``data``, up to more parts than any real file has. ``parts_left`` is what remains."""

    data: bytes
    format_name: str
    parts_left: int = field(default=_MOST_PARTS, init=False)

    def count(self, parts: int = 1) -> None:
        """Count parts that are read. Raises MetadataTooLarge if there are too many."""
        self.parts_left -= parts
        if self.parts_left < 0:
            raise too_many_parts(self.format_name, _MOST_PARTS)

    def number(self, start: int, size: int) -> int:
        """Return the number in ``size`` bytes at ``start``. Raises ValueError if the file ends before."""
        if start + size > len(self.data):
            raise ValueError("the file is cut off")
        return int.from_bytes(self.data[start : start + size], "big")

    def boxes(self, start: int, end: int) -> Iterator[Box]:
        """Yield the boxes from ``start`` to ``end``. Raises ValueError for one that is cut off."""
        while start < end:
            self.count()
            size, kind, header = self.number(start, 4), self.data[start + 4 : start + 8], 8
            if size == _LONG:
                size, header = self.number(start + 8, 8), 16
            elif size == _TO_THE_END:
                size = end - start
            if size < header or start + size > end:
                raise ValueError("a box is cut off")
            yield Box(kind, start + header, start + size)
            start += size

    def top(self) -> Iterator[Box]:
        """Yield the boxes of the file. Ignores anything else after the last one, as viewers do."""
        start = 0
        while start < len(self.data) and _KIND.fullmatch(self.data, start + 4, start + 8):
            box = next(self.boxes(start, len(self.data)))
            yield box
            start = box.end
        if start == 0:
            raise ValueError("there is no box")

    def inside(self, box: Box, skipped: int = 0) -> list[Box]:
        """Return the boxes in ``box``, from ``skipped`` bytes after its start."""
        return list(self.boxes(box.start + skipped, box.end))
