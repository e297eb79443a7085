"""The watermark: its position, its strength, and that it is readable on any image."""

import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image

from renditions.errors import InvalidSettings
from renditions.imaging import render
from renditions.imaging.watermark_text import Line, Run
from renditions.settings import POSITIONS, Settings
from tests.unit.imaging.colours_of_png import plain_png, profiled
from tests.unit.imaging.pictures import (
    array,
    assert_colour,
    decoded,
    encoded,
    flat,
    mean_error,
    photograph,
    quadrants,
    rendered_pixels,
)
from tests.unit.imaging.profiles import grey_profile

SIZE = (600, 400)


def changed(picture: Image.Image, logo: bytes | None = None, **settings: object) -> np.ndarray:
    """Return for each pixel whether the watermark changed it."""
    asked = Settings(**{"output_format": "png", **settings})  # type: ignore[arg-type] # a case names any setting
    marked = decoded(render(encoded(picture, "PNG"), "watermark", asked, logo))
    difference = np.abs(array(marked.convert("RGBA")) - array(picture.convert("RGBA"))).max(axis=2)
    return np.asarray(difference > 8)


def extent(where: np.ndarray) -> tuple[int, int, int, int]:
    """Return the distances of the changed pixels from the left, top, right and bottom edge."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    height, width = where.shape
    return int(columns[0]), int(rows[0]), width - 1 - int(columns[-1]), height - 1 - int(rows[-1])


@pytest.mark.parametrize("position", POSITIONS)
def test_the_mark_can_have_each_of_the_nine_positions(position: str) -> None:
    left, top, right, bottom = extent(
        changed(flat((30, 60, 90), SIZE), watermark_position=position, watermark_margin=5)
    )
    margin = 20  # 5 % of the short side
    across = "left" if "left" in position else "right" if "right" in position else "middle"
    down = "top" if "top" in position else "bottom" if "bottom" in position else "middle"
    if across == "middle":
        assert abs(left - right) <= 4
    else:
        assert margin <= {"left": left, "right": right}[across] <= margin + 4
    if down == "middle":
        assert abs(top - bottom) <= 4
    else:
        assert margin <= {"top": top, "bottom": bottom}[down] <= margin + 4


@pytest.mark.parametrize("scale", [5, 10, 20])
@pytest.mark.parametrize("size", [(600, 400), (400, 600)])
def test_the_height_is_a_percentage_of_the_short_side(scale: int, size: tuple[int, int]) -> None:
    where = changed(flat((30, 60, 90), size), watermark_scale=scale, watermark_text="Hi")
    _, top, _, bottom = extent(where)
    assert abs(size[1] - top - bottom - 400 * scale / 100) <= 0.15 * 400 * scale / 100 + 3


def test_only_the_watermark_rendition_is_marked() -> None:
    data = encoded(photograph(*SIZE), "PNG")
    assert mean_error(rendered_pixels(data, "large"), photograph(*SIZE)) == 0
    assert mean_error(rendered_pixels(data, "watermark"), photograph(*SIZE)) > 0


def test_pixels_away_from_the_mark_are_untouched() -> None:
    where = changed(photograph(*SIZE))
    assert 0.005 < where.mean() < 0.08
    assert not where[:300].any()


@pytest.mark.parametrize("low, high", [(10, 40), (40, 100)])
def test_opacity_makes_the_mark_stronger(low: int, high: int) -> None:
    data = encoded(flat((40, 40, 40), SIZE), "PNG")
    weak, strong = (
        array(rendered_pixels(data, "watermark", watermark_opacity=opacity))[..., 0].max()
        for opacity in (low, high)
    )
    assert abs(weak - (40 + 215 * low / 100)) < 6
    assert abs(strong - (40 + 215 * high / 100)) < 6


@pytest.mark.parametrize("level, is_light", [(0, True), (60, True), (120, True), (190, False), (255, False)])
def test_the_ink_is_light_on_dark_pixels_and_dark_on_light_ones(level: int, is_light: bool) -> None:  # noqa: FBT001 - a case
    picture = rendered_pixels(encoded(flat((level,) * 3, SIZE), "PNG"), "watermark", watermark_opacity=100)
    values = array(picture)[..., 0]
    assert (values.max() > 250) if is_light else (values.min() < 20)
    assert np.abs(values - level).max() > 90


def test_only_the_pixels_under_the_mark_decide_its_ink() -> None:
    picture = flat((10, 10, 10), SIZE)
    picture.paste((250, 250, 250), (0, 300, 600, 400))
    pixels = array(rendered_pixels(encoded(picture, "PNG"), "watermark", watermark_opacity=100))
    assert pixels[320:, :, 0].min() < 30
    top = array(
        rendered_pixels(encoded(picture, "PNG"), "watermark", watermark_opacity=100, watermark_position="top")
    )
    assert top[:280, :, 0].max() > 240


def test_the_outline_keeps_light_ink_readable_on_white() -> None:
    picture = flat((0, 0, 0), SIZE)
    picture.paste((255, 255, 255), (480, 0, 600, 400))
    pixels = array(rendered_pixels(encoded(picture, "PNG"), "watermark", watermark_opacity=100))
    assert pixels[300:, 490:, 0].min() < 120


@pytest.mark.parametrize("size", [(300, 119), (119, 300), (50, 50)])
def test_an_image_too_small_for_a_mark_gets_a_note(size: tuple[int, int]) -> None:
    rendered = render(encoded(photograph(*size), "PNG"), "watermark", Settings(output_format="png"))
    assert rendered.note == (
        f"No watermark: the short side of {min(size)} pixels is below the minimum of 120."
    )
    assert mean_error(decoded(rendered), photograph(*size)) == 0


def test_a_text_too_long_for_the_image_gets_a_note() -> None:
    settings = Settings(output_format="png", watermark_text="W" * 100)
    rendered = render(encoded(photograph(300, 300), "PNG"), "watermark", settings)
    assert rendered.note == "No watermark: the text is too long to be readable on this image."
    assert mean_error(decoded(rendered), photograph(300, 300)) == 0


@pytest.mark.parametrize("text", ["", "   "])
def test_without_text_and_logo_there_is_no_mark_and_no_note(text: str) -> None:
    rendered = render(
        encoded(photograph(*SIZE), "PNG"), "watermark", Settings(output_format="png", watermark_text=text)
    )
    assert mean_error(decoded(rendered), photograph(*SIZE)) == 0
    assert rendered.note == ""


def test_a_long_text_shrinks_to_stay_between_the_margins() -> None:
    text = "© 2026 The Association of Photographers of the Northern Valleys"
    left, _, right, _ = extent(
        changed(flat((20, 20, 20), SIZE), watermark_text=text, watermark_position="bottom")
    )
    assert left >= 11
    assert right >= 11


def test_transparent_parts_stay_transparent_around_the_mark() -> None:
    picture = flat((0, 0, 0, 0), SIZE, "RGBA")
    result = rendered_pixels(encoded(picture, "PNG"), "watermark", watermark_opacity=100)
    alpha = array(result.getchannel("A"))
    assert (alpha == 0).mean() > 0.9
    assert alpha.max() > 250
    # A transparent image is shown on the background, which is white, so the ink is dark although the pixels are black.
    assert array(result)[alpha > 250][:, 0].max() < 40


def test_a_jpeg_of_a_transparent_image_shows_the_same_mark() -> None:
    picture = flat((0, 0, 0, 0), SIZE, "RGBA")
    data = encoded(picture, "PNG")
    on_png = Image.new("RGBA", SIZE, "white")
    on_png.alpha_composite(rendered_pixels(data, "watermark"))
    assert mean_error(rendered_pixels(data, "watermark", output_format="jpeg", output_quality=95), on_png) < 2


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "CMYK", "I;16"])
def test_images_of_every_mode_can_have_a_mark(mode: str) -> None:
    picture = Image.new(mode, SIZE) if mode == "I;16" else quadrants(*SIZE, mode)
    data = encoded(picture, "TIFF" if mode == "CMYK" else "PNG")
    plain, marked = rendered_pixels(data, "large"), rendered_pixels(data, "watermark")
    assert mean_error(plain.convert("RGB"), marked.convert("RGB")) > 0.1


def logo_file(colour: tuple[int, int, int], size: tuple[int, int] = (200, 100)) -> bytes:
    """Return a logo with a transparent left half."""
    logo = Image.new("RGBA", size, (0, 0, 0, 0))
    logo.paste((*colour, 255), (size[0] // 2, 0, *size))
    return encoded(logo, "PNG")


def test_a_logo_alone_keeps_its_colours_and_its_transparency() -> None:
    settings = Settings(output_format="png", watermark_text="", watermark_opacity=100, watermark_scale=10)
    data = encoded(flat((30, 60, 90), SIZE), "PNG")
    result = decoded(render(data, "watermark", settings, logo_file((250, 120, 0))))
    # 40 pixels tall, 80 wide, 12 from the edges: only its right half is visible.
    assert result.getpixel((600 - 12 - 20, 400 - 12 - 20)) == (250, 120, 0)
    assert result.getpixel((600 - 12 - 60, 400 - 12 - 20)) == (30, 60, 90)


def test_the_logo_is_left_of_the_text() -> None:
    settings = Settings(
        output_format="png", watermark_opacity=100, watermark_scale=10, watermark_position="top"
    )
    data = encoded(flat((30, 60, 90), SIZE), "PNG")
    pixels = array(decoded(render(data, "watermark", settings, logo_file((250, 120, 0)))))
    orange = np.flatnonzero((np.abs(pixels - (250, 120, 0)).max(axis=2) < 10).any(axis=0))
    white = np.flatnonzero((np.abs(pixels - 255).max(axis=2) < 10).any(axis=0))
    assert orange[-1] < white[0]
    assert white[-1] < 600 - 12


def test_a_warm_process_does_not_mix_up_logos() -> None:
    settings = Settings(output_format="png", watermark_text="", watermark_opacity=100, watermark_scale=10)
    data = encoded(flat((30, 60, 90), SIZE), "PNG")
    for colour in ((250, 120, 0), (0, 200, 100), (250, 120, 0)):
        result = decoded(render(data, "watermark", settings, logo_file(colour)))
        assert result.getpixel((568, 368)) == colour


def test_a_bad_logo_is_a_setting_error_and_never_rejects_the_upload() -> None:
    with pytest.raises(InvalidSettings, match="WATERMARK_LOGO_KEY"):
        render(encoded(photograph(*SIZE), "PNG"), "watermark", Settings(), b"not a logo")


def test_the_mark_is_the_same_on_every_image_of_one_size() -> None:
    one, other = (changed(flat((30, 60, 90 + step), SIZE)) for step in (0, 20))
    assert (one == other).mean() > 0.999


@pytest.mark.parametrize("size", [(900, 600), (400, 1200)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_tiled_marks_cover_the_whole_image(size: tuple[int, int], mode: str) -> None:
    original = flat((60, 60, 60), size).convert(mode)
    result = rendered_pixels(encoded(original, "PNG"), "watermark", watermark_position="tiled")
    marked = np.abs(array(result.convert("L")) - 60) > 10
    for rows in np.array_split(marked, 4, axis=0):
        for part in np.array_split(rows, 3 if size[0] > size[1] else 1, axis=1):
            assert 0.002 < part.mean() < 0.5


def test_the_text_contains_the_year_of_processing() -> None:
    data = encoded(flat((60, 60, 60), (600, 400)), "PNG")
    year = str(datetime.now(UTC).year)
    template, written = (
        rendered_pixels(data, "watermark", watermark_text=text) for text in ("© {year} Ann", f"© {year} Ann")
    )
    assert mean_error(template, written) == 0


@pytest.mark.parametrize("text", ["Ελληνικά", "Русский", "Zoë Łódź", "Tiếng Việt", "← ♥ →"])
def test_other_scripts_are_written_and_not_replaced_by_boxes(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(flat((60, 60, 60), (600, 400)), "PNG")
    written = rendered_pixels(data, "watermark", watermark_text=text)
    monkeypatch.setattr("renditions.imaging.watermark_pixels.set_line", line_of_boxes)
    boxes = rendered_pixels(data, "watermark", watermark_text="\U000f0000" * len(text))
    assert mean_error(written, boxes) > 0.05


def line_of_boxes(text: str, own: bytes) -> Line:
    return Line((Run(text, -1, is_reversed=False),), own, is_shaped=False)


def marked_with(logo: bytes, **options: Any) -> tuple[Image.Image, str]:
    data = encoded(flat((10, 200, 10), (400, 400)), "PNG")
    usual = {
        "output_format": "png", "watermark_text": "", "watermark_opacity": 100, "watermark_scale": 50,
        "watermark_position": "top-left", "watermark_margin": 0,
    }  # fmt: skip
    rendered = render(data, "watermark", Settings(**{**usual, **options}), logo)
    return Image.open(io.BytesIO(rendered.data)).convert("RGB"), rendered.note


@pytest.mark.parametrize(
    "logo",
    [
        plain_png(b"\x37", colour=0, before=profiled(grey_profile(1.0))),
        plain_png((32768).to_bytes(2, "big"), bits=16, colour=0),
    ],
    ids=["linear profile", "16 bits"],
)
def test_a_logo_has_the_colours_that_viewers_show(logo: bytes) -> None:
    assert_colour(marked_with(logo)[0], (50, 50), (128, 128, 128), 3)


def test_a_logo_is_turned_upright() -> None:
    sideways = Image.new("RGB", (20, 20), (255, 0, 0))
    sideways.paste((0, 0, 255), (0, 10, 20, 20))
    exif = Image.Exif()
    exif[0x112] = 6
    shown, _ = marked_with(encoded(sideways, "PNG", exif=exif))
    assert_colour(shown, (20, 20), (0, 0, 255))
    assert_colour(shown, (180, 20), (255, 0, 0))


@pytest.mark.parametrize("text", ["", "Ann"])
def test_a_logo_that_is_transparent_everywhere_is_noted(text: str) -> None:
    shown, note = marked_with(encoded(Image.new("RGBA", (20, 20)), "WEBP"), watermark_text=text)
    assert note == "The watermark logo is transparent everywhere."
    assert (shown.getcolors(1) is None) == bool(text)
