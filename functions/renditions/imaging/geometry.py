"""The size of a rendition, and positions in it."""

from math import floor

from renditions.settings import RenditionSpec


def fit_inside(width: int, height: int, size: float) -> tuple[int, int]:
    """Return width and height with the longest side at most ``size``: aspect kept, never enlarged, never 0.

    Divides and rounds (halves up) as sharp and libvips do.
    """
    shrink = max(width, height) / size
    if shrink <= 1:
        return width, height
    return max(1, floor(width / shrink + 0.5)), max(1, floor(height / shrink + 0.5))


def fit_around(width: int, height: int, size: int) -> tuple[int, int]:
    """Return width and height with the shortest side at most ``size``, in the same way."""
    return fit_inside(width, height, size * max(width, height) / min(width, height))


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


def scaled(width: int, height: int, spec: RenditionSpec) -> tuple[int, int]:
    """Return the size to which an image is resized for ``spec`` before it is cropped."""
    return (fit_around if spec.fit == "cover" else fit_inside)(width, height, spec.size)
