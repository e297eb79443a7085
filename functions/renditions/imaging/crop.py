"""Cropping the resized image to a square, for renditions that fill a frame."""

from dataclasses import replace

from renditions.imaging.attention import best_start
from renditions.imaging.flatten import on_background
from renditions.imaging.geometry import placed
from renditions.imaging.picture import Picture


def crop(picture: Picture) -> Picture:
    """Crop a rendition with the fit "cover" to a square at the place that the gravity asks for."""
    image, side = picture.image, min(picture.spec.size, *picture.image.size)
    if picture.spec.fit != "cover" or image.size == (side, side):
        return picture
    left, top = corner = picture.corner or _corner(picture, side)
    return replace(picture, image=image.crop((left, top, left + side, top + side)), corner=corner)


def _corner(picture: Picture, side: int) -> tuple[int, int]:
    """Return left and top of the square, in pixels."""
    image, gravity = picture.image, picture.settings.cover_gravity
    left, top = corner = placed(image.size, (side, side), gravity)
    if gravity != "attention":
        return corner
    seen = image if image.mode == "RGB" else on_background(image, picture.settings.background)
    start = best_start(seen, side, picture.settings.resized_by)
    return (start, top) if image.width >= image.height else (left, start)
