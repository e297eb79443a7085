"""What uploaders state about where to look: checked, normalized, and turned into pixels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.errors import LONGEST_SENTENCE, InvalidFraming
from renditions.framing import WHOLE, Framing

millionths = st.integers(0, 1_000_000).map(lambda number: number / 1_000_000)


@pytest.mark.parametrize(
    "stated, normalized",
    [
        ("0.4,0.3", "0.4,0.3"),
        (" 0.40 , 0.3000 ", "0.4,0.3"),
        ("0,1", "0,1"),
        ("0.0,1.000", "0,1"),
        (".5,.25", "0.5,0.25"),
        ("0.3333333333333333,0.66666666666666666", "0.333333,0.666667"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_focus_is_normalized(stated: str, normalized: str) -> None:
    assert Framing.parse(stated, "").focus == normalized


@pytest.mark.parametrize(
    "stated, normalized",
    [
        ("0.1,0.2,0.5,0.5", "0.1,0.2,0.5,0.5"),
        ("0,0,1,1", "0,0,1,1"),
        ("0.9,0.7,0.1,0.3", "0.9,0.7,0.1,0.3"),
        ("0.3334,0,0.6667,1", "0.3334,0,0.6666,1"),  # rounded by the program that wrote it
    ],
)
def test_a_crop_is_normalized_and_ends_at_the_edge(stated: str, normalized: str) -> None:
    assert Framing.parse("", stated).crop == normalized


@pytest.mark.parametrize(
    "value",
    [
        "0.4", "0.4,0.3,", ",", "0.4;0.3", "0.4 0.3", "40%,30%", "1.5,0", "-0.1,0.5", "-0,0.5", "+0.5,0.5", "nan,0.5",
        "inf,0", "1e-1,0.5", "0x1,0", "0_1,0", "\u0661,0.5", "0.5,0.5\n", "0.5,\t0.5", "=?UTF-8?Q?0.4=2C0.3?=",
        "0.4%2C0.3", "1.0000001,0", "0." + "1" * 21 + ",0", "9" * 2000, "0,0,0,0,0,0" * 400, "<b>,\x1b[31m", "x,y",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_was_found_and_what_is_allowed(value: str) -> None:
    with pytest.raises(InvalidFraming) as focus:
        Framing.parse(value, "")
    with pytest.raises(InvalidFraming, match="renditions-crop"):
        Framing.parse("", value)
    sentence = str(focus.value)
    assert sentence.startswith(f"The metadata renditions-focus is {ascii(value)[:20]}")
    assert "two numbers from 0 to 1, such as 0.4,0.3" in sentence
    assert sentence.isprintable()
    assert len(sentence.encode()) < LONGEST_SENTENCE - 200


@pytest.mark.parametrize("crop", ["0,0,0,1", "0,0,1,0", "0.5,0,0.6,1", "0,0.5,1,0.6", "1,0,0.5,1", "0.4,0.3"])
def test_a_crop_without_pixels_or_beyond_the_image_is_refused(crop: str) -> None:
    with pytest.raises(InvalidFraming, match="four numbers from 0 to 1 within the image"):
        Framing.parse("", crop)


def test_both_faults_are_in_one_message() -> None:
    with pytest.raises(InvalidFraming) as refused:
        Framing.parse("a", "b")
    assert "renditions-focus is 'a'" in str(refused.value)
    assert "renditions-crop is 'b'" in str(refused.value)


def test_metadata_is_read_whatever_the_case_of_its_name_and_other_metadata_is_ignored() -> None:
    stated = {"Renditions-Focus": "0.5,0", "renditions-crop": "0,0,1,1", "crop": "nonsense"}
    assert Framing.of_metadata(stated) == Framing("0.5,0", "0,0,1,1")
    assert Framing.of_metadata({"title": "0.5"}) == WHOLE


@given(millionths, millionths, millionths, millionths, st.integers(1, 9999), st.integers(1, 9999))
def test_a_crop_has_at_least_one_pixel_and_none_outside(
    x: float, y: float, across: float, down: float, width: int, height: int
) -> None:
    text = f"{x:.6f},{y:.6f},{min(across, 1 - x):.6f},{min(down, 1 - y):.6f}"
    try:
        framing = Framing.parse("0.3,0.9", text)
    except InvalidFraming:
        assert min(across, down, 1 - x, 1 - y) < 2e-6
        return
    assert Framing.parse(**framing.texts()) == framing
    left, top, right, bottom = framing.region(width, height)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert abs(left - x * width) <= 1
    focus = framing.focus_in(width, height)
    assert focus is not None
    assert all(0 <= at <= 1 for at in focus)


def test_a_focus_outside_the_crop_is_its_nearest_point() -> None:
    assert Framing("0.9,0.5", "0,0,0.5,1").focus_in(200, 100) == (1, 0.5)
    assert Framing("0.25,0", "0,0,0.5,1").focus_in(200, 100) == (0.5, 0)
    assert WHOLE.focus_in(200, 100) is None
    assert WHOLE.region(200, 100) == (0, 0, 200, 100)
