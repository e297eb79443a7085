"""Text of the watermark in every script: shaped, in the right order, and never as boxes."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from renditions import fonts
from renditions.errors import InvalidSettings
from renditions.imaging import render, watermark_text
from renditions.imaging.watermark_text import Line, Run, set_line
from renditions.settings import Settings
from tests.unit.imaging.pictures import array, encoded, flat

WITHOUT_GLYPH = ["版权所有", "₿", "ไทย", "हिन्दी", "🎉"]


def order(text: str) -> list[tuple[str, bool]]:
    return [(run.text.strip(), run.is_reversed) for run in set_line(text).runs if run.text.strip()]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("© Renditions", [("© Renditions", False)]),
        ("שלום", [("שלום", True)]),
        ("שלום 2026", [("2026", False), ("שלום", True)]),
        ("© שלום", [("שלום", True), ("©", True)]),
        ("abc שלום def", [("abc", False), ("שלום", True), ("def", False)]),
        ("سلام 50%", [("%", True), ("50", False), ("سلام", True)]),
        ("سلام 1,000", [("1,000", False), ("سلام", True)]),
        ("abc (שלום) def", [("abc (", False), ("שלום", True), (") def", False)]),
        ("שלום abc עולם", [("עולם", True), ("abc", False), ("שלום", True)]),
        ("מחיר 25.5 ₪", [("₪", True), ("25.5", False), ("מחיר", True)]),
    ],
)
def test_runs_stand_in_visual_order(text: str, expected: list[tuple[str, bool]]) -> None:
    assert order(text) == expected


def ink(text: str) -> Any:
    return drawn(set_line(text))


def drawn(line: Line) -> Any:
    paper = Image.new("L", (400, 120))
    line.draw(ImageDraw.Draw(paper), (20, 80), 40, 0)
    return array(paper)


def test_hebrew_runs_from_right_to_left() -> None:
    alef, word = ink("א"), ink("אבג")
    columns = np.flatnonzero(word.any(axis=0))
    letter = np.flatnonzero(alef.any(axis=0))
    width = letter[-1] - letter[0]
    last = word[:, columns[-1] - width : columns[-1] + 1]
    assert np.abs(last.astype(int) - alef[:, letter[0] : letter[-1] + 1]).mean() < 6


@pytest.mark.parametrize("text", ["Ελληνικά", "Русский", "ZoëŁódź", "TiếngViệt", "←♥→", "שלום", "سلام"])
def test_no_letter_is_drawn_as_a_box(text: str) -> None:
    boxes = [
        drawn(Line((Run("\U000f0000", source, is_reversed=False),), b"", is_shaped=False))
        for source in (0, 1, 2)
    ]
    for letter in text:
        letters = ink(letter)
        assert letters.any()
        assert not any(np.array_equal(letters, box) for box in boxes), letter


def test_arabic_letters_are_joined() -> None:
    font = ImageFont.truetype(fonts.BUNDLED[1], 40)
    alone = sum(font.getlength(letter, direction="rtl") for letter in "سلام")
    left, _, right, _ = set_line("سلام").bounds(40)
    assert right - left < 0.9 * alone


@pytest.mark.parametrize("text", WITHOUT_GLYPH)
def test_a_character_without_a_glyph_is_an_error_at_start(text: str) -> None:
    with pytest.raises(InvalidSettings) as error:
        Settings.from_environment({"WATERMARK_TEXT": f"© {text}"})
    assert text[0] in str(error.value)
    assert f"U+{ord(text[0]):04X}" in str(error.value)
    assert "WATERMARK_FONT_KEY" in str(error.value)


@pytest.mark.parametrize(
    "text", ["© Renditions {year}", "Ελληνικά", "Русский", "العربية", "עברית", "Łódź", "→ ♥"]
)
def test_a_text_of_the_fonts_in_the_package_is_accepted(text: str) -> None:
    assert Settings.from_environment({"WATERMARK_TEXT": text}).watermark_text == text


@pytest.mark.parametrize("text", WITHOUT_GLYPH)
def test_a_character_that_ones_own_font_lacks_is_an_error(text: str) -> None:
    settings = Settings.from_environment({"WATERMARK_TEXT": text, "WATERMARK_FONT_KEY": "own.ttf"})
    own = Path(fonts.DEFAULT).read_bytes()
    with pytest.raises(InvalidSettings, match="WATERMARK_TEXT"):
        render(encoded(flat((9, 9, 9), (400, 300)), "PNG"), "watermark", settings, font=own)


@pytest.mark.parametrize("font", [b"", b"no font", b"\0\1\0\0" + bytes(40), b"ttcf" + bytes(8)])
def test_a_file_that_is_no_font_is_an_error(font: bytes) -> None:
    if not font:
        assert set_line("abc", font).runs
        return
    with pytest.raises(InvalidSettings, match="WATERMARK_FONT_KEY"):
        set_line("abc", font)


def test_ones_own_font_is_drawn_and_what_it_lacks_comes_from_the_package() -> None:
    own = Path(fonts.BUNDLED[0]).read_bytes()  # Hebrew only
    assert [run.source for run in set_line("שלום abc", own).runs if run.text.strip()] == [3, 0]


def test_missing_shaping_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renditions.imaging.watermark_mark.can_shape", lambda: False)
    data = encoded(flat((9, 9, 9), (400, 300)), "PNG")
    rendered = render(data, "watermark", Settings(watermark_text="سلام"))
    assert watermark_text.UNSHAPED in rendered.note
    assert not render(data, "watermark", Settings()).note


def test_coverage_is_that_of_the_font() -> None:
    found = fonts.coverage(Path(fonts.DEFAULT).read_bytes())
    drawn = ImageFont.truetype(io.BytesIO(Path(fonts.DEFAULT).read_bytes()), 30)
    box = bytes(drawn.getmask("\U000f0000"))
    for sign in map(chr, range(0x21, 0x2600, 7)):
        if not fonts.is_unseen(sign) and found.has(sign):
            assert bytes(drawn.getmask(sign)) != box or sign == "\u25af"
