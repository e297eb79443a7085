"""Finding the gain map of an original of any format, and checking that it is one of this image."""

from collections.abc import Callable

from PIL.ImageFile import ImageFile

from renditions.imaging.gain_map import GainMap
from renditions.imaging.gain_maps import in_heif, in_jpeg
from renditions.imaging.picture import Header
from renditions.imaging.silence_warnings import SILENCED
from renditions.settings import Settings

_FINDERS: dict[str, Callable[..., GainMap | None]] = {
    "JPEG": in_jpeg.find,
    "HEIC": in_heif.find,
    "AVIF": in_heif.find,
}
_BASES = ("L", "RGB")
# By how much the shapes of base and map may differ: cameras round, and some fill up the last blocks.
_TOLERANCE = 0.01


def find(data: bytes, image: ImageFile, header: Header, settings: Settings) -> GainMap | None:
    """Return the gain map, or None for none and for one that cannot be used. Animations have none."""
    if header.frames > 1:
        return None
    try:
        with SILENCED:
            found = _FINDERS[header.format.name](data, image, header, settings)
            is_suitable = found and image.mode in _BASES and _fits(found, header, settings)
            return found if is_suitable else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a hostile map makes readers raise almost anything, and the image is good without
        return None


def _fits(found: GainMap, header: Header, settings: Settings) -> bool:
    """Return whether the map has the shape of the base, is not larger, and keeps both within the limit on pixels."""
    (width, height), base = found.size, (header.width, header.height)
    if width > base[0] or height > base[1]:
        return False
    if width * height + base[0] * base[1] > header.format.most_pixels(settings):
        return False
    across, down = width / base[0], height / base[1]
    is_rounded = abs(width - down * base[0]) <= 1 or abs(height - across * base[1]) <= 1
    return is_rounded or abs(across - down) <= _TOLERANCE * max(across, down)
