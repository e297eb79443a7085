"""How large a rendition becomes."""


def fit_inside(width: int, height: int, size: int) -> tuple[int, int]:
    """Width and height in pixels with the longest side at most ``size``: aspect kept, never enlarged, never 0.

    Divides and rounds (halves to even) exactly as sharp and libvips do.
    """
    shrink = max(width, height) / size
    if shrink <= 1:
        return width, height
    return max(1, round(width / shrink)), max(1, round(height / shrink))
