"""The frames of a GIF, each decoded as a GIF of its own, so that none depends on state in Pillow."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from renditions.imaging.animations.animation import Animation
from renditions.imaging.animations.composing import Disposal, StoredFrame, composed
from renditions.imaging.formats.gif import blocks as gif_blocks

# 0 and 1 keep the frame. Some programs write 4 for 3.
_DISPOSALS = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}
_CONTROL = 4  # bytes: flags, hundredths of a second (2), the transparent index
_LOOPS = (b"\xff\x0bNETSCAPE2.0\x03\x01", b"\xff\x0bANIMEXTS1.0\x03\x01")


@dataclass(frozen=True, slots=True)
class _Coded:
    """The (start, end) offsets of one frame, and the content of the graphic control before it."""

    control: bytes
    start: int
    end: int


def read(data: bytes, size: tuple[int, int]) -> Animation:
    """Return the animation in the GIF ``data``, whose canvas has ``size``. Raises ValueError if a block is cut off.

    A file without a loop count is played once. One with the count n is repeated n times.
    """
    parts, plays = _walk(data)
    boxes = [_box(data, part) for part in parts]
    largest = max(((box[2] - box[0]) * (box[3] - box[1]) for box in boxes), default=0)
    return Animation(
        len(parts),
        plays,
        max(largest, size[0] * size[1]),
        lambda: composed(size, _stored_frames(data, parts)),
    )


def _walk(data: bytes) -> tuple[list[_Coded], int]:
    """Return the frames, and how many times they are played."""
    frames: list[_Coded] = []
    control, plays = bytes(_CONTROL), 1
    for part in gif_blocks.parts(data):
        if part.kind == gif_blocks.IMAGE:
            frames.append(_Coded(control, part.start, part.end))
            control = bytes(_CONTROL)
        elif data[part.start + 1 : part.start + 3] == bytes((gif_blocks.GRAPHIC_CONTROL, _CONTROL)):
            control = data[part.start + 3 : part.start + 3 + _CONTROL]
        elif data.startswith(_LOOPS, part.start + 1):
            repeats = int.from_bytes(data[part.start + 16 : part.start + 18], "little")
            plays = repeats + 1 if repeats else 0
    return frames, plays


def _box(data: bytes, part: _Coded) -> tuple[int, int, int, int]:
    left, top, width, height = (
        int.from_bytes(data[place : place + 2], "little")
        for place in range(part.start + 1, part.start + 9, 2)
    )
    return left, top, left + width, top + height


def _stored_frames(data: bytes, parts: list[_Coded]) -> Iterator[StoredFrame]:
    for part in parts:
        yield StoredFrame(
            box=_box(data, part),
            duration=10 * int.from_bytes(part.control[1:3], "little"),
            disposal=_DISPOSALS.get(part.control[0] >> 2 & 7, Disposal.KEEP),
            blended=True,
            decode=lambda part=part: _decoded(data, part),  # type: ignore[misc] # binds the part of this turn
        )


def _decoded(data: bytes, part: _Coded) -> Image.Image:
    screen = b"GIF89a" + data[part.start + 5 : part.start + 9]  # as large as the frame
    tables = data[10 : 13 + gif_blocks.colour_table(data[10])]
    flags = part.control[0] & 1  # has a transparent index
    control = bytes((gif_blocks.EXTENSION, gif_blocks.GRAPHIC_CONTROL, _CONTROL, flags, *part.control[1:], 0))
    descriptor = bytes((gif_blocks.IMAGE, 0, 0, 0, 0)) + data[part.start + 5 : part.end]
    image = GifImageFile(io.BytesIO(screen + tables + control + descriptor + b";"))
    image.load()
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
