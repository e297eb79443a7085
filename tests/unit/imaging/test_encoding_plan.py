"""What encoding plans promise: renditions as similar and as small as those that take much more time."""

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageDraw

from renditions.imaging import render
from renditions.imaging.animations.animation import Animation
from renditions.imaging.encoding_plan import EncodingPlan, plan_for
from renditions.imaging.formats.webp import encoder
from renditions.imaging.picture import Picture
from renditions.imaging.source import read
from renditions.settings import SIMD, Settings
from tests.renditions import LARGEST, largest
from tests.unit.imaging.pictures import array, encoded, photograph

with_simd = pytest.mark.skipif(
    Settings().resized_by != SIMD, reason="cykooz-resizer has no wheel for this machine"
)


@cache
def camera() -> bytes:
    """Return a JPEG with more pixels than any rendition."""
    return encoded(photograph(2400, 1800), "JPEG", quality=92)


@pytest.mark.parametrize("output_format, careful", [("webp", {"method": 4}), ("jpeg", {"optimize": True})])
@pytest.mark.parametrize("size", [(800, 600), (1600, 1200)])
def test_a_rendition_is_as_good_and_as_small_as_one_made_with_more_effort(
    output_format: str, careful: dict[str, object], size: tuple[int, int]
) -> None:
    exact = Image.open(io.BytesIO(camera())).resize(size, Image.Resampling.LANCZOS)
    slow = encoded(exact, output_format.upper(), quality=80, **careful)
    quick = render(camera(), LARGEST, Settings(output_format=output_format, **largest(size[0]))).data
    assert len(quick) < 1.12 * len(slow)
    assert error(quick, exact) < 1.15 * error(slow, exact)


def error(data: bytes, exact: Image.Image) -> float:
    """Return the root of the mean squared difference."""
    shown = Image.open(io.BytesIO(data)).convert("RGB")
    return float(((array(shown).astype(float) - array(exact)) ** 2).mean() ** 0.5)


@pytest.mark.parametrize("output_format", ["webp", "jpeg", "png", "avif", "auto"])
@pytest.mark.parametrize("size", [200, 800, 1600])
def test_quality_stays_between_1_and_100(output_format: str, size: int) -> None:
    plan = planned(camera(), size, output_format)
    for image in (photograph(300, 200), Image.new("L", (300, 200)), Image.effect_noise((300, 200), 50)):
        encoding = plan.encoding(image)
        assert all(1 <= encoding.quality(quality) <= 100 for quality in (1, 2, 99, 100))
        assert abs(encoding.quality(50) - 50) <= 4


@pytest.mark.parametrize(
    "width, progressive, method",
    [(2400, False, 2), (2400, True, 2), (4000, True, 4), (6500, False, 4)],
)
def test_originals_that_are_costly_to_decode_get_the_better_encoder(
    width: int, *, progressive: bool, method: int
) -> None:
    picture = Image.new("RGB", (width, width * 3 // 4), "teal")  # only its size and its scans count
    data = encoded(picture, "JPEG", quality=30, progressive=progressive)
    assert planned(data, 1600, "webp", "pillow").encoding(picture).options == {"method": method}


def test_an_image_softened_by_a_scaled_decode_is_sharpened() -> None:
    data = encoded(photograph(2000, 1500), "JPEG")
    assert planned(data, 800, "webp", "pillow").kernel == Image.Resampling.MKS2013
    whole = encoded(photograph(2000, 1500), "PNG")
    assert planned(whole, 800, "webp", "pillow").kernel == Image.Resampling.LANCZOS


@with_simd
@pytest.mark.parametrize("width, scale", [(1620, 1), (4000, 1), (5000, 2), (8000, 4), (16000, 8)])
def test_simd_resizes_from_at_least_half_as_many_pixels_again(width: int, scale: int) -> None:
    data = encoded(Image.new("L", (width, 16)), "JPEG")
    for output_format in ("webp", "jpeg"):
        assert planned(data, 1600, output_format, "simd").scale == scale


@with_simd
def test_a_webp_is_decoded_at_a_fraction_only_where_simd_resizes() -> None:
    data = encoded(photograph(1600, 1200), "WEBP")
    assert planned(data, 200, "webp", "simd").scale == 4
    assert planned(data, 200, "webp", "pillow").scale == 1


@with_simd
@pytest.mark.parametrize("size, progressive", [(200, True), (800, False), (1600, False)])
def test_with_simd_only_small_jpegs_are_progressive(size: int, *, progressive: bool) -> None:
    settings = Settings(output_format="jpeg", resizer="simd", **largest(size))
    made = render(camera(), LARGEST, settings).data
    assert ("progressive" in Image.open(io.BytesIO(made)).info) is progressive


@with_simd
def test_texture_decides_how_a_webp_is_encoded_where_simd_resizes() -> None:
    smooth, busy = Image.new("RGB", (1600, 1200), "navy"), Image.effect_noise((1600, 1200), 60)
    for size, more in ((200, 1), (800, 3), (1600, 3)):
        plan = planned(camera(), size, "webp", "simd")
        assert plan.encoding(busy).quality(80) == plan.encoding(smooth).quality(80) + more
        plan = planned(camera(), size, "webp", "pillow")
        assert plan.encoding(busy) == plan.encoding(smooth)


@with_simd
@pytest.mark.parametrize("size", [200, 800, 1600])
@pytest.mark.parametrize(
    "output_format, resizer, is_direct",
    [("webp", "simd", True), ("webp", "pillow", False), ("jpeg", "simd", False)],
)
def test_libwebp_is_called_directly_for_webps_where_simd_resizes(
    size: int, output_format: str, resizer: str, monkeypatch: pytest.MonkeyPatch, *, is_direct: bool
) -> None:
    asked: list[dict[str, Any]] = []
    by_libwebp = encoder.encoded

    def noted(image: Image.Image, **parameters: Any) -> bytes:
        asked.append(parameters)
        return by_libwebp(image, **parameters)

    monkeypatch.setattr(encoder, "encoded", noted)
    render(camera(), LARGEST, Settings(output_format=output_format, resizer=resizer, **largest(size)))
    assert bool(asked) is is_direct


@with_simd
@pytest.mark.parametrize("size, kernel", [(800, Image.Resampling.LANCZOS), (1600, Image.Resampling.BICUBIC)])
def test_large_animations_are_resized_as_their_encoder_needs(size: int, kernel: int) -> None:
    settings = Settings(resizer="simd", **largest(size))
    image, header = read(camera(), settings)
    animation = Animation(2, 0, 1, lambda: iter(()))
    picture = Picture(image, header, settings.rendition(LARGEST), settings, animation=animation)
    assert (plan_for(picture).kernel, plan_for(picture).drawing_kernel) == (kernel, None)
    assert plan_for(replace(picture, animation=None)).kernel == Image.Resampling.LANCZOS


@with_simd
@pytest.mark.parametrize(
    "original, output_format, resizer, is_bicubic",
    [
        ("PNG", "webp", "simd", True),
        ("GIF", "auto", "simd", True),
        ("PNG", "jpeg", "simd", False),
        ("PNG", "webp", "pillow", False),
        ("JPEG", "webp", "simd", False),
    ],
)
def test_drawings_are_resized_without_the_waves_of_lanczos(
    original: str, output_format: str, resizer: str, *, is_bicubic: bool
) -> None:
    data = encoded(Image.new("RGB", (900, 700), "teal"), original)
    kernel = planned(data, 200, output_format, resizer).drawing_kernel
    assert (kernel == Image.Resampling.BICUBIC) is is_bicubic


@with_simd
def test_a_logo_takes_fewer_bytes_and_a_photograph_keeps_its_kernel() -> None:
    drawn = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    draw = ImageDraw.Draw(drawn)
    for step in range(12):
        draw.ellipse((40 * step, 30 * step, 1160 - 20 * step, 870 - 30 * step), outline="navy", width=9)
    settings = Settings(resizer="simd", **largest(400))
    plain = render(encoded(drawn, "PNG"), LARGEST, settings).data
    photo = render(encoded(photograph(1200, 900), "PNG"), LARGEST, settings).data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("renditions.imaging.resize.shows_drawing", lambda _: False)
        assert len(plain) < 0.9 * len(render(encoded(drawn, "PNG"), LARGEST, settings).data)
        assert photo == render(encoded(photograph(1200, 900), "PNG"), LARGEST, settings).data


def planned(data: bytes, size: int, output_format: str, resizer: str = "auto") -> EncodingPlan:
    settings = Settings(output_format=output_format, resizer=resizer, **largest(size))
    image, header = read(data, settings)
    return plan_for(Picture(image, header, settings.rendition(LARGEST), settings))
