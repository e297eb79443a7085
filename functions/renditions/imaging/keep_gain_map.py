"""HDR: whether an original has a gain map, and decoding what a rendition shows of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL.ImageFile import ImageFile

from renditions.errors import ImageRejected, TooMuchMemory
from renditions.imaging.memory import megabytes_above_limit
from renditions.imaging.picture import Header, Picture
from renditions.settings import KEEP, Settings

if TYPE_CHECKING:
    from renditions.imaging.gain_map import GainMap

_AN_EIGHTH = 8


def find_gain_map(data: bytes, image: ImageFile, header: Header, settings: Settings) -> "GainMap | None":
    """Return the gain map of an original, or None. One that is broken, too large or of another shape counts as none."""
    if not header.format.may_have_gain_map(data, image):
        return None
    from renditions.imaging.gain_maps.finding import find  # noqa: PLC0415 - few files have one

    return find(data, image, header, settings)


def hdr_stops(data: bytes, image: ImageFile, header: Header, settings: Settings) -> float:
    """Return how much brighter than white the gain map makes an original, in stops; 0 if there is none.

    One that is to be kept is decoded. If that fails, there is none, so that all renditions of the image agree.
    """
    found = find_gain_map(data, image, header, settings)
    if found is None or (settings.hdr == KEEP and _is_damaged(found)):
        return 0
    return round(found.coding.stops, 2)


def _is_damaged(found: "GainMap") -> bool:
    """Return whether pixels are missing, without keeping them. Others may have the memory that is lacking here."""
    try:
        found.decode(_AN_EIGHTH)
    except TooMuchMemory:
        return False
    except ImageRejected:
        return True
    return False


def keep_gain_map(picture: Picture) -> Picture:
    """Decode the part of the gain map that the rendition shows. Such a rendition is a JPEG in the colours of the base.

    If it cannot be decoded, or not beside the base, the rendition is made without it.
    """
    if picture.gain_map is None:
        return picture
    from renditions.imaging.gain_maps.following import part  # noqa: PLC0415 - the same
    from renditions.imaging.gain_maps.profile import rebuilt  # noqa: PLC0415 - the same

    try:
        gains = part(picture, picture.gain_map)
    except ImageRejected as fault:
        return picture.noting(f"The gain map is left out, because it cannot be decoded. {fault}")
    settings = replace(picture.settings, output_format="jpeg")  # the one format that holds both
    profile = rebuilt(picture.header.icc_profile or b"", picture.image.mode)
    kept = replace(picture, gains=gains, settings=settings, profile=profile)
    if needed := megabytes_above_limit(kept):
        return picture.noting(
            f"The gain map is left out, because the rendition would need about {needed:,} MB of memory with it."
        )
    return kept
