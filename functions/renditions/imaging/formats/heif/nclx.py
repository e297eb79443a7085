"""Colour given by coding-independent code points (ITU-T H.273, the property ``nclx``), as an equivalent ICC profile.

Decoders return pixels in the colours of the file. With a profile they are converted like those of every other image.
"""

import struct
from collections.abc import Callable
from functools import lru_cache

# Red, green and blue as XYZ, adapted to D50, the white point of ICC.
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_BT2020 = ((0.67348, 0.27904, -0.00194), (0.16566, 0.67534, 0.02998), (0.12505, 0.04561, 0.79686))
_DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
_PRIMARIES = {9: _BT2020, 12: _DISPLAY_P3}
_WHITE = (0.96420, 1.0, 0.82491)
# Each of the 256 values has an entry of its own, and there are three entries between two values.
_ENTRIES = 4 * 255 + 1
# High dynamic range: reference white is 203 of 10,000 nits (ITU-R BT.2408). Above the knee, light is compressed.
_PQ_WHITE = 0.0203
_HLG_WHITE = 0.2032
_KNEE = 0.6


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _pq(value: float) -> float:
    root = value ** (32 / 2523)
    return _compressed(
        float((max(0.0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610)) / _PQ_WHITE
    )


def _hlg(value: float) -> float:
    scene = (
        value**2 / 3
        if value <= 0.5
        else (2.718281828 ** ((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )
    return _compressed(float(scene**1.2) / _HLG_WHITE)


def _compressed(light: float) -> float:
    """Return ``light`` unchanged up to the knee, and above it ever closer to white."""
    above = max(0.0, light - _KNEE) / (1 - _KNEE)
    return min(light, _KNEE) + (1 - _KNEE) * above / (1 + above)


_TRANSFERS: dict[int, Callable[[float], float]] = {
    4: lambda value: float(value**2.2),
    5: lambda value: float(value**2.8),
    8: lambda value: value,
    16: _pq,
    18: _hlg,
}


@lru_cache(maxsize=8)
def profile(primaries: int, transfer: int) -> bytes | None:
    """Return an ICC profile for these code points, or None if the image is treated as sRGB anyway."""
    if primaries not in _PRIMARIES and transfer not in _TRANSFERS:
        return None
    curve = _curve(_TRANSFERS.get(transfer, _srgb))
    tags = {b"desc": _description(), b"cprt": b"text\0\0\0\0none\0", b"wtpt": _xyz(_WHITE)}
    for letter, colour in zip((b"r", b"g", b"b"), _PRIMARIES.get(primaries, _SRGB), strict=True):
        tags |= {letter + b"XYZ": _xyz(colour), letter + b"TRC": curve}
    return _written(tags)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(light: Callable[[float], float]) -> bytes:
    entries = [round(65535 * light(place / (_ENTRIES - 1))) for place in range(_ENTRIES)]
    return b"curv\0\0\0\0" + struct.pack(f">I{_ENTRIES}H", _ENTRIES, *entries) + b"\0\0"


def _description() -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", 5) + b"nclx\0" + bytes(78 + 1)


def _written(tags: dict[bytes, bytes]) -> bytes:
    """Return a version 2 display profile: 128 bytes of header, the table of tags, the tags."""
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(body), len(tag))
        body += tag + bytes(-len(tag) % 4)
    size = start + len(body)
    white = struct.pack(">3i", *(round(value * 65536) for value in _WHITE))
    header = (
        struct.pack(">I4xI", size, 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28) + white
    )
    return header.ljust(128, b"\0") + table + body
