"""Holding still what hardly changes from frame to frame, so that small changes cannot add up unseen.

libwebp leaves out what is alike in two frames, and takes the last frame that it was given for what the viewer sees. In
a slow fade every frame is like the one before it, so nothing is ever drawn anew. Here each pixel is compared with what
the viewer really sees, and stays exactly that, or differs enough to be drawn.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from PIL import Image, ImageChops

from renditions.imaging.animations.animation import Animation, Frame


def steady(animation: Animation, quality: int) -> Animation:
    """``animation`` without the changes that libwebp does not draw at ``quality``, 1 to 100."""
    return replace(animation, frames=lambda: _steady(animation.frames(), _unseen(quality)))


def _unseen(quality: int) -> int:
    """Up to which difference, of 255, two samples are alike (QualityToMaxDiff in libwebp's anim_encode.c)."""
    fineness: float = (quality / 100) ** 0.5
    return round(31 * (1 - fineness) + fineness)


def _steady(frames: Iterator[Frame], unseen: int) -> Iterator[Frame]:
    visible = [0] * (unseen + 1) + [255] * (255 - unseen)
    seen: Image.Image | None = None
    for frame in frames:
        seen = _updated(seen, frame.image, visible) if seen else frame.image
        yield replace(frame, image=seen)


def _updated(seen: Image.Image, image: Image.Image, visible: list[int]) -> Image.Image:
    """``seen`` with the pixels of ``image`` where one of the samples has changed visibly."""
    if seen.mode != image.mode:
        seen, image = seen.convert("RGBA"), image.convert("RGBA")
    changed = reduce(ImageChops.lighter, ImageChops.difference(image, seen).split()).point(visible)
    return Image.composite(image, seen, changed)
