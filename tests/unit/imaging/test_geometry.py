"""The size of renditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from renditions import shapes
from renditions.imaging.geometry import around, as_stored
from renditions.imaging.orientation import _UPRIGHT_BY
from renditions.shapes import Bounds
from tests.renditions import NAMES
from tests.unit.imaging.pictures import encoded, photograph, rendered_pixels

sides = st.integers(1, 30_000)
sizes = st.integers(16, 8192)


def fit_inside(width: int, height: int, size: int) -> tuple[int, int]:
    return shapes.fit_inside(width, height, Bounds.parse(size))


@given(sides, sides, sizes, sizes)
def test_what_fits_into_a_shape_touches_it_or_is_the_original(
    width: int, height: int, across: int, down: int
) -> None:
    bounds = Bounds.parse(f"{across}x{down}")
    made = shapes.fit_inside(width, height, bounds)
    assert made[0] <= min(across, width)
    assert made[1] <= min(down, height)
    assert made == (width, height) or made[0] == across or made[1] == down
    assert made == shapes.fit_inside(height, width, Bounds.parse(f"{down}x{across}"))[::-1]


@given(sides, sides, sizes, sizes)
def test_what_covers_a_shape_is_never_enlarged(width: int, height: int, across: int, down: int) -> None:
    made = shapes.fit_around(width, height, Bounds.parse(f"{across}x{down}"))
    assert made[0] <= width
    assert made[1] <= height
    assert made == (width, height) or (
        made[0] >= across and made[1] >= down and (made[0] == across or made[1] == down)
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_is_found_where_the_file_has_it(orientation: int) -> None:
    stored = Image.frombytes("L", (5, 3), bytes(range(15)))
    turn = _UPRIGHT_BY.get(orientation)
    upright = stored if turn is None else stored.transpose(turn)
    box = (1, 0, upright.width, 2)
    found = stored.crop(as_stored(box, upright.size, orientation))
    assert sorted(found.tobytes()) == sorted(upright.crop(box).tobytes())


@given(sides, sides, sizes)
def test_a_rendition_fits_is_never_enlarged_and_never_empty(width: int, height: int, size: int) -> None:
    new_width, new_height = fit_inside(width, height, size)
    assert 1 <= new_width <= min(width, size)
    assert 1 <= new_height <= min(height, size)
    assert max(new_width, new_height) == min(max(width, height), size)


@given(sides, sides, sizes)
def test_the_aspect_is_kept_to_half_a_pixel(width: int, height: int, size: int) -> None:
    new_width, new_height = fit_inside(width, height, size)
    exact = min(width, height) * min(1.0, size / max(width, height))
    assert abs(min(new_width, new_height) - exact) <= max(0.5 + 1e-9, 1 - exact)


@given(sides, sides, sizes)
def test_a_rotated_image_has_the_rotated_size(width: int, height: int, size: int) -> None:
    assert fit_inside(height, width, size) == fit_inside(width, height, size)[::-1]


@pytest.mark.parametrize(
    "original, size, expected",
    [
        ((4000, 3000), 200, (200, 150)),
        ((3000, 4000), 800, (600, 800)),
        ((1, 20_000), 200, (1, 200)),
        ((20_000, 1), 200, (200, 1)),
        ((199, 10), 200, (199, 10)),
        ((200, 200), 200, (200, 200)),
        ((1000, 333), 200, (200, 67)),  # 66.6
        ((400, 201), 200, (200, 101)),  # 100.5: rounds up, as libvips does
        ((400, 203), 200, (200, 102)),  # 101.5
        ((1920, 1080), 200, (200, 113)),
    ],
)
def test_known_sizes(original: tuple[int, int], size: int, expected: tuple[int, int]) -> None:
    assert fit_inside(*original, size) == expected


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(1, 2000), (2000, 1), (1, 1), (3, 5)])
def test_extreme_images_become_renditions_of_at_least_one_pixel(
    image_format: str, size: tuple[int, int]
) -> None:
    rendition = rendered_pixels(encoded(photograph(*size), image_format))
    assert rendition.size == fit_inside(*size, 200)


@pytest.mark.parametrize("rendition", NAMES)
def test_a_small_image_keeps_its_size_in_every_rendition(rendition: str) -> None:
    fit = {f"{rendition}_fit": "inside"}
    assert rendered_pixels(encoded(photograph(150, 130), "PNG"), rendition, **fit).size == (150, 130)


@given(st.floats(0, 1), st.floats(0, 1), sides, sides, sides, sides)
def test_a_part_contains_its_point_and_is_inside(
    x: float, y: float, width: int, height: int, across: int, down: int
) -> None:
    part = (min(width, across), min(height, down))
    corner = around((x, y), (width, height), part)
    for at, begin, taken, length in zip((x, y), corner, part, (width, height), strict=True):
        assert 0 <= begin <= length - taken
        assert begin <= at * length <= begin + taken
