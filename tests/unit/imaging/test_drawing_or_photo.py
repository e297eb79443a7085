"""Which encoding suits an image: drawings stay sharp and small, photographs are not encoded losslessly."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from renditions.imaging import encoding_plan, render
from renditions.imaging.drawing_or_photo import is_drawn, needs_full_colour, shows_drawing
from renditions.settings import Settings
from tests.renditions import LARGEST, largest
from tests.unit.imaging.pictures import decoded, encoded, mean_error, photograph, rendered_pixels

SAMPLES = Path(__file__).parents[3] / "samples"


def chart(width: int = 900, height: int = 700) -> Image.Image:
    """Return saturated bars, a ring and text on white."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(("red", "blue", "green", "orange")):
        left = 60 + number * width // 5
        draw.rectangle((left, height // (number + 2), left + width // 9, height - 40), fill=colour)
        draw.text((left, 20 + 30 * number), "Quarter", fill=colour, font_size=26)
    draw.ellipse((width // 2, 30, width // 2 + 200, 230), outline="red", width=8)
    return picture


@pytest.mark.parametrize("size", [200, 800, 1600])
@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "L"])
def test_auto_keeps_every_pixel_of_a_drawing(size: int, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with a PNG, for which drawings have no kernel of their own."""
    monkeypatch.setattr(encoding_plan, "_DRAWN", None)
    data = encoded(chart().convert(mode), "PNG")
    rendered = render(data, LARGEST, Settings(output_format="auto", **largest(size)))
    assert (rendered.content_type, rendered.extension) == ("image/webp", "webp")
    assert b"VP8L" in rendered.data[:64]
    assert mean_error(decoded(rendered), rendered_pixels(data, LARGEST, **largest(size))) == 0


@pytest.mark.parametrize("name", ["living-room.jpg", "paint-brushes.jpg", "fig-bowl.png", "cat.gif"])
def test_auto_compresses_a_photograph(name: str) -> None:
    """Also one with only 64 colours, as in a GIF."""
    data = (SAMPLES / name).read_bytes()
    auto, plain = (
        render(data, LARGEST, Settings(output_format=one, **largest(800))) for one in ("auto", "webp")
    )
    assert auto.data == plain.data
    assert not needs_full_colour(decoded(auto))


def test_coloured_edges_keep_their_colour_in_a_jpeg() -> None:
    """Colour at half resolution would leave a grey edge around red on white."""
    assert needs_full_colour(chart())
    assert needs_full_colour(chart(200, 160))
    data = encoded(chart(), "PNG")
    exact = rendered_pixels(data, LARGEST, **largest(800))
    jpeg = rendered_pixels(data, LARGEST, output_format="jpeg", output_quality=90, **largest(800))
    halved = decoded_jpeg(exact, subsampling="4:2:0")
    assert mean_error(jpeg, exact) < 0.7 * mean_error(halved, exact)


def decoded_jpeg(image: Image.Image, **options: str) -> Image.Image:
    return rendered_pixels(encoded(image, "JPEG", quality=90, **options), LARGEST, **largest(800))


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 2)])
def test_the_smallest_images_can_be_judged(size: tuple[int, int]) -> None:
    for mode in ("L", "LA", "RGB", "RGBA"):
        picture = Image.new(mode, size)
        assert is_drawn(picture)
        assert not needs_full_colour(picture)


def test_noise_is_not_a_drawing() -> None:
    assert not is_drawn(photograph(60, 40))


def test_originals_are_judged_by_bands_and_only_in_colour() -> None:
    drawn = chart(2000, 1500)
    assert shows_drawing(drawn)
    assert shows_drawing(drawn.convert("RGBA"))
    assert not shows_drawing(drawn.convert("L"))
    assert not shows_drawing(photograph(2000, 1500))
    assert shows_drawing(Image.new("RGB", (1, 1)))
