"""The frames of a GIF, each as a GIF of its own, so that none depends on the state that Pillow keeps."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from renditions.imaging.animations.animation import Animation
from renditions.imaging.animations.composing import Disposal, Piece, composed
from renditions.imaging.formats.gif.blocks import (
    EXTENSION,
    GRAPHIC_CONTROL,
    IMAGE,
    behind_blocks,
    colour_table,
)

# 1 was meant, 0 says nothing; some programs wrote 4 for 3.
_DISPOSALS = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}
_CONTROL = 4  # bytes: flags, hundredths of a second (2), the transparent index
_LOOPS = (b"\xff\x0bNETSCAPE2.0\x03\x01", b"\xff\x0bANIMEXTS1.0\x03\x01")


@dataclass(frozen=True, slots=True)
class _Part:
    """From where to where one frame stands in the file, and the graphic control before it."""

    control: bytes
    start: int
    end: int


def read(data: bytes, size: tuple[int, int]) -> Animation:
    """The animation in the GIF ``data``, whose canvas is ``size``. Raises ValueError when a block is cut off.

    A file that does not say how often it is played is played once; one that says n is repeated n times.
    """
    parts, plays = _walk(data)
    boxes = [_box(data, part) for part in parts]
    largest = max(((box[2] - box[0]) * (box[3] - box[1]) for box in boxes), default=0)
    return Animation(
        len(parts), plays, max(largest, size[0] * size[1]), lambda: composed(size, _pieces(data, parts))
    )


def _walk(data: bytes) -> tuple[list[_Part], int]:
    position = 13 + colour_table(data[10])
    parts: list[_Part] = []
    control, plays = bytes(_CONTROL), 1
    while position < len(data):
        start, kind = position, data[position]
        if kind == IMAGE and position + 9 < len(data):
            position, _ = behind_blocks(data, position + 11 + colour_table(data[position + 9]), 0)
            parts.append(_Part(control, start, position))
            control = bytes(_CONTROL)
        elif kind == EXTENSION:
            position, _ = behind_blocks(data, position + 2, 0)
            if data[start + 1 : start + 3] == bytes((GRAPHIC_CONTROL, _CONTROL)):
                control = data[start + 3 : start + 3 + _CONTROL]
            elif data.startswith(_LOOPS, start + 1):
                repeats = int.from_bytes(data[start + 16 : start + 18], "little")
                plays = repeats + 1 if repeats else 0
        else:
            break
    return parts, plays


def _box(data: bytes, part: _Part) -> tuple[int, int, int, int]:
    left, top, width, height = (
        int.from_bytes(data[place : place + 2], "little")
        for place in range(part.start + 1, part.start + 9, 2)
    )
    return left, top, left + width, top + height


def _pieces(data: bytes, parts: list[_Part]) -> Iterator[Piece]:
    for part in parts:
        yield Piece(
            box=_box(data, part),
            duration=10 * int.from_bytes(part.control[1:3], "little"),
            disposal=_DISPOSALS.get(part.control[0] >> 2 & 7, Disposal.KEEP),
            blended=True,
            decode=lambda part=part: _decoded(data, part),  # type: ignore[misc] # the loop's own part
        )


def _decoded(data: bytes, part: _Part) -> Image.Image:
    screen = b"GIF89a" + data[part.start + 5 : part.start + 9]  # as large as the frame
    tables = data[10 : 13 + colour_table(data[10])]
    control = bytes((0x21, GRAPHIC_CONTROL, _CONTROL, part.control[0] & 1)) + part.control[1:] + b"\0"
    descriptor = b"\x2c\0\0\0\0" + data[part.start + 5 : part.end]
    image = GifImageFile(io.BytesIO(screen + tables + control + descriptor + b";"))
    image.load()
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
