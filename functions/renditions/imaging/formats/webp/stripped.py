"""An animated WebP reduced to its frames: the same animation in fewer bytes."""

from renditions.imaging.formats.webp.chunks import ALPHA, FIRST, XMP, chunks, declared_end, written

_PIXELS = (b"VP8 ", b"VP8L", b"ALPH")
_FRAME = 16  # bytes of a frame's position, size, duration and flags, before its chunks
_ANIMATED = 0x02  # a flag; those that are left out announce profile and EXIF


def stripped(data: bytes, packet: bytes = b"") -> bytes:
    """Return the canvas, the loop count and the frames of the animated WebP ``data``, and nothing after the end.

    ``packet`` is XMP to be added, after the frames.
    """
    kept = []
    for chunk in chunks(data, FIRST, min(len(data), declared_end(data))):
        content = data[chunk.start : chunk.end]
        if chunk.kind == b"VP8X":
            flags = content[0] & (ALPHA | _ANIMATED) | (XMP if packet else 0)
            kept.append(written(b"VP8X", bytes((flags, 0, 0, 0)) + content[4:10]))
        elif chunk.kind == b"ANIM":
            kept.append(written(b"ANIM", content[:6]))
        elif chunk.kind == b"ANMF":
            kept.append(written(b"ANMF", content[:_FRAME] + _pixels(content)))
    kept += [written(b"XMP ", packet)] if packet else []
    return written(b"RIFF", b"WEBP" + b"".join(kept))


def _pixels(frame: bytes) -> bytes:
    """Return the chunks in the content of a ``frame`` that hold pixels."""
    inner = (one for one in chunks(frame, _FRAME, len(frame)) if one.kind in _PIXELS)
    return b"".join(written(one.kind, frame[one.start : one.end]) for one in inner)
