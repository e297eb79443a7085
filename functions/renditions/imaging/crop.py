"""Cropping the resized image to the shape of the rendition, for renditions that fill it."""

from dataclasses import replace

from renditions.imaging.attention import best_start
from renditions.imaging.flatten import on_background
from renditions.imaging.geometry import around, placed
from renditions.imaging.picture import Picture


def crop(picture: Picture) -> Picture:
    """Crop a rendition with the fit "cover" to its shape, around the focus or where the gravity asks for."""
    image = picture.image
    if not picture.spec.covers:
        return picture
    width, height = size = picture.spec.bounds.filled_by(*image.size)
    if image.size == size:
        return picture
    left, top = corner = picture.corner or _corner(picture, size)
    return replace(picture, image=image.crop((left, top, left + width, top + height)), corner=corner)


def _corner(picture: Picture, size: tuple[int, int]) -> tuple[int, int]:
    """Return left and top of the part of that size, in pixels."""
    image, gravity = picture.image, picture.settings.cover_gravity
    if focus := picture.framing.focus_in(*picture.header.oriented_size):
        return around(focus, image.size, size)
    left, top = corner = placed(image.size, size, gravity)
    if gravity != "attention":
        return corner
    seen = image if image.mode == "RGB" else on_background(image, picture.settings.background)
    is_across = image.width - size[0] >= image.height - size[1]
    start = best_start(seen, size, picture.settings.resized_by)
    return (start, top) if is_across else (left, start)
