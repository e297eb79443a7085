"""Finding the gain map in a HEIC of Apple's: an auxiliary image of the primary one."""

from PIL.ImageFile import ImageFile

from renditions.imaging.gain_map import GainMap
from renditions.imaging.picture import Header
from renditions.settings import Settings


def find(data: bytes, image: ImageFile, header: Header, settings: Settings) -> GainMap | None:
    """Return the gain map, or None."""
    return None
