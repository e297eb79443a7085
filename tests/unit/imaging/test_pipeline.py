"""The public functions, as their callers use them."""

from weakref import ref

import pytest
from PIL import Image

from renditions.contracts import Facts
from renditions.errors import UnknownRendition
from renditions.imaging import inspect, pipeline, render
from renditions.imaging.decode import decode
from renditions.imaging.picture import Picture
from renditions.settings import Settings
from tests.renditions import LARGEST, NAMES, largest, size_of
from tests.unit.imaging.pictures import (
    decoded,
    encoded,
    flat,
    mean_error,
    photograph,
    rendered_pixels,
    with_orientation,
)
from tests.unit.imaging.profiles import rgb_profile


def test_inspecting_returns_all_facts() -> None:
    data = encoded(photograph(60, 40).convert("RGBA"), "PNG", exif=with_orientation(6))
    assert inspect(data, Settings()) == Facts("PNG", 40, 60, orientation=6, frames=1, has_alpha=True)


@pytest.mark.parametrize("rendition", NAMES)
def test_each_rendition_has_its_size(rendition: str) -> None:
    rendered = render(encoded(flat((90, 60, 30), (2000, 1500)), "JPEG"), rendition, Settings())
    assert (rendered.width, rendered.height) == size_of(rendition, 2000, 1500)
    assert decoded(rendered).size == (rendered.width, rendered.height)


def test_sizes_follow_the_settings() -> None:
    data = encoded(photograph(500, 400), "PNG")
    assert rendered_pixels(data, LARGEST, **largest(100)).size == (100, 80)


def test_an_unknown_rendition_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(UnknownRendition, match=f"no rendition poster, only {NAMES[0]}, {NAMES[1]}"):
        render(encoded(photograph(50, 40), "PNG"), "poster", Settings())


def test_the_same_bytes_make_the_same_rendition() -> None:
    data = encoded(photograph(700, 500), "JPEG", icc_profile=rgb_profile())
    first, second = (render(data, "watermark", Settings()) for _ in range(2))
    assert first == second


def test_nothing_of_one_image_is_left_in_the_next() -> None:
    clean = encoded(flat((10, 20, 30)), "PNG")
    before = render(clean, "thumbnail", Settings())
    render(encoded(photograph(400, 300), "JPEG", icc_profile=rgb_profile()), "thumbnail", Settings())
    assert render(clean, "thumbnail", Settings()) == before


def test_several_notes_form_one_text() -> None:
    data = encoded(photograph(100, 80), "PNG", icc_profile=b"broken profile")
    assert render(data, "watermark", Settings()).note == (
        "The colour profile in the file could not be used and was ignored. "
        "No watermark: the short side of 80 pixels is below the minimum of 120."
    )


def test_a_large_rotated_photograph_comes_out_right() -> None:
    """All steps together give the same result as each of them at full size."""
    original = photograph(1800, 1200)
    data = encoded(original, "JPEG", quality=95, exif=with_orientation(3))
    expected = original.rotate(180).resize((800, 533), reducing_gap=None)
    assert mean_error(rendered_pixels(data, LARGEST, **largest(800)), expected) < 2.5


def test_the_original_is_freed_once_it_is_resized(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded_image = list[ref[Image.Image]]()

    def remember(picture: Picture) -> Picture:
        decoded_image.append(ref(picture.image))
        return picture

    def look(picture: Picture) -> Picture:
        assert decoded_image[0]() is None
        return picture

    steps = [step for one in pipeline.STEPS for step in ((one, remember) if one is decode else (one,))]
    monkeypatch.setattr(pipeline, "STEPS", (*steps, look))
    render(encoded(photograph(640, 480), "PNG"), "thumbnail", Settings())
    assert decoded_image
