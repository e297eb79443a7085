"""TIFFs of several directories, written tag by tag: previews, masks and the raw files of cameras."""

import struct
from collections.abc import Sequence
from typing import Any

Tags = dict[int, tuple[int, Sequence[int]]]  # tag → type and values
_CODES = {1: "B", 2: "B", 3: "H", 4: "I"}
PIXELS = 0  # stands for the pixels of a directory among its tags


def page(width: int, height: int, colour: Sequence[int], **tags: tuple[int, Sequence[int]]) -> dict[int, Any]:
    """Return an uncompressed page of one ``colour``. Further ``tags`` are named t254 and the like."""
    bands = len(colour)
    usual: dict[int, Any] = {
        256: (3, [width]), 257: (3, [height]), 258: (3, [8] * bands), 259: (3, [1]),
        262: (3, [2 if bands == 3 else 1]), 277: (3, [bands]), 278: (3, [height]),
        PIXELS: bytes(colour) * (width * height),
    }  # fmt: skip
    return usual | {int(name[1:]): value for name, value in tags.items()}


class _Writer:
    def __init__(self, order: str) -> None:
        self.order, self.out = order, bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(12))

    def stored(self, data: bytes) -> int:
        self.out += data + bytes(len(data) % 2)
        return len(self.out) - len(data) - len(data) % 2

    def directory(self, tags: dict[int, Any]) -> int:
        tags = dict(tags)
        if PIXELS in tags:
            data = tags.pop(PIXELS)
            tags |= {273: (4, [self.stored(data)]), 279: (4, [len(data)])}
        entries = b""
        for tag, (kind, values) in sorted(tags.items()):
            packed = struct.pack(f"{self.order}{len(values)}{_CODES[kind]}", *values)
            field = (
                packed.ljust(4, b"\0")
                if len(packed) <= 4
                else struct.pack(f"{self.order}I", self.stored(packed))
            )
            entries += struct.pack(f"{self.order}HHI", tag, kind, len(values)) + field
        return self.stored(struct.pack(f"{self.order}H", len(tags)) + entries + bytes(4))

    def link(self, place: int, position: int) -> None:
        struct.pack_into(f"{self.order}I", self.out, place, position)


def pages_tiff(order: str, pages: Sequence[dict[int, Any]], below: Sequence[dict[int, Any]] = ()) -> bytes:
    """Return a TIFF of ``pages``. The first refers to the directories ``below`` as its parts."""
    writer, place = _Writer(order), 4
    first = dict(pages[0])
    if below:
        first[330] = (4, [writer.directory(one) for one in below])
    for one in (first, *pages[1:]):
        position = writer.directory(one)
        writer.link(place, position)
        place = position + 2 + 12 * struct.unpack_from(f"{order}H", writer.out, position)[0]
    return bytes(writer.out)
