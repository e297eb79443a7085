"""The frames of an animated PNG, each as a PNG of its own."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from renditions.imaging.animations.animation import Animation
from renditions.imaging.animations.composing import Disposal, Piece, composed
from renditions.imaging.formats.png.chunks import SIGNATURE, Chunk, chunks, depth, is_sound
from renditions.imaging.modes import full_colour

_DISPOSALS = {1: Disposal.CLEAR, 2: Disposal.RESTORE}
_CONTROL = struct.Struct(">IIIIIHHBB")  # number, width, height, left, top, delay (2), disposal, blending
_HUNDREDTHS = 100  # what a denominator of 0 means


@dataclass(frozen=True, slots=True)
class _Part:
    """The frame control, and from where to where the packed pixels stand."""

    control: tuple[int, ...]
    pixels: list[tuple[int, int]]

    @property
    def box(self) -> tuple[int, int, int, int]:
        _, width, height, left, top, *_ = self.control
        return left, top, left + width, top + height


@dataclass(slots=True)
class _Stored:
    """What the file holds: how often it is played, the chunks that all frames share, and the frames."""

    count: int = 0
    plays: int = 0
    shared: bytes = b""
    parts: list[_Part] = field(default_factory=list)


def read(data: bytes, size: tuple[int, int]) -> Animation:
    """The animation in the PNG ``data``, whose canvas is ``size``; a default image that is no frame is not in it.

    Raises ValueError for frames that are damaged, out of order or outside of the canvas.
    """
    stored = _walk(data)
    parts = stored.parts[: stored.count]
    if any(part.box[2] > size[0] or part.box[3] > size[1] for part in parts):
        raise ValueError("a frame is larger than the canvas")
    return Animation(
        stored.count,
        stored.plays,
        size[0] * size[1],
        lambda: composed(size, _pieces(data, stored.shared, parts)),
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
    """Raise ValueError unless ``chunk`` is sound and the one that comes at this place."""
    if not is_sound(data, chunk) or int.from_bytes(data[chunk.start + 8 : chunk.start + 12], "big") != number:
        raise ValueError("a frame is damaged or out of order")


def _pieces(data: bytes, shared: bytes, parts: list[_Part]) -> Iterator[Piece]:
    for part in parts:
        *_, delay, per_second, disposal, blending = part.control
        yield Piece(
            box=part.box,
            duration=1000 * delay / (per_second or _HUNDREDTHS),
            disposal=_DISPOSALS.get(disposal, Disposal.KEEP),
            blended=blending == 1,
            decode=lambda part=part: _decoded(data, shared, part),  # type: ignore[misc] # the loop's own part
        )


def _decoded(data: bytes, shared: bytes, part: _Part) -> Image.Image:
    header = struct.pack(">II", *part.control[1:3]) + data[24:29]
    pixels = b"".join(data[start:end] for start, end in part.pixels)
    file = SIGNATURE + _chunk(b"IHDR", header) + shared + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    image = PngImageFile(io.BytesIO(file))
    image.load()
    return full_colour(image, depth=depth(data))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
