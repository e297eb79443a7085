"""HDR: whether an original has a gain map, and decoding what a rendition shows of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL.ImageFile import ImageFile

from renditions.errors import ImageRejected
from renditions.imaging.picture import Header, Picture
from renditions.settings import Settings

if TYPE_CHECKING:
    from renditions.imaging.gain_map import GainMap


def find_gain_map(data: bytes, image: ImageFile, header: Header, settings: Settings) -> "GainMap | None":
    """Return the gain map of an original, or None. One that is damaged, too large or of another shape counts as none.

    If it is to be kept, it is decoded here once, so that all renditions of an image agree.
    """
    if not header.format.may_have_gain_map(data, image):
        return None
    from renditions.imaging.gain_maps.finding import find  # noqa: PLC0415 - few files have one

    return find(data, image, header, settings)


def keep_gain_map(picture: Picture) -> Picture:
    """Decode the part of the gain map that the rendition shows, and keep the colours of the base as they are."""
    if picture.gain_map is None:
        return picture
    from renditions.imaging.gain_maps.following import part  # noqa: PLC0415 - the same
    from renditions.imaging.gain_maps.profile import rebuilt  # noqa: PLC0415 - the same

    try:
        gains = part(picture, picture.gain_map)
    except ImageRejected as fault:
        return picture.noting(f"The gain map is left out, because it cannot be decoded. {fault}")
    return replace(
        picture, gains=gains, profile=rebuilt(picture.header.icc_profile or b"", picture.image.mode)
    )
