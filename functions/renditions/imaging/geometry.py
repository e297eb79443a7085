"""The size of a rendition, and positions in it."""

from renditions.settings import RenditionSpec
from renditions.shapes import fit_around, fit_inside


def placed(whole: tuple[int, int], part: tuple[int, int], position: str, margin: int = 0) -> tuple[int, int]:
    """Return left and top, in pixels, of a ``part`` at a ``position`` of the ``whole`` such as "top-left".

    Centred where ``position`` names no side. ``margin`` pixels stay free at the sides that it names.
    """
    left, top = ((length - taken) // 2 for length, taken in zip(whole, part, strict=True))
    if "left" in position:
        left = margin
    elif "right" in position:
        left = whole[0] - part[0] - margin
    if "top" in position:
        top = margin
    elif "bottom" in position:
        top = whole[1] - part[1] - margin
    return left, top


def around(point: tuple[float, float], whole: tuple[int, int], part: tuple[int, int]) -> tuple[int, int]:
    """Return left and top of a ``part`` whose middle is as near as can be to a ``point``, in fractions of the whole."""
    left, top = (
        min(max(0, round(at * length - taken / 2)), length - taken)
        for at, length, taken in zip(point, whole, part, strict=True)
    )
    return left, top


def scaled(width: int, height: int, spec: RenditionSpec) -> tuple[int, int]:
    """Return the size to which an upright image is resized for ``spec`` before it is cropped or padded."""
    return (fit_around if spec.covers else fit_inside)(width, height, spec.bounds)


def as_stored(
    box: tuple[int, int, int, int], size: tuple[int, int], orientation: int
) -> tuple[int, int, int, int]:
    """Return the ``box`` of an upright image of ``size`` where its file has it, before its EXIF orientation."""
    left, top, right, bottom = box
    if orientation in (2, 3, 6, 7):
        left, right = size[0] - right, size[0] - left
    if orientation in (3, 4, 7, 8):
        top, bottom = size[1] - bottom, size[1] - top
    return (top, left, bottom, right) if orientation >= 5 else (left, top, right, bottom)
