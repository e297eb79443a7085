"""The frames of an animated PNG, each decoded as a PNG of its own."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from renditions.imaging.animations.animation import Animation
from renditions.imaging.animations.composing import Disposal, StoredFrame, composed
from renditions.imaging.formats.png.chunks import SIGNATURE, Chunk, chunks, depth, is_sound
from renditions.imaging.formats.png.decoder import WidePngFile
from renditions.imaging.full_colour import Samples, full_colour

_DISPOSALS = {1: Disposal.CLEAR, 2: Disposal.RESTORE}
_CONTROL = struct.Struct(">IIIIIHHBB")  # number, width, height, left, top, delay (2), disposal, blending
_HUNDREDTHS = 100  # what a denominator of 0 means


@dataclass(frozen=True, slots=True)
class _Part:
    """The control of one frame, and the (start, end) offsets of its compressed pixels."""

    control: tuple[int, ...]
    pixels: list[tuple[int, int]]

    @property
    def box(self) -> tuple[int, int, int, int]:
        _, width, height, left, top, *_ = self.control
        return left, top, left + width, top + height


@dataclass(slots=True)
class _Stored:
    """The number of frames and of plays, the chunks that all frames share, and the frames."""

    count: int = 0
    plays: int = 0
    shared: bytes = b""
    parts: list[_Part] = field(default_factory=list)


def read(data: bytes, size: tuple[int, int]) -> Animation:
    """Return the animation in the PNG ``data``, whose canvas has ``size``, without a default image that is no frame.

    Raises ValueError for frames that are damaged, out of order or larger than the canvas.
    """
    stored = _walk(data)
    parts = stored.parts[: stored.count]
    if any(part.box[2] > size[0] or part.box[3] > size[1] for part in parts):
        raise ValueError("a frame is larger than the canvas")
    return Animation(
        stored.count,
        stored.plays,
        size[0] * size[1],
        lambda: composed(size, _stored_frames(data, stored.shared, parts)),
    )


def _walk(data: bytes) -> _Stored:
    stored, following = _Stored(), 0
    for chunk in chunks(data):
        start, end = chunk.start + 8, chunk.end - 4
        if chunk.kind in (b"fcTL", b"fdAT"):
            _check(data, chunk, following)
            following += 1
        if chunk.kind == b"acTL":
            stored.count, stored.plays = struct.unpack_from(">II", data, start)
        elif chunk.kind == b"fcTL":
            stored.parts.append(_Part(_CONTROL.unpack_from(data, start), []))
        elif chunk.kind == b"fdAT":
            stored.parts[-1].pixels.append((start + 4, end))
        elif chunk.kind == b"IDAT" and stored.parts:
            stored.parts[-1].pixels.append((start, end))
        elif chunk.kind in (b"PLTE", b"tRNS"):
            stored.shared += data[chunk.start : chunk.end]
    return stored


def _check(data: bytes, chunk: Chunk, number: int) -> None:
    """Raise ValueError unless ``chunk`` is sound and has the sequence ``number``."""
    if not is_sound(data, chunk) or int.from_bytes(data[chunk.start + 8 : chunk.start + 12], "big") != number:
        raise ValueError("a frame is damaged or out of order")


def _stored_frames(data: bytes, shared: bytes, parts: list[_Part]) -> Iterator[StoredFrame]:
    for part in parts:
        *_, delay, per_second, disposal, blending = part.control
        yield StoredFrame(
            box=part.box,
            duration=1000 * delay / (per_second or _HUNDREDTHS),
            disposal=_DISPOSALS.get(disposal, Disposal.KEEP),
            blended=blending == 1,
            decode=lambda part=part: _decoded(data, shared, part),  # type: ignore[misc] # binds the part of this turn
        )


def _decoded(data: bytes, shared: bytes, part: _Part) -> Image.Image:
    header = struct.pack(">II", *part.control[1:3]) + data[24:29]
    pixels = b"".join(data[start:end] for start, end in part.pixels)
    file = SIGNATURE + _chunk(b"IHDR", header) + shared + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    image = WidePngFile(io.BytesIO(file))
    image.load()
    return full_colour(image, Samples(depth=depth(data)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
