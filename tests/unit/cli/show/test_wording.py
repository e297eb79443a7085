"""Numbers as a person reads them."""

import pytest

from cli.show.wording import counted, duration, file_size, pixel_size


@pytest.mark.parametrize(
    "count,text",
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (182_321, "182 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_440_000, "1.4 MB"),
        (9_949_999, "9.9 MB"),
        (9_950_000, "10 MB"),
        (52_428_800, "52 MB"),
        (3_000_000_000, "3.0 GB"),
    ],
)
def test_bytes_have_at_most_three_digits_and_a_unit(count: int, text: str) -> None:
    assert file_size(count) == text


@pytest.mark.parametrize(
    "seconds,text",
    [(0.04, "0.0 s"), (2.44, "2.4 s"), (59.9, "59.9 s"), (59.96, "1 min 00 s"), (187, "3 min 07 s")],
)
def test_durations_turn_into_minutes_after_sixty_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_pixels_read_as_width_by_height() -> None:
    assert pixel_size(1600, 1067) == "1600 x 1067"


def test_one_is_singular() -> None:
    assert (counted(1, "image"), counted(5, "image")) == ("1 image", "5 images")
