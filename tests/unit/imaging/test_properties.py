"""A rendition keeps its promises for any image and any settings."""

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from renditions.imaging import inspect, render
from renditions.settings import FITS, FORMATS, GRAVITIES, POSITIONS, Settings
from tests.unit.imaging.pictures import decoded, encoded, quadrants, with_orientation

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
        thumbnail_fit=st.sampled_from(FITS),
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
        assert made.size == (min(spec.size, *size),) * 2
    else:
        assert max(made.size) == min(spec.size, max(size))
    is_same = made.format == image_format and made.size == (facts.width, facts.height)
    assert not is_same or len(rendered.data) <= max(len(data), SMALLEST)
