"""Names that an uploader has chosen, as a terminal gets them."""

import pytest

from renditions_cli.show.escaping import visible, visible_lines


@pytest.mark.parametrize(
    "name, shown",
    [
        ("a.jpg", "a.jpg"),
        ("Grüße 日本 👩‍🚀.png", "Grüße 日本 👩‍🚀.png"),
        ("a\nb\t\r.jpg", r"a\nb\t\r.jpg"),
        ("\x1b[31mred\x9b0m", r"\x1b[31mred\x9b0m"),
        ("gpj\u202eexe\u2066\u200f", r"gpj\u202eexe\u2066\u200f"),
        ("half\udcff\u2028\ufeff", r"half\udcff\u2028\ufeff"),
    ],
)
def test_what_is_not_just_shown_becomes_an_escape(name: str, shown: str) -> None:
    assert visible(name) == shown


def test_the_lines_of_our_own_text_stay() -> None:
    assert visible_lines("one\ntwo\x1b") == "one\ntwo\\x1b"
