"""The part of the original that its uploader keeps, for all renditions."""

from dataclasses import replace
from math import ceil, floor

from renditions.imaging.picture import Picture


def extract(picture: Picture) -> Picture:
    """Cut out the crop that the uploader states, so that no pixel outside it bleeds into its edges."""
    if not picture.framing.crop:
        return picture
    image, header = picture.image, picture.header
    left, top, right, bottom = picture.box or (0, 0, *image.size)
    across, down = (right - left) / header.width, (bottom - top) / header.height
    first, upper, last, lower = picture.region
    box = (left + first * across, top + upper * down, left + last * across, top + lower * down)
    # After a scaled decode, the crop begins and ends inside pixels. Resizing keeps to the part of these.
    begin = (floor(box[0]), floor(box[1]))
    end = (min(image.width, ceil(box[2])), min(image.height, ceil(box[3])))
    inside = (box[0] - begin[0], box[1] - begin[1], box[2] - begin[0], box[3] - begin[1])
    return replace(picture, image=image.crop((*begin, *end)), box=inside)
