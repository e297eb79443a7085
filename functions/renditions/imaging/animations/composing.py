"""Composing frames that store only what changes, as browsers do.

Pillow composes frames, too, but for GIF it clears to a colour where browsers clear to nothing and applies the disposal
of a frame to later frames that have none, and for APNG it loses transparency where two half transparent frames meet.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from PIL import Image

from renditions.imaging.animations.animation import Frame


class Disposal(Enum):
    """What happens to the box of a frame after its duration."""

    KEEP = auto()
    CLEAR = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """What a file stores of one frame: an image for a part of the canvas.

    ``blended``: its transparency shows what is below; otherwise it replaces what is below. ``duration`` is in
    milliseconds.
    """

    box: tuple[int, int, int, int]
    duration: float
    disposal: Disposal
    blended: bool
    decode: Callable[[], Image.Image]


def composed(size: tuple[int, int], stored: Iterable[StoredFrame]) -> Iterator[Frame]:
    """Yield whole images of ``size``, in LA if the first frame is greyscale, otherwise in RGBA.

    What lies outside the canvas, as in some GIFs, is cut off.
    """
    canvas: Image.Image | None = None
    for part in stored:
        image = part.decode()
        if canvas is None:
            canvas = Image.new("LA" if image.mode in ("L", "LA") else "RGBA", size)
        before = canvas.crop(part.box) if part.disposal is Disposal.RESTORE else None
        if part.blended and image.mode == canvas.mode:
            canvas.alpha_composite(image, part.box[:2])
        else:
            canvas.paste(image, part.box)
        yield Frame(canvas, part.duration)
        if before:
            canvas.paste(before, part.box)
        elif part.disposal is Disposal.CLEAR:
            canvas.paste((0,) * len(canvas.getbands()), part.box)
