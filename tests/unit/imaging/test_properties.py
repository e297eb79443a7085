"""A rendition keeps its promises for any image and any settings."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from renditions.framing import Framing
from renditions.imaging import inspect, render
from renditions.settings import FORMATS, GRAVITIES, POSITIONS, Settings
from renditions.shapes import FITS, Bounds
from tests.unit.imaging.pictures import (
    decoded,
    encoded,
    mean_error,
    photograph,
    quadrants,
    with_orientation,
)

# bytes: in a smaller file the headers take most of the size
SMALLEST = 700
KINDS = [
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("TIFF", mode) for mode in ("L", "RGBA", "CMYK")),
    *(("WEBP", mode) for mode in ("RGB", "RGBA")),
]


@hypothesis_settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    kind=st.sampled_from(KINDS),
    size=st.tuples(st.integers(1, 260), st.integers(1, 260)),
    orientation=st.integers(1, 8),
    rendition=st.sampled_from(["thumbnail", "watermark"]),
    settings=st.builds(
        Settings,
        thumbnail_size=st.integers(16, 120),
        watermark_size=st.integers(16, 200),
        thumbnail_fit=st.sampled_from(["inside", "cover"]),
        cover_gravity=st.sampled_from(GRAVITIES),
        output_format=st.sampled_from(FORMATS),
        output_quality=st.integers(1, 100),
        watermark_position=st.sampled_from([*POSITIONS, "tiled"]),
        watermark_min_side=st.integers(1, 120),
    ),
)
def test_a_rendition_has_the_promised_size_format_and_bytes(
    kind: tuple[str, str], size: tuple[int, int], orientation: int, rendition: str, settings: Settings
) -> None:
    image_format, mode = kind
    data = encoded(quadrants(*size, mode), image_format, exif=with_orientation(orientation))
    facts, rendered = inspect(data, settings), render(data, rendition, settings)
    spec, made = settings.rendition(rendition), decoded(rendered)
    assert made.size == (rendered.width, rendered.height)
    assert f"image/{(made.format or '').lower()}" == rendered.content_type
    assert (facts.width, facts.height) == (size if orientation < 5 else size[::-1])
    if spec.fit == "cover":
        assert made.size == (min(spec.bounds.width, *size),) * 2
    else:
        assert max(made.size) == min(spec.bounds.width, max(size))
    is_same = made.format == image_format and made.size == (facts.width, facts.height)
    assert not is_same or len(rendered.data) <= max(len(data), SMALLEST)


sides = st.integers(16, 90)
shares = st.integers(0, 100).map(lambda percent: percent / 100)
SHAPES = st.one_of(
    st.builds("{}x{}".format, sides, sides),
    st.builds("{}@{}:{}".format, sides, st.integers(1, 9), st.integers(1, 9)),
)
LARGEST_DIFFERENCE = 3  # of 255, between the resizers


@hypothesis_settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    size=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    orientation=st.integers(1, 8),
    shape=SHAPES,
    fit=st.sampled_from(FITS),
    focus=st.tuples(shares, shares),
    crop=st.none() | st.tuples(shares, shares, shares, shares),
    kind=st.sampled_from([("PNG", "RGB"), ("JPEG", "RGB"), ("PNG", "L"), ("WEBP", "RGBA")]),
)
def test_any_shape_has_its_exact_size_and_enlarges_nothing(  # noqa: PLR0917 - what may vary
    size: tuple[int, int],
    orientation: int,
    shape: str,
    fit: str,
    focus: tuple[float, float],
    crop: tuple[float, float, float, float] | None,
    kind: tuple[str, str],
) -> None:
    stated = ",".join(map(str, with_room(crop))) if crop else ""
    framing = Framing.parse(f"{focus[0]},{focus[1]}", stated)
    settings = Settings(thumbnail_size=shape, thumbnail_fit=fit, output_format="png")
    data = encoded(photograph(*size).convert(kind[1]), kind[0], exif=with_orientation(orientation))
    facts = inspect(data, settings)
    by_simd, by_pillow = (
        render(data, "thumbnail", replace(settings, resizer=resizer), framing=framing)
        for resizer in ("auto", "pillow")
    )
    made, bounds = decoded(by_simd), settings.rendition("thumbnail").bounds
    left, top, right, bottom = framing.region(facts.width, facts.height)
    kept = (right - left, bottom - top)
    assert made.size == (by_simd.width, by_simd.height) == expected_size(kept, shape, fit)
    assert made.width <= bounds.width
    assert made.height <= bounds.height
    if not fit.startswith("pad"):
        assert made.width <= kept[0]
        assert made.height <= kept[1]
    if kind[0] != "JPEG":  # at which scale it is decoded depends on the resizer
        assert mean_error(made, decoded(by_pillow)) < LARGEST_DIFFERENCE


def with_room(crop: tuple[float, float, float, float]) -> tuple[float, ...]:
    """Return the crop moved and reduced until it is inside the image and not empty."""
    x, y, width, height = (round(100 * one) for one in crop)
    x, y = min(x, 99), min(y, 99)
    return x / 100, y / 100, max(1, min(width, 100 - x)) / 100, max(1, min(height, 100 - y)) / 100


def expected_size(kept: tuple[int, int], shape: str, fit: str) -> tuple[int, int]:
    """Return the size of a rendition, calculated with fractions in place of floats."""
    bounds = Bounds.parse(shape)
    ratio = Fraction(*bounds.ratio)
    width, height = kept
    if fit == "cover":
        if width >= bounds.width and height >= bounds.height:
            return bounds.width, bounds.height
        across = min(Fraction(width), height * ratio)
        return min(width, whole(across)), min(height, whole(across / ratio))
    shrink = max(Fraction(width, bounds.width), Fraction(height, bounds.height), Fraction(1))
    inside = (whole(width / shrink), whole(height / shrink))
    if fit == "inside":
        return inside
    if "x" in shape:
        return bounds.width, bounds.height
    across = max(Fraction(inside[0]), inside[1] * ratio)
    canvas = min(bounds.width, whole(across)), min(bounds.height, whole(across / ratio))
    return max(inside[0], canvas[0]), max(inside[1], canvas[1])


def whole(length: Fraction) -> int:
    return max(1, int(length + Fraction(1, 2)))
