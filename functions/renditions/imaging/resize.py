"""Resizing, the one step that makes the image small. Everything costly comes after it."""

from dataclasses import replace

from renditions.imaging.drawing_or_photo import shows_drawing
from renditions.imaging.encoding_plan import plan_for
from renditions.imaging.picture import Picture
from renditions.imaging.resampling import resized


def resize(picture: Picture) -> Picture:
    """Shrink to the size of the rendition, from the part of the image that shows the original."""
    if picture.image.size == picture.target:
        return replace(picture, box=None)
    plan, resizer = plan_for(picture), picture.settings.resized_by
    kernel = plan.drawing_kernel if plan.drawing_kernel and shows_drawing(picture.image) else plan.kernel
    # Frames of an animation are needed for the next ones.
    is_last_use = picture.animation is None
    small = resized(picture.image, picture.target, kernel, resizer, picture.box, in_place=is_last_use)
    gains = replace(picture.gains, base=small) if picture.gains else None
    return replace(picture, image=small, box=None, gains=gains)
