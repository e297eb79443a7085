"""The size of renditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renditions.imaging.geometry import fit_inside
from tests.unit.imaging.pictures import encoded, photograph, rendered_pixels

sides = st.integers(1, 30_000)
sizes = st.integers(16, 8192)


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


@pytest.mark.parametrize("rendition", ["thumbnail", "medium", "large", "watermark"])
def test_a_small_image_keeps_its_size_in_every_rendition(rendition: str) -> None:
    assert rendered_pixels(encoded(photograph(150, 130), "PNG"), rendition).size == (150, 130)
