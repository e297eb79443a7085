"""Numbers and times as text."""

from datetime import UTC, datetime, timedelta

import pytest

from renditions_cli.show.wording import age, counted, duration, file_size, pixel_size


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
def test_sizes_have_at_most_three_digits_and_a_unit(count: int, text: str) -> None:
    assert file_size(count) == text


@pytest.mark.parametrize(
    "seconds,text",
    [(0.04, "0.0 s"), (2.44, "2.4 s"), (59.9, "59.9 s"), (59.96, "1 min 00 s"), (187, "3 min 07 s")],
)
def test_durations_of_a_minute_and_more_are_in_minutes(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_pixel_size_is_width_by_height() -> None:
    assert pixel_size(1600, 1067) == "1600 x 1067"


def test_one_is_singular() -> None:
    assert (counted(1, "image"), counted(5, "image")) == ("1 image", "5 images")


@pytest.mark.parametrize(
    "seconds, text", [(5, "5 s"), (300, "5 min"), (3 * 3600, "3 h"), (50 * 3600, "2 days"), (-9, "0 s")]
)
def test_an_age_has_one_unit(seconds: int, text: str) -> None:
    now = datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert age(now - timedelta(seconds=seconds), now) == text
