"""An animated WebP without anything but its pictures: the same animation in fewer bytes than its file had."""

from collections.abc import Iterator

_PICTURES = (b"VP8 ", b"VP8L", b"ALPH")
_FRAME = 16  # bytes of a frame's position, size, duration and flags, before its chunks
_ALPHA, _ANIMATED = 0x10, 0x02  # of the flags; the others announce profile, EXIF and XMP


def bare(data: bytes) -> bytes:
    """The canvas, the loop count and the frames of the animated WebP ``data``. What follows the end is left out."""
    kept = []
    for kind, content in _chunks(data, 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))):
        if kind == b"VP8X":
            kept.append(_chunk(kind, bytes((content[0] & (_ALPHA | _ANIMATED), 0, 0, 0)) + content[4:10]))
        elif kind == b"ANIM":
            kept.append(_chunk(kind, content[:6]))
        elif kind == b"ANMF":
            pictures = (_chunk(*one) for one in _chunks(content, _FRAME, len(content)) if one[0] in _PICTURES)
            kept.append(_chunk(kind, content[:_FRAME] + b"".join(pictures)))
    return _chunk(b"RIFF", b"WEBP" + b"".join(kept))


def _chunks(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while position + 8 <= end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4], data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
