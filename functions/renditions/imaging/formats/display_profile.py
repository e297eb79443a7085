"""Made ICC profiles: the primaries of a display and one tone curve, for files that state their colour in numbers.

Decoders return pixels in the colours of the file. With a profile they are converted like those of every other image.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

Column = tuple[float, float, float]
Columns = tuple[Column, Column, Column]  # red, green and blue as XYZ, adapted to D50, the white point of ICC

SRGB: Columns = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
BT2020: Columns = ((0.67348, 0.27904, -0.00194), (0.16566, 0.67534, 0.02998), (0.12505, 0.04561, 0.79686))
DISPLAY_P3: Columns = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
_WHITE: Column = (0.96420, 1.0, 0.82491)
_BRADFORD: Columns = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
# Each of the 256 values has an entry of its own, and there are three entries between two values.
_ENTRIES = 4 * 255 + 1
# High dynamic range: reference white is 203 of 10,000 nits (ITU-R BT.2408). Above the knee, light is compressed.
_PQ_WHITE = 0.0203
_HLG_WHITE = 0.2032
_KNEE = 0.6


class Chromaticities(NamedTuple):
    """The CIE x and y of white, red, green and blue."""

    white: tuple[float, float]
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]


def srgb(value: float) -> float:
    """Return the light, 0 to 1, of the sample ``value``, 0 to 1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def pq(value: float) -> float:
    """Return the same for SMPTE ST 2084."""
    root = value ** (32 / 2523)
    return _compressed(
        float((max(0.0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610)) / _PQ_WHITE
    )


def hlg(value: float) -> float:
    """Return the same for hybrid log-gamma."""
    scene = (
        value**2 / 3
        if value <= 0.5
        else (2.718281828 ** ((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )
    return _compressed(float(scene**1.2) / _HLG_WHITE)


def power(exponent: float) -> Callable[[float], float]:
    """Return the same for a simple power."""
    return lambda value: float(value**exponent)


def _compressed(light: float) -> float:
    """Return ``light`` unchanged up to the knee, and above it ever closer to white."""
    above = max(0.0, light - _KNEE) / (1 - _KNEE)
    return min(light, _KNEE) + (1 - _KNEE) * above / (1 + above)


def columns(of: Chromaticities) -> Columns:
    """Return the primaries, adapted to D50. Raises ArithmeticError or ValueError if they span no colours."""
    primaries = [_xyz_of(*point) for point in (of.red, of.green, of.blue)]
    white = _xyz_of(*of.white)
    amounts = _solved(primaries, white)
    if min(amounts) <= 0:
        raise ValueError("white lies outside the primaries")
    cones, wanted = _times(_BRADFORD, white), _times(_BRADFORD, _WHITE)
    scale = [goal / cone for goal, cone in zip(wanted, cones, strict=True)]

    def adapted(colour: Column) -> Column:
        scaled = tuple(one * factor for one, factor in zip(_times(_BRADFORD, colour), scale, strict=True))
        rows = [tuple(row[place] for row in _BRADFORD) for place in range(3)]
        return _solved(rows, scaled)  # type: ignore[arg-type] # three numbers each

    red, green, blue = (
        adapted((x * amount, y * amount, z * amount))
        for (x, y, z), amount in zip(primaries, amounts, strict=True)
    )
    return red, green, blue


def _xyz_of(x: float, y: float) -> Column:
    return x / y, 1.0, (1 - x - y) / y


def _times(rows: Columns, vector: Column) -> Column:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)
    return first, second, third


def _solved(vectors: list[Column], sought: Column) -> Column:
    """Return how much of each of three ``vectors`` makes up ``sought`` (Cramer's rule)."""
    whole = _determinant(*vectors)
    first, second, third = (
        _determinant(*(sought if place == at else vector for at, vector in enumerate(vectors))) / whole
        for place in range(3)
    )
    return first, second, third


def _determinant(a: Column, b: Column, c: Column) -> float:
    return (
        a[0] * (b[1] * c[2] - b[2] * c[1])
        - b[0] * (a[1] * c[2] - a[2] * c[1])
        + c[0] * (a[1] * b[2] - a[2] * b[1])
    )


def written(primaries: Columns, light: Callable[[float], float]) -> bytes:
    """Return a version 2 display profile of the ``primaries`` with the tone curve ``light``."""
    curve = _curve(light)
    tags = {b"desc": _description(), b"cprt": b"text\0\0\0\0none\0", b"wtpt": _xyz(_WHITE)}
    for letter, colour in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags |= {letter + b"XYZ": _xyz(colour), letter + b"TRC": curve}
    return _with_header(tags)


def _xyz(values: Column) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(light: Callable[[float], float]) -> bytes:
    entries = [round(65535 * light(place / (_ENTRIES - 1))) for place in range(_ENTRIES)]
    return b"curv\0\0\0\0" + struct.pack(f">I{_ENTRIES}H", _ENTRIES, *entries) + b"\0\0"


def _description() -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", 5) + b"nclx\0" + bytes(78 + 1)


def _with_header(tags: dict[bytes, bytes]) -> bytes:
    """Return 128 bytes of header, the table of tags, the tags."""
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
