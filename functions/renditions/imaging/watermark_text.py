"""A line of text set in several fonts: split into runs of one font and direction, shaped, and put in visual order.

A simplified bidirectional algorithm (Unicode Annex 9): levels of letters, numbers and what is between them, without
explicit embeddings, which a watermark does not need.
"""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from renditions import fonts
from renditions.errors import InvalidSettings

# FreeType and HarfBuzz take 5 ms and 1.4 MB, which the other renditions do without.
if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

UNSHAPED = "The watermark text may be set wrongly: Pillow has no text shaping (libraqm) here."
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_RIGHT, _LEFT, _NUMBERS, _ARABIC_LETTER, _ARABIC_NUMBER = ("R", "AL"), ("L",), ("EN", "AN"), "AL", "AN"
# Letters that stand side by side as they are. What is beyond these, or combines, is shaped.
_PLAIN = ((0x20, 0x2FF), (0x370, 0x482), (0x48A, 0x52F), (0x1E00, 0x1FFF), (0x2010, 0x2027), (0x2030, 0x2BFF))
_BASELINE: Literal["ls"] = "ls"

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Some characters in one font and direction. ``source`` is the number of the font in the line."""

    text: str
    source: int
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its runs from left to right. ``own`` is a font of the user's own; empty for none."""

    runs: tuple[Run, ...]
    own: bytes
    is_shaped: bool

    def bounds(self, size: int) -> Bounds:
        """Return left, top, right and bottom of the ink in the font ``size``, from the start of the baseline."""
        boxes, start = [], 0.0
        for run in self.runs:
            font = self._font(run, size)
            left, top, right, bottom = font.getbbox(
                run.text, anchor=_BASELINE, direction=self._direction(run)
            )
            boxes.append((left + start, top, right + start, bottom))
            start += font.getlength(run.text, direction=self._direction(run))
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def capital(self, size: int) -> Bounds:
        """Return the same for a capital in the main font."""
        font = _font(self.own, self.runs[0].source, size, is_shaped=False)
        return font.getbbox("H", anchor=_BASELINE)

    def draw(
        self, paper: "ImageDraw.ImageDraw", place: tuple[float, float], size: int, outline: float
    ) -> None:
        """Draw the line on ``paper``, its baseline beginning at ``place``, with a pen ``outline`` pixels wider."""
        left, baseline = place
        for run in self.runs:
            font, direction = self._font(run, size), self._direction(run)
            paper.text(
                (left, baseline), run.text, fill=255, font=font, anchor=_BASELINE, direction=direction,
                stroke_width=outline, stroke_fill=255,
            )  # fmt: skip
            left += font.getlength(run.text, direction=direction)

    def _direction(self, run: Run) -> str | None:
        return ("rtl" if run.is_reversed else "ltr") if self.is_shaped else None

    def _font(self, run: Run, size: int) -> "ImageFont.FreeTypeFont":
        return _font(self.own, run.source, size, is_shaped=self.is_shaped)


def needs_shaping(text: str) -> bool:
    """Return whether characters of ``text`` join, stack, combine or run from right to left."""
    return not all(any(first <= ord(sign) <= last for first, last in _PLAIN) for sign in text)


def can_shape() -> bool:
    """Return whether Pillow has libraqm, as its wheels do."""
    from PIL import features  # noqa: PLC0415 - loads FreeType

    return bool(features.check("raqm"))


@lru_cache(maxsize=4)
def set_line(text: str, own: bytes = b"") -> Line:
    """Return ``text`` as a line. Raises InvalidSettings for a character without a glyph, and for a broken font."""
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    covered = ([_own_coverage(own)] if own else []) + list(
        fonts.bundled() if own or not line.isascii() else ()
    )
    if not covered:  # plain ASCII, which the default font has
        return Line((Run(line, -1, is_reversed=False),), own, is_shaped=False)
    if missing := fonts.without_glyph(line, covered):
        raise InvalidSettings(lacking(missing))
    is_shaped = (bool(own) or needs_shaping(line)) and can_shape()
    runs = _runs(line, _sources(line, covered), _levels(line))
    if not is_shaped:
        runs = [
            Run(run.text[::-1] if run.is_reversed else run.text, run.source, is_reversed=False)
            for run in runs
        ]
    return Line(tuple(runs), own, is_shaped)


def lacking(missing: Sequence[str]) -> str:
    """Return the sentences about characters that no font has."""
    return (
        f"No font has these characters of WATERMARK_TEXT: {fonts.named(missing)}. Set WATERMARK_FONT_KEY to the key "
        "of a font that has them, or use other characters."
    )


def _own_coverage(font: bytes) -> fonts.Coverage:
    try:
        found = fonts.coverage(font)
        _font(font, 0, 20, is_shaped=False)
    except (ValueError, OSError) as error:
        raise InvalidSettings(
            f"The font of the watermark (WATERMARK_FONT_KEY) cannot be used: {error}. Use a TTF, OTF or TTC file."
        ) from error
    return found


def _font(own: bytes, source: int, size: int, *, is_shaped: bool) -> "ImageFont.FreeTypeFont":
    """Return the font number ``source`` of a line: the user's own, if there is one, then those in the package."""
    from PIL import ImageFont  # noqa: PLC0415 - FreeType

    layout = ImageFont.Layout.RAQM if is_shaped else ImageFont.Layout.BASIC
    if own and source == 0:
        return ImageFont.truetype(io.BytesIO(own), size, layout_engine=layout)
    path = fonts.DEFAULT if source < 0 else fonts.BUNDLED[source - bool(own)]
    return ImageFont.truetype(path, size, layout_engine=layout)


def _sources(line: str, covered: list[fonts.Coverage]) -> list[int]:
    """Return the font of each character. What is between letters stays in the font before it, if that has it."""
    found: list[int] = []
    for sign in line:
        is_letter = sign.isalpha() and not unicodedata.combining(sign)
        if found and not is_letter and covered[found[-1]].has(sign):
            found.append(found[-1])
        else:
            found.append(next(number for number, one in enumerate(covered) if one.has(sign)))
    return found


def _levels(line: str) -> list[int]:
    """Return the level of each character: odd ones run from right to left."""
    kinds = _with_signs_of_numbers([unicodedata.bidirectional(sign) for sign in line])
    strong = [1 if kind in _RIGHT else 0 if kind in _LEFT else None for kind in kinds]
    base = next((one for one in strong if one is not None), 0)
    context, levels = base, list[int | None]()
    for kind, one in zip(kinds, strong, strict=True):
        context = context if one is None else one
        levels.append(2 if kind == _ARABIC_NUMBER else 2 * context if kind in _NUMBERS else one)
    for place, sign in enumerate(line):
        if sign in _BRACKETS:
            _pair(line, levels, place, base)
    whole = [_between(levels, place, base) if level is None else level for place, level in enumerate(levels)]
    return [2 if level == 0 and base else level for level in whole]


def _with_signs_of_numbers(kinds: list[str]) -> list[str]:
    """Return ``kinds`` with separators within numbers, and signs beside them, as parts of the numbers.

    After Arabic letters, numbers are Arabic, which have neither signs nor ranges.
    """
    found, is_arabic = list[str](), False
    for kind in kinds:
        is_arabic = kind == _ARABIC_LETTER if kind in (*_RIGHT, *_LEFT) else is_arabic
        found.append(_ARABIC_NUMBER if is_arabic and kind in _NUMBERS else kind)
    for place in range(1, len(found) - 1):
        before, kind, after = found[place - 1 : place + 2]
        if before == after and before in _NUMBERS and (kind == "CS" or (kind == "ES" and before == "EN")):
            found[place] = before
    for places in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for place in places:
            beside = found[place - places.step]
            found[place] = "EN" if found[place] == "ET" and beside == "EN" else found[place]
    return found


def _pair(line: str, levels: list[int | None], place: int, base: int) -> None:
    """Give both brackets of a pair that opens at ``place`` the direction of what is in it, or of what is before it."""
    closing = line.find(_BRACKETS[line[place]], place + 1)
    inside = {min(level, 1) for level in levels[place + 1 : closing] if level is not None}
    if closing < 0 or not inside:
        return
    before = next((min(one, 1) for one in reversed(levels[:place]) if one is not None), base)
    levels[place] = levels[closing] = base if base in inside else before


def _between(levels: list[int | None], place: int, base: int) -> int:
    """Return the direction of a character without one: that of both sides if they agree, else that of the line."""
    before = next((min(one, 1) for one in reversed(levels[:place]) if one is not None), base)
    after = next((min(one, 1) for one in levels[place + 1 :] if one is not None), base)
    return before if before == after else base


def _runs(line: str, sources: list[int], levels: list[int]) -> list[Run]:
    """Return the runs in the order in which they stand, from left to right."""
    keys = list(zip(sources, levels, strict=True))
    runs: list[tuple[int, Run]] = []
    for (source, level), places in groupby(range(len(line)), key=keys.__getitem__):
        text = "".join(line[place] for place in places)
        runs.append((level, Run(text, source, is_reversed=bool(level % 2))))
    for lowest in range(max(levels), 0, -1):
        runs = [
            run
            for is_turned, group in groupby(runs, key=lambda run: run[0] >= lowest)
            for run in (reversed(list(group)) if is_turned else group)
        ]
    return [run for _, run in runs]
