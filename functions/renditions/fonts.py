"""Fonts: the ones in the package, and which characters a font has a glyph for.

Reads the table ``cmap`` of TrueType and OpenType (https://learn.microsoft.com/typography/opentype/spec/cmap), because
Pillow draws a box for a character without a glyph and does not report it.
"""

import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "imaging" / "fonts"
# In this order of preference. The first has letters of Arabic and Hebrew, too, but few of their marks.
BUNDLED = tuple(
    _FOLDER / name for name in ("NotoSansHebrew-Bold.ttf", "NotoSansArabic-Bold.ttf", "DejaVuSans-Bold.ttf")
)
DEFAULT = BUNDLED[-1]
# Characters that are not drawn: spaces, controls, formats such as joiners and directions.
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_MOST_NAMED = 8
_VARIATIONS = range(0xFE00, 0xFE10)
_COLLECTION, _KINDS = b"ttcf", (b"\0\1\0\0", b"OTTO", b"true")
# Of the encodings that a font may have, the ones of Unicode, all of it first: platform and encoding.
_ENCODINGS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters of a font, as ranges of code points in order."""

    ranges: tuple[tuple[int, int], ...]

    def has(self, sign: str) -> bool:
        """Return whether there is a glyph for the character ``sign``, or it needs none."""
        return is_unseen(sign) or any(first <= ord(sign) <= last for first, last in self.ranges)


def is_unseen(sign: str) -> bool:
    """Return whether the character is not drawn."""
    return unicodedata.category(sign) in _UNSEEN or ord(sign) in _VARIATIONS


def without_glyph(text: str, fonts: Sequence[Coverage]) -> list[str]:
    """Return the characters of ``text`` that none of the ``fonts`` has, each once."""
    composed = unicodedata.normalize("NFC", text)
    return [sign for sign in dict.fromkeys(composed) if not any(font.has(sign) for font in fonts)]


def named(signs: Sequence[str]) -> str:
    """Return the characters with their code points, the first few of many."""
    shown = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs[:_MOST_NAMED])
    return f"{shown} and {len(signs) - _MOST_NAMED} more" if len(signs) > _MOST_NAMED else shown


@lru_cache(maxsize=1)
def bundled() -> tuple[Coverage, ...]:
    """Return the coverage of the fonts in the package."""
    return tuple(coverage(path.read_bytes()) for path in BUNDLED)


def coverage(font: bytes) -> Coverage:
    """Return the characters of the first face in ``font``, a TTF, OTF or TTC. Raises ValueError for anything else."""
    try:
        return Coverage(tuple(sorted(_ranges(font, _cmap(font)))))
    except (struct.error, IndexError) as error:
        raise ValueError("the font is cut off") from error


def _cmap(font: bytes) -> int:
    """Return the offset of the best table of characters."""
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == _COLLECTION else 0
    if font[start : start + 4] not in _KINDS:
        raise ValueError("neither TrueType nor OpenType")
    base: int = _table(font, start, b"cmap")
    (encodings,) = struct.unpack_from(">H", font, base + 2)
    records = (struct.unpack_from(">HHI", font, base + 4 + 8 * number) for number in range(encodings))
    found = {(platform, encoding): base + offset for platform, encoding, offset in records}
    best: int | None = next((found[key] for key in _ENCODINGS if key in found), None)
    if best is None:
        raise ValueError("no table of Unicode characters")
    return best


def _table(font: bytes, start: int, name: bytes) -> int:
    """Return the offset of a table of the face that begins at ``start``."""
    (count,) = struct.unpack_from(">H", font, start + 4)
    records = (struct.unpack_from(">4sIII", font, start + 12 + 16 * number) for number in range(count))
    offset: int | None = next((offset for found, _, offset, _ in records if found == name), None)
    if offset is None:
        raise ValueError("no table of characters")
    return offset


def _ranges(font: bytes, table: int) -> list[tuple[int, int]]:
    (kind,) = struct.unpack_from(">H", font, table)
    if kind in (12, 13):
        (groups,) = struct.unpack_from(">I", font, table + 12)
        body = font[table + 16 : table + 16 + 12 * groups]
        return [
            (first, last)
            for first, last, glyph in struct.iter_unpack(">III", body)
            if last and (glyph or last > first)
        ]
    if kind == 4:
        return _ranges_of_segments(font, table)
    if kind == 6:
        first, count = struct.unpack_from(">HH", font, table + 6)
        glyphs = struct.unpack_from(f">{count}H", font, table + 10)
        return [(first + place, first + place) for place, glyph in enumerate(glyphs) if glyph]
    raise ValueError("a table of characters of an old kind")


def _ranges_of_segments(font: bytes, table: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", font, table + 6)[0] // 2
    columns = [table + 14, *(table + 16 + 2 * count * column for column in (1, 2, 3))]
    ends, starts, deltas, offsets = (struct.unpack_from(f">{count}H", font, column) for column in columns)
    found = []
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        if first == 0xFFFF or first > last:
            continue
        if not offset:
            found.append((first, last))
            continue
        place = columns[3] + 2 * number + offset
        glyphs = struct.unpack_from(f">{last - first + 1}H", font, place)
        found += [
            (first + at, first + at) for at, glyph in enumerate(glyphs) if glyph and glyph + delta & 0xFFFF
        ]
    return found
