"""The files in a compiled resource file of Qt (.rcc), in which GCompris ships its photographs."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct(">4s4I")
_DIRECTORY, _COMPRESSED = 2, 1 | 4


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A .rcc file, and the offsets of its three parts: the tree, the contents of the files, their names."""

    content: bytes
    version: int
    tree: int
    data: int
    names: int

    def files(self, node: int = 0, folder: str = "") -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of each uncompressed file below ``node``."""
        at = self.tree + node * (22 if self.version > 1 else 14)
        name, flags, count, place = struct.unpack_from(">IHII", self.content, at)
        path = f"{folder}/{self._name(name)}" if node else ""
        if flags & _DIRECTORY:
            for child in range(place, place + count):
                yield from self.files(child, path)
        elif not flags & _COMPRESSED:
            yield path, self._bytes(place)

    def _name(self, offset: int) -> str:
        at = self.names + offset
        (length,) = struct.unpack_from(">H", self.content, at)
        return self.content[at + 6 : at + 6 + 2 * length].decode("utf-16-be")

    def _bytes(self, offset: int) -> bytes:
        at = self.data + offset
        (length,) = struct.unpack_from(">I", self.content, at)
        return self.content[at + 4 : at + 4 + length]


def resource_files(content: bytes) -> dict[str, bytes]:
    """Return the files in ``content`` by path; none if it is not a resource file."""
    magic, version, tree, data, names = _HEADER.unpack_from(content)
    return dict(ResourceFile(content, version, tree, data, names).files()) if magic == b"qres" else {}
