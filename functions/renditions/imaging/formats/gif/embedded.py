"""XMP and C2PA in the application extensions of a GIF."""

from collections.abc import Iterator

from renditions.imaging.formats.embedded import Embedded
from renditions.imaging.formats.gif.blocks import EXTENSION, parts

_APPLICATION = 0xFF
_XMP, _C2PA = b"\x0bXMP DataXMP", b"\x0bC2PA_GIF\1\0\0"


def embedded(data: bytes) -> Embedded:
    """Read the application extensions."""
    xmp: list[bytes] = []
    jumbf: list[bytes] = []
    for part in parts(data):
        if part.kind != EXTENSION or data[part.start + 1] != _APPLICATION:
            continue
        name, start = data[part.blocks : part.blocks + len(_XMP)], part.blocks + len(_XMP)
        if name == _XMP:
            # Not in blocks but as it is. After it come bytes that lead any reader of blocks to the end.
            packet = data[start : part.end]
            xmp.append(packet[: packet.rfind(b">") + 1])
        elif name == _C2PA:
            jumbf.append(b"".join(_blocks(data, start)))
    return Embedded(tuple(xmp), jumbf=b"".join(jumbf))


def _blocks(data: bytes, position: int) -> Iterator[bytes]:
    while length := data[position]:
        yield data[position + 1 : position + 1 + length]
        position += 1 + length
