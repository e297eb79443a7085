"""The boxes of ISO/IEC 14496-12, in which AVIF and HEIC keep everything, walked in Python."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from renditions.errors import UnsupportedFormat
from renditions.imaging.limits import too_many_parts

# A look at each takes a microsecond. 5,000 frames in two tracks have some 40,000.
_MOST_PIECES = 200_000
_TO_THE_END, _LONG = 0, 1
_KIND = re.compile(rb"[0-9A-Za-z ]{4}")


def foreign(image_format: str, what: str) -> UnsupportedFormat:
    """The rejection of a file that holds ``what`` instead of a picture that its decoder takes."""
    return UnsupportedFormat(
        f"The {image_format} file holds {what}, which is not among what is accepted: "
        "save or export it as JPEG or PNG and upload that file."
    )


@dataclass(frozen=True, slots=True)
class Box:
    """``kind`` is its four letters. ``start`` to ``end`` are the offsets of what is in it, behind its header."""

    kind: bytes
    start: int
    end: int


@dataclass(slots=True)
class Reader:
    """Reads the file ``data`` until it has looked at more pieces than any real file has; ``pieces`` are left."""

    data: bytes
    image_format: str
    pieces: int = field(default=_MOST_PIECES, init=False)

    def spend(self, pieces: int = 1) -> None:
        """Count what is looked at. Raises MetadataTooLarge when it becomes too much."""
        self.pieces -= pieces
        if self.pieces < 0:
            raise too_many_parts(self.image_format, _MOST_PIECES)

    def number(self, start: int, size: int) -> int:
        """The number in ``size`` bytes at ``start``. Raises ValueError where the file has ended before."""
        if start + size > len(self.data):
            raise ValueError("the file is cut off")
        return int.from_bytes(self.data[start : start + size], "big")

    def boxes(self, start: int, end: int) -> Iterator[Box]:
        """The boxes from ``start`` to ``end``. Raises ValueError for one that is cut off."""
        while start < end:
            self.spend()
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
        """The boxes of the file. What stands behind the last and is none itself is left alone, as viewers do."""
        start = 0
        while start < len(self.data) and _KIND.fullmatch(self.data, start + 4, start + 8):
            box = next(self.boxes(start, len(self.data)))
            yield box
            start = box.end
        if start == 0:
            raise ValueError("there is no box")

    def inside(self, box: Box, skipped: int = 0) -> list[Box]:
        """The boxes in ``box``, ``skipped`` bytes behind its start."""
        return list(self.boxes(box.start + skipped, box.end))
