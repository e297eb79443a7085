"""How large a rendition becomes."""

from math import floor

from renditions.settings import RenditionSpec


def fit_inside(width: int, height: int, size: float) -> tuple[int, int]:
    """Width and height in pixels with the longest side at most ``size``: aspect kept, never enlarged, never 0.

    Divides and rounds (halves up) as sharp and libvips do.
    """
    shrink = max(width, height) / size
    if shrink <= 1:
        return width, height
    return max(1, floor(width / shrink + 0.5)), max(1, floor(height / shrink + 0.5))


def fit_around(width: int, height: int, size: int) -> tuple[int, int]:
    """Width and height in pixels with the shortest side at most ``size``, in the same way."""
    return fit_inside(width, height, size * max(width, height) / min(width, height))


def scaled(width: int, height: int, spec: RenditionSpec) -> tuple[int, int]:
    """To which size a picture is resized for ``spec``, before anything is cut off."""
    return (fit_around if spec.fit == "cover" else fit_inside)(width, height, spec.size)
