"""The tone curves of an ICC profile, applied to 16-bit samples before they are cut to 8 bits.

A linear profile keeps a fiftieth of its light, a third of what people see, in five of 256 levels. So the samples
are converted to the curve of sRGB while they still have 16 bits, and the profile is replaced by one with that curve.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from renditions.imaging.formats.display_profile import Columns, srgb, written

_TOP = 65535
# A curve that changes no 8-bit level by more than this many levels loses nothing that people see.
_LARGEST_STEP = 1.5
# The number of parameters of each type of a parametric curve.
_PARAMETERS = (1, 3, 4, 5, 7)


@dataclass(frozen=True, slots=True)
class Recoding:
    """``tables`` map 16-bit samples of each colour to 8 bits. ``profile`` fits the result; None: it is sRGB."""

    tables: tuple[list[int], ...]
    profile: bytes | None


@lru_cache(maxsize=2)
def recoding(profile: bytes) -> Recoding | None:
    """Return how to convert samples of ``profile``; None if 8 bits are enough or it has no simple curves."""
    try:
        return _recoding(profile)
    except (struct.error, LookupError, ArithmeticError, ValueError):
        return None  # a broken profile: what applies it says so


def _recoding(profile: bytes) -> Recoding | None:
    tags = _tags(profile)
    is_grey = profile[16:20] == b"GRAY"
    if profile[20:24] != b"XYZ " or b"A2B0" in tags or not (is_grey or profile[16:20] == b"RGB "):
        return None
    curves = [tags[name] for name in ((b"kTRC",) if is_grey else (b"rTRC", b"gTRC", b"bTRC"))]
    tables = {curve: _table(_light(curve)) for curve in set(curves)}
    if max(map(_largest_step, tables.values())) <= _LARGEST_STEP:
        return None
    found = None if is_grey else written(_primaries(tags), srgb)
    return Recoding(tuple(tables[curve] for curve in curves), found)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = struct.iter_unpack(">4sII", profile[132 : 132 + 12 * min(count, 100)])
    return {name: profile[start : start + size] for name, start, size in entries}


def _primaries(tags: dict[bytes, bytes]) -> Columns:
    red, green, blue = (struct.unpack_from(">3i", tags[name], 8) for name in (b"rXYZ", b"gXYZ", b"bXYZ"))
    return tuple(tuple(value / 65536 for value in column) for column in (red, green, blue))  # type: ignore[return-value] # 3 × 3


def _light(curve: bytes) -> Callable[[float], float]:
    """Return the function in the tag ``curve`` from a sample to its light, both 0 to 1."""
    if curve[:4] == b"para":
        kind = int.from_bytes(curve[8:10], "big")
        numbers = struct.unpack_from(f">{_PARAMETERS[kind]}i", curve, 12)
        return _parametric(kind, [number / 65536 for number in numbers])
    (count,) = struct.unpack_from(">I", curve, 8)
    if curve[:4] != b"curv" or count > _TOP:
        raise ValueError("no curve")
    values = struct.unpack_from(f">{count}H", curve, 12)
    if count < 2:
        exponent = values[0] / 256 if values else 1.0
        return lambda value: float(value**exponent)
    return lambda value: _interpolated(values, value) / _TOP


def _interpolated(values: Sequence[int], value: float) -> float:
    place = value * (len(values) - 1)
    before = min(int(place), len(values) - 2)
    return values[before] + (values[before + 1] - values[before]) * (place - before)


def _parametric(kind: int, numbers: list[float]) -> Callable[[float], float]:
    g, a, b, c, d, e, f = (*numbers, *(0.0,) * 7)[:7]
    if kind == 0:
        a, d = 1.0, -1.0
    elif kind in (1, 2):
        c, d, e, f = 0.0, -b / a, c if kind == 2 else 0.0, c if kind == 2 else 0.0
    return lambda value: (
        float(max(0.0, a * value + b) ** g + (e if kind in (2, 4) else 0.0)) if value >= d else c * value + f
    )


def _table(light: Callable[[float], float]) -> list[int]:
    """Return the 8-bit sample of sRGB for each 16-bit sample whose light ``light`` gives."""
    return [_encoded(light(value / _TOP)) for value in range(_TOP + 1)]


def _encoded(light: float) -> int:
    light = min(1.0, max(0.0, light))
    sample = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return int(sample * 255 + 0.5)


def _largest_step(table: list[int]) -> int:
    levels = table[128::257]
    return max(abs(after - before) for before, after in pairwise(levels))
