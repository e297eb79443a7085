"""Colour given by coding-independent code points (ITU-T H.273, the property ``nclx``), as an equivalent ICC profile."""

from functools import lru_cache

from renditions.imaging.formats.display_profile import BT2020, DISPLAY_P3, SRGB, hlg, power, pq, srgb, written

_PRIMARIES = {9: BT2020, 12: DISPLAY_P3}
_TRANSFERS = {4: power(2.2), 5: power(2.8), 8: power(1), 16: pq, 18: hlg}


@lru_cache(maxsize=8)
def profile(primaries: int, transfer: int) -> bytes | None:
    """Return an ICC profile for these code points, or None if the image is treated as sRGB anyway."""
    if primaries not in _PRIMARIES and transfer not in _TRANSFERS:
        return None
    return written(_PRIMARIES.get(primaries, SRGB), _TRANSFERS.get(transfer, srgb))
