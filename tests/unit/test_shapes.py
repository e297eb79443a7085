"""The grammar of sizes and fits, and what they mean in pixels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.errors import InvalidSettings
from renditions.settings import Settings
from renditions.shapes import Bounds, padding


@pytest.mark.parametrize(
    "size, width, height",
    [(400, 400, 400), ("400", 400, 400), ("400x300", 400, 300), ("400@4:3", 400, 300), ("400@4:5", 320, 400),
     ("1600@16:9", 1600, 900), ("1000@191:100", 1000, 524), ("16@999:1", 16, 1)],
)  # fmt: skip
def test_a_size_is_a_number_a_pair_or_a_ratio(size: int | str, width: int, height: int) -> None:
    bounds = Bounds.parse(size)
    assert (bounds.width, bounds.height) == (width, height)


@pytest.mark.parametrize(
    "raw",
    ["4:5", "400@", "400@4", "400@0:5", "400 x 300", "400X300", "x300", "-400", "4e2", "400@4:5x3", "15x99"],
)
def test_another_size_is_refused_with_the_three_that_are_allowed(raw: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        Settings.from_environment({"THUMBNAIL_SIZE": raw, "LARGE_FIT": "fill"})
    for part in ("from 16 to 1024", "400x300", "400@4:3", "LARGE_FIT is 'fill'", "pad:#rrggbb"):
        assert part in str(refused.value)


@pytest.mark.parametrize("fit", ["pad", "pad:blur", "pad:transparent", "pad:#00ff7F", "cover", "inside"])
def test_every_fit_is_read(fit: str) -> None:
    assert Settings.from_environment({"LARGE_FIT": fit}).large_fit == fit


@pytest.mark.parametrize("fit", ["pad:", "pad:#fff", "pad:red", "pad:blur ", "blur", "Pad", "crop"])
def test_another_fit_is_refused(fit: str) -> None:
    with pytest.raises(InvalidSettings, match="LARGE_FIT is"):
        Settings.from_environment({"LARGE_FIT": fit})


def test_only_pad_pads() -> None:
    assert [padding(fit) for fit in ("inside", "cover", "pad", "pad:blur")] == [None, None, "", "blur"]


sides = st.integers(1, 3000)


@given(sides, sides, st.integers(16, 500), st.integers(1, 40), st.integers(1, 40))
def test_a_ratio_is_kept_to_a_pixel(width: int, height: int, longest: int, across: int, down: int) -> None:
    bounds = Bounds.parse(f"{longest}@{across}:{down}")
    assert bounds.longest == longest
    kept = bounds.filled_by(width, height)
    assert kept[0] <= min(width, bounds.width)
    assert kept[1] <= min(height, bounds.height)
    canvas = bounds.canvas_for(*(min(pair) for pair in ((width, bounds.width), (height, bounds.height))))
    for made in (kept, canvas):
        assert abs(made[0] - made[1] * across / down) <= max(1, across / down) or min(made) == 1
