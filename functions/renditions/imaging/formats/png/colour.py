"""The colour of a PNG: cICP, else its profile, else sRGB, else gAMA and cHRM, in the order of its specification."""

import struct
from collections.abc import Mapping
from functools import lru_cache

from renditions.imaging.formats.display_profile import (
    BT2020,
    DISPLAY_P3,
    SRGB,
    Chromaticities,
    Columns,
    columns,
    hlg,
    power,
    pq,
    srgb,
    written,
)

_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
# Code points of ITU-T H.273. Those of BT.601 and BT.709 are treated as sRGB in their tone, as browsers do.
_PRIMARIES: dict[int, Columns | Chromaticities] = {
    1: SRGB,
    4: Chromaticities(_C, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: Chromaticities(_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: Chromaticities(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    7: Chromaticities(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    8: Chromaticities(_C, (0.681, 0.319), (0.243, 0.692), (0.145, 0.049)),
    9: BT2020,
    11: Chromaticities((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: DISPLAY_P3,
    22: Chromaticities(_D65, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077)),
}
_TRANSFERS = {
    **dict.fromkeys((1, 6, 7, 11, 13, 14, 15), srgb),
    4: power(2.2),
    5: power(2.8),
    8: power(1),
    16: pq,
    18: hlg,
}
_FULL_RANGE = 1
# gAMA × 100,000. About 1 / 2.2 is what programs write beside sRGB. Beyond these limits it is no gamma of an image.
_GAMMA_OF_SRGB, _NEARLY, _SMALLEST, _LARGEST = 45_455, 1_000, 10_000, 500_000


def profile(chunks: Mapping[bytes, bytes], embedded: bytes | None) -> bytes | None:
    """Return the ICC profile for the ``chunks``, by kind, and the ``embedded`` profile; None for sRGB.

    Chunks whose numbers mean nothing are ignored.
    """
    if b"cICP" in chunks and (found := _of_code_points(chunks[b"cICP"][:4])) is not None:
        return found or None
    if embedded or b"sRGB" in chunks:
        return embedded
    return _of_gamma(chunks.get(b"gAMA", b"")[:4], chunks.get(b"cHRM", b"")[:32])


@lru_cache(maxsize=8)
def _of_code_points(content: bytes) -> bytes | None:
    """Return a profile, empty for sRGB; None for code points that are unknown or fit no PNG."""
    if len(content) < 4:
        return None
    primaries, transfer, matrix, value_range = content
    if matrix or primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        return None
    light, is_full = _TRANSFERS[transfer], value_range == _FULL_RANGE
    if primaries == 1 and light is srgb and is_full:
        return b""
    found = _PRIMARIES[primaries]
    adapted = columns(found) if isinstance(found, Chromaticities) else found
    return written(adapted, light if is_full else lambda value: light(_expanded(value)))


def _expanded(value: float) -> float:
    """Return ``value`` of the narrow range of video, 16 to 235, in the full range."""
    return min(1.0, max(0.0, (value * 255 - 16) / 219))


@lru_cache(maxsize=8)
def _of_gamma(gamma: bytes, chromaticities: bytes) -> bytes | None:
    encoded = int.from_bytes(gamma, "big") if len(gamma) == 4 else 0
    is_simple = _SMALLEST <= encoded <= _LARGEST and abs(encoded - _GAMMA_OF_SRGB) > _NEARLY
    light = power(100_000 / encoded) if is_simple else srgb
    primaries = _stated_primaries(chromaticities) or SRGB
    return None if light is srgb and primaries is SRGB else written(primaries, light)


def _stated_primaries(content: bytes) -> Columns | None:
    if len(content) < 32:
        return None
    numbers = [number / 100_000 for number in struct.unpack(">8I", content)]
    white, red, green, blue = zip(numbers[::2], numbers[1::2], strict=True)
    try:
        return columns(Chromaticities(white, red, green, blue))
    except (ArithmeticError, ValueError):
        return None
