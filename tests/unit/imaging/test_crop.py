"""Renditions that fill a shape: their size and their content."""

from pathlib import Path

import pytest
from PIL import Image

from renditions.framing import Framing
from renditions.imaging import render
from renditions.imaging.attention import best_start
from renditions.settings import Settings
from tests.renditions import LARGEST
from tests.unit.imaging.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Colour,
    assert_colour,
    decoded,
    encoded,
    flat,
    photograph,
    rendered_pixels,
    with_orientation,
)

SAMPLES = Path(__file__).parents[3] / "samples"
PHOTOGRAPHS = Path(__file__).parent / "photographs"


def thirds(size: tuple[int, int]) -> Image.Image:
    """Return an image of red, green and blue along the longer side."""
    picture = flat(RED, size)
    lies = size[0] > size[1]
    for number, colour in enumerate((GREEN, BLUE), start=1):
        start = (number * size[0] // 3, 0) if lies else (0, number * size[1] // 3)
        picture.paste(colour, (*start, *size))
    return picture


@pytest.mark.parametrize(
    "size, square",
    [
        ((900, 300), 100),
        ((300, 900), 100),
        ((400, 400), 100),
        ((90, 300), 90),
        ((60, 40), 40),
        ((1, 5000), 1),
    ],
)
@pytest.mark.parametrize("gravity", ["center", "top-right", "attention"])
def test_cover_makes_a_square_that_is_never_enlarged(
    size: tuple[int, int], square: int, gravity: str
) -> None:
    settings = Settings(thumbnail_size=100, thumbnail_fit="cover", cover_gravity=gravity)
    rendered = render(encoded(photograph(*size), "JPEG"), "thumbnail", settings)
    assert (rendered.width, rendered.height) == (square, square)


@pytest.mark.parametrize(
    "gravity, lying, standing",
    [
        ("center", GREEN, GREEN),
        ("left", RED, GREEN),
        ("right", BLUE, GREEN),
        ("top", GREEN, RED),
        ("bottom", GREEN, BLUE),
        ("top-left", RED, RED),
        ("top-right", BLUE, RED),
        ("bottom-left", RED, BLUE),
        ("bottom-right", BLUE, BLUE),
    ],
)
def test_the_gravity_decides_which_part_is_kept(gravity: str, lying: Colour, standing: Colour) -> None:
    for size, colour in (((900, 300), lying), ((300, 900), standing)):
        data = encoded(thirds(size), "PNG")
        result = rendered_pixels(data, thumbnail_size=90, thumbnail_fit="cover", cover_gravity=gravity)
        for place in ((4, 4), (85, 85)):
            assert_colour(result, place, colour, within=12)


def test_top_is_the_top_in_a_viewer() -> None:
    data = encoded(thirds((300, 900)).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=with_orientation(6))
    result = rendered_pixels(data, thumbnail_size=90, thumbnail_fit="cover", cover_gravity="top")
    assert_colour(result, (45, 45), RED, within=12)


@pytest.mark.parametrize("place", [(0, 100), (300, 100), (700, 100)])
def test_attention_keeps_what_differs(place: tuple[int, int]) -> None:
    picture = flat((90, 120, 90), (900, 300))
    picture.paste(YELLOW, (*place, place[0] + 200, place[1] + 120))
    for data in (encoded(picture, "PNG"), encoded(picture.transpose(Image.Transpose.ROTATE_90), "PNG")):
        result = rendered_pixels(data, thumbnail_size=150, thumbnail_fit="cover", cover_gravity="attention")
        kept = sum(
            count for count, colour in result.convert("RGB").getcolors(65536) or [] if colour == YELLOW
        )
        assert kept > 0.8 * 100 * 60


def test_attention_keeps_more_of_the_bowl_than_the_centre_does() -> None:
    bowl = Image.open(SAMPLES / "fig-bowl.png")
    aside = Image.new("RGB", (2 * bowl.width, bowl.height), (180, 175, 170))
    aside.paste(bowl, (bowl.width, 0), bowl)
    data = encoded(aside, "JPEG")
    red = {}
    for gravity in ("center", "attention"):
        result = rendered_pixels(data, thumbnail_size=100, thumbnail_fit="cover", cover_gravity=gravity)
        saturated = result.convert("HSV").getchannel("S").histogram()
        red[gravity] = sum(saturated[140:])
    assert red["attention"] > 1.5 * red["center"]


def test_attention_keeps_more_of_a_dandelion_however_it_is_oriented() -> None:
    photograph = Image.open(PHOTOGRAPHS / "dandelion.jpg")
    mirrored = photograph.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    upright = photograph.transpose(Image.Transpose.ROTATE_270)
    begin, end = (round(edge * photograph.width) for edge in (0.135, 0.45))
    centre = share_shown(70, begin, end)
    for picture in (photograph, upright):
        assert share_shown(best_start(picture, (180, 180)), begin, end) > centre + 0.1
    assert share_shown(best_start(mirrored, (180, 180)), 320 - end, 320 - begin) > centre + 0.1


def share_shown(start: int, begin: int, end: int, side: int = 180) -> float:
    """Return the share of the range from ``begin`` to ``end`` that a square at ``start`` shows."""
    return (min(end, start + side) - max(begin, start)) / (end - begin)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    "size, start", [((300, 100), 100), ((100, 300), 100), ((7, 3), 2), ((1, 5000), 2499)]
)
def test_a_uniform_image_is_cropped_at_its_centre(mode: str, size: tuple[int, int], start: int) -> None:
    even = Image.new(mode, size, "#646464").convert("RGB")
    assert best_start(even, (min(size),) * 2) == pytest.approx(start, abs=1)


def test_attention_works_on_greyscale_and_transparent_images() -> None:
    grey = flat((90,), (300, 100), "L")
    grey.paste(flat((230,), (60, 60), "L"), (220, 20))
    result = rendered_pixels(
        encoded(grey, "PNG"), thumbnail_size=100, thumbnail_fit="cover", cover_gravity="attention"
    )
    assert result.convert("L").histogram()[220:] != [0] * 36
    clear = Image.new("RGBA", (300, 100))
    clear.paste(RED, (220, 20, 280, 80))
    result = rendered_pixels(
        encoded(clear, "PNG"), thumbnail_size=100, thumbnail_fit="cover", cover_gravity="attention"
    )
    assert sum(result.convert("RGBA").getchannel("A").histogram()[200:]) > 0.8 * 60 * 60


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("resizer", ["pillow", "auto"])
def test_a_crop_to_a_shape_keeps_the_focus_instead_of_the_gravity(orientation: int, resizer: str) -> None:
    upright = thirds((900, 300))
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    stored = upright.transpose(turn[orientation]) if orientation in turn else upright
    data = encoded(stored, "PNG", exif=with_orientation(orientation))
    settings = Settings(
        thumbnail_size="90x60",
        thumbnail_fit="cover",
        cover_gravity="top",
        output_format="png",
        resizer=resizer,
    )
    for focus, colour in (("0,0.5", RED), ("0.5,1", GREEN), ("1,0", BLUE)):
        made = decoded(render(data, "thumbnail", settings, framing=Framing(focus)))
        assert made.size == (90, 60)
        assert_colour(made, {RED: (4, 4), GREEN: (45, 30), BLUE: (85, 55)}[colour], colour, within=12)


def test_the_focus_is_in_the_middle_unless_the_image_ends() -> None:
    dot = flat(RED, (1000, 500))
    dot.paste(YELLOW, (395, 0, 405, 500))
    settings = Settings(thumbnail_size="100x100", thumbnail_fit="cover", output_format="png")
    for crop, middle in (("", 50), ("0.1,0,0.9,1", 50), ("0.3,0,0.5,1", 20)):
        made = decoded(render(encoded(dot, "PNG"), "thumbnail", settings, framing=Framing("0.4,0.5", crop)))
        assert_colour(made, (middle, 50), YELLOW, within=40)


def test_attention_looks_along_the_side_that_is_cut() -> None:
    picture = flat((90, 120, 90), (300, 400))
    picture.paste(YELLOW, (230, 100, 280, 300))
    settings = Settings(
        thumbnail_size="40x100", thumbnail_fit="cover", cover_gravity="attention", output_format="png"
    )
    made = decoded(render(encoded(picture, "PNG"), "thumbnail", settings))
    assert made.size == (40, 100)
    assert any(colour == YELLOW for _, colour in made.convert("RGB").getcolors(65536) or [])


def test_other_renditions_are_not_cropped() -> None:
    data = encoded(photograph(300, 200), "PNG")
    assert rendered_pixels(data, LARGEST, thumbnail_fit="cover").size == (300, 200)
