"""Keeping pixels that hardly change from frame to frame, so that small changes do not add up unseen.

libwebp leaves out what is similar in two frames, and assumes that the viewer sees the last frame that it was given. In
a slow fade every frame is similar to the one before it, so nothing is ever redrawn. Here each pixel is compared with
what the viewer really sees, and either stays exactly that or differs enough to be redrawn.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from PIL import Image, ImageChops

from renditions.imaging.animations.animation import Animation, Frame


def hold_still(animation: Animation, quality: int) -> Animation:
    """Return ``animation`` without the changes that libwebp does not draw at ``quality``, 1 to 100."""
    return replace(animation, frames=lambda: _held(animation.frames(), _unseen(quality)))


def _unseen(quality: int) -> int:
    """Return the difference, of 255, up to which two samples are similar (QualityToMaxDiff in libwebp)."""
    fineness: float = (quality / 100) ** 0.5
    return round(31 * (1 - fineness) + fineness)


def _held(frames: Iterator[Frame], unseen: int) -> Iterator[Frame]:
    visible = [0] * (unseen + 1) + [255] * (255 - unseen)
    seen: Image.Image | None = None
    for frame in frames:
        seen = _updated(seen, frame.image, visible) if seen else frame.image
        yield replace(frame, image=seen)


def _updated(seen: Image.Image, image: Image.Image, visible: list[int]) -> Image.Image:
    """Return ``seen`` with the pixels of ``image`` where a sample has changed visibly."""
    if seen.mode != image.mode:
        seen, image = seen.convert("RGBA"), image.convert("RGBA")
    changed = reduce(ImageChops.lighter, ImageChops.difference(image, seen).split()).point(visible)
    return Image.composite(image, seen, changed)
