"""The colour profile of a base that keeps its colours: composed anew from the numbers in that of the original.

Nothing else of the original's profile is kept: its texts may name a person's screen.
"""

import struct
from collections.abc import Mapping

from renditions.imaging.icc import changes_colours

_HEADER, _ENTRY = 128, 12
_MOST_TAGS = 100
_LARGEST_CURVE = 9_000  # bytes: 4,096 points of two bytes, and some
_COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_ADAPTATION = b"chad"
# Lookup tables in a profile count more than its primaries.
_TABLES = (b"A2B0", b"A2B1", b"D2B0", b"D2B1")
# Function → the number of parameters of a parametric curve.
_PARAMETERS = (1, 3, 4, 5, 7)
_WHITE = struct.pack(">4s4x3I", b"XYZ ", 0xF6D6, 0x10000, 0xD32D)  # D50


def rebuilt(profile: bytes, mode: str) -> bytes:
    """Return a profile with the same colours; empty for none, and for one that cannot be composed.

    Also for sRGB, which libultrahdr does not assume.
    """
    if mode != "RGB":
        return b""
    try:
        made = _composed(_tags(profile))
        changes_colours(made, mode)  # raises if the colour engine does not understand it
    except Exception:  # noqa: BLE001 - hostile profiles make the colour engine raise almost anything
        return b""
    return made


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """Return the content of each tag. Raises ValueError, struct.error."""
    if profile[16:24] != b"RGB XYZ ":
        raise ValueError("not a profile of a screen")
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    places = range(_HEADER + 4, _HEADER + 4 + _ENTRY * min(count, _MOST_TAGS), _ENTRY)
    entries = (struct.unpack_from(">4sII", profile, place) for place in places)
    return {name: profile[start : start + length] for name, start, length in entries}


def _composed(tags: Mapping[bytes, bytes]) -> bytes:
    """Return a profile of version 4. Raises ValueError, LookupError."""
    if any(name in tags for name in _TABLES):
        raise ValueError("a profile of tables")
    kept = {b"desc": _text("RGB"), b"cprt": _text("CC0"), b"wtpt": _WHITE}
    kept |= {name: _numbers(tags[name], b"XYZ ", 3) for name in _COLORANTS}
    kept |= {name: _curve(tags[name]) for name in _CURVES}
    if _ADAPTATION in tags:
        kept[_ADAPTATION] = _numbers(tags[_ADAPTATION], b"sf32", 9)
    return _assembled(kept)


def _numbers(tag: bytes, kind: bytes, count: int) -> bytes:
    if tag[:4] != kind or len(tag) < 8 + 4 * count:
        raise ValueError("a broken tag")
    return kind + bytes(4) + tag[8 : 8 + 4 * count]


def _curve(tag: bytes) -> bytes:
    if tag[:4] == b"para":
        (function,) = struct.unpack_from(">H", tag, 8)
        parameters = tag[12 : 12 + 4 * _PARAMETERS[function]]
        return b"para" + bytes(4) + struct.pack(">HH", function, 0) + parameters
    (points,) = struct.unpack_from(">I", tag, 8)
    length = 12 + 2 * points
    if tag[:4] != b"curv" or length > min(len(tag), _LARGEST_CURVE):
        raise ValueError("no curve")
    return b"curv" + bytes(4) + tag[8:length]


def _text(text: str) -> bytes:
    coded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII2s2sII", 1, 12, b"en", b"US", len(coded), 28) + coded


def _assembled(tags: Mapping[bytes, bytes]) -> bytes:
    """Return the profile with these tags. Equal ones, as the three curves mostly are, are stored once."""
    start = _HEADER + 4 + _ENTRY * len(tags)
    places: dict[bytes, int] = {}
    body = b""
    for content in tags.values():
        if content not in places:
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
    table = b"".join(struct.pack(">4sII", name, places[one], len(one)) for name, one in tags.items())
    header = struct.pack(
        ">I4xI4s4s4s12x4s28x3I48x",
        start + len(body), 0x04000000, b"mntr", b"RGB ", b"XYZ ", b"acsp", 0xF6D6, 0x10000, 0xD32D,
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + body
