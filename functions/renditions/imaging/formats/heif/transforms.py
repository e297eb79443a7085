"""How a HEIF image is cropped, rotated and mirrored. Viewers obey these properties and ignore EXIF."""

from dataclasses import dataclass, field
from fractions import Fraction

from renditions.imaging.formats.heif.boxes import Box, Reader
from renditions.imaging.formats.structure import Size

_TURNS = (b"irot", b"imir")
# (mirrored left to right, then quarter turns to the left) → the EXIF orientation with the same meaning.
_ORIENTATIONS = {
    (False, 0): 1, (False, 1): 8, (False, 2): 3, (False, 3): 6,
    (True, 0): 2, (True, 1): 5, (True, 2): 4, (True, 3): 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transforms:
    """What turns the pixels as stored into those that a viewer shows.

    ``orientation`` is the EXIF value 1 to 8. ``crop`` is the visible part of the image as stored: left, upper, right,
    lower in pixels. ``offsets`` are the places of the types of those boxes that rotate or mirror.
    """

    orientation: int = 1
    crop: tuple[int, int, int, int] | None = None
    offsets: tuple[int, ...] = field(default=(), repr=False)


def read(reader: Reader, properties: list[Box], size: Size) -> Transforms:
    """Return the transforms among the ``properties`` of an item of ``size``. Raises ValueError for invalid ones."""
    mirrored, quarters, crop = False, 0, None
    offsets: list[int] = []
    for box in properties:
        if box.kind == b"clap":
            if offsets:
                raise ValueError("cropped after rotation")
            crop = _crop(reader, box, size)
        if box.kind in _TURNS:
            if box.end - box.start != 1:
                raise ValueError("more than one byte")
            value = reader.data[box.start]
            if box.kind == b"irot":
                quarters += value & 3
            else:
                mirrored, quarters = not mirrored, (0 if value & 1 else 2) - quarters
            offsets.append(box.start - 4)
    return Transforms(_ORIENTATIONS[mirrored, quarters % 4], crop, tuple(offsets))


def neutralized(data: bytes, offsets: tuple[int, ...]) -> dict[int, bytes]:
    """Return changes of the file (offset → bytes) that make each box rotate by nothing.

    The pipeline turns the small image instead.
    """
    if any(data[offset : offset + 4] not in _TURNS for offset in offsets):
        raise ValueError("a header of another length")
    return dict.fromkeys(offsets, b"irot\0")


def _crop(reader: Reader, box: Box, size: Size) -> tuple[int, int, int, int]:
    """Return the clean aperture, which the file gives as size and distance of the centres, in fractions."""
    numbers = [reader.number(box.start + 4 * place, 4) for place in range(8)]
    signed = [number - (number >> 31 << 32) for number in numbers]
    width, height, right, down = (Fraction(*signed[place : place + 2]) for place in (0, 2, 4, 6))
    left = round(Fraction(size[0] - 1, 2) + right - (width - 1) / 2)
    upper = round(Fraction(size[1] - 1, 2) + down - (height - 1) / 2)
    edges = (left, upper, left + round(width), upper + round(height))
    if not (0 <= left < edges[2] <= size[0] and 0 <= upper < edges[3] <= size[1]):
        raise ValueError("cropped beyond its edges")
    return edges
