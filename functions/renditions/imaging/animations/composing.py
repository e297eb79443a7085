"""Frames of GIF and APNG, which store only what changes, laid over each other as browsers do.

Pillow has composers of its own, but GIF's clears to a colour where browsers clear to nothing and carries a frame's
disposal over to frames that name none, and APNG's loses transparency where two half transparent frames meet.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from PIL import Image

from renditions.imaging.animations.animation import Frame


class Disposal(Enum):
    """What becomes of a piece's box when its time is over."""

    KEEP = auto()
    CLEAR = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """What a file stores of one frame: a picture of its own for a part of the canvas.

    ``blended`` says that what is there shines through its transparency, else it is replaced. ``duration`` is
    in milliseconds.
    """

    box: tuple[int, int, int, int]
    duration: float
    disposal: Disposal
    blended: bool
    decode: Callable[[], Image.Image]


def composed(size: tuple[int, int], pieces: Iterable[Piece]) -> Iterator[Frame]:
    """The whole pictures, of ``size``. They are grey with alpha if the first piece is grey, else RGBA.

    What lies outside of the canvas, as in some GIFs, is cut off.
    """
    canvas: Image.Image | None = None
    for piece in pieces:
        image = piece.decode()
        if canvas is None:
            canvas = Image.new("LA" if image.mode in ("L", "LA") else "RGBA", size)
        before = canvas.crop(piece.box) if piece.disposal is Disposal.RESTORE else None
        if piece.blended and image.mode == canvas.mode:
            canvas.alpha_composite(image, piece.box[:2])
        else:
            canvas.paste(image, piece.box)
        yield Frame(canvas, piece.duration)
        if before:
            canvas.paste(before, piece.box)
        elif piece.disposal is Disposal.CLEAR:
            canvas.paste((0,) * len(canvas.getbands()), piece.box)
