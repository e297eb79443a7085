"""The recipe changes exactly with the settings that change the renditions of an image, as rendering them shows."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from renditions.framing import WHOLE, Framing
from renditions.imaging import inspect, render
from renditions.imaging.outputs import OUTPUTS
from renditions.recipe import KEEPS_ANIMATIONS, Traits, recipe
from renditions.settings import PILLOW, SIMD, Settings
from renditions.shapes import INSIDE
from tests.renditions import NAMES
from tests.unit.imaging.animations import animated
from tests.unit.imaging.pictures import encoded, photograph

_FITS: dict[str, Any] = dict.fromkeys([f"{name}_fit" for name in NAMES], INSIDE) | {"thumbnail_fit": "cover"}
BASE = Settings(
    **_FITS,
    thumbnail_size="40x40",
    large_size=80,
    watermark_size=160,
    watermark_min_side=31,
    watermark_scale=20,
    resizer=PILLOW,
)
PHOTO = photograph(90, 60)


def _gif_of_a_part() -> bytes:
    """A GIF whose only frame leaves the right half of the canvas empty, without a transparent colour."""
    data = bytearray(encoded(PHOTO.convert("P").crop((0, 0, 32, 24)), "GIF"))
    data[6:8] = (64).to_bytes(2, "little")
    return bytes(data)


def _with_pages() -> bytes:
    file = BytesIO()
    PHOTO.save(file, "TIFF", save_all=True, append_images=[PHOTO])
    return file.getvalue()


def _half_transparent() -> bytes:
    image = PHOTO.convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return encoded(image, "PNG")


ORIGINALS = {
    "photo": (encoded(PHOTO, "JPEG"), WHOLE),
    "focus": (encoded(PHOTO, "JPEG"), Framing(focus="0.9,0.5")),
    "crop": (encoded(PHOTO, "JPEG"), Framing(crop="0,0,0.5,0.5")),
    "square": (encoded(PHOTO.crop((0, 0, 60, 60)), "JPEG"), WHOLE),
    "tiny": (encoded(PHOTO.crop((0, 0, 33, 22)), "JPEG"), WHOLE),
    "transparent": (_half_transparent(), WHOLE),
    "gif": (_gif_of_a_part(), WHOLE),
    "pages": (_with_pages(), WHOLE),
    "animation": (animated([PHOTO, PHOTO.rotate(180)], "GIF"), WHOLE),
}
MARKED = {
    "photo",
    "focus",
    "square",
    "transparent",
    "pages",
    "animation",
}  # the others are too small for a mark
ALL = set(ORIGINALS)
LARGE = {"photo", "focus", "transparent", "pages", "animation"}  # more than 80 pixels wide
CHANGES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a size": ({"thumbnail_size": 20}, ALL),
    "a size of few originals": ({"large_size": 85}, LARGE),
    "a size in other words": ({"large_size": "80x80"}, set()),
    "a size of no original": ({"watermark_size": 200}, set()),
    "a shape": ({"large_size": "80x50", "large_fit": "cover"}, ALL),
    "gravity": ({"cover_gravity": "left"}, ALL - {"focus", "square"}),
    "quality": ({"output_quality": 30}, ALL),
    "quality of PNG": ({"output_format": "png", "output_quality": 30}, ALL),
    "background": ({"background": "#00ff00"}, {"transparent", "gif", "animation"}),
    "background in capitals": ({"background": "#FFFFFF"}, set()),
    "animation": ({"animation": "keep"}, {"animation"}),
    "limit of animations": ({"animation_max_pixels": 1}, {"animation"}),
    "text": ({"watermark_text": "me"}, MARKED),
    "text with spaces": ({"watermark_text": " © Renditions "}, set()),
    "no text": ({"watermark_text": ""}, MARKED),
    "opacity": ({"watermark_opacity": 99}, MARKED),
    "more are too small": ({"watermark_min_side": 70}, MARKED),
    "fewer are too small": ({"watermark_min_side": 32}, set()),
    "font": ({"watermark_font_key": "a.ttf", "watermark_text": ""}, MARKED),
    "bucket of nothing": ({"watermark_logo_bucket": "logos"}, set()),
    "metadata": ({"kept_metadata": "credit"}, ALL),
    "a limit": ({"max_pixels": 1_000_000, "max_memory": 512}, set()),
}
# Where a recipe changes with a setting although the pixels stay, for want of knowing better.
IN_DOUBT = {
    ("background", "gif"), ("background", "animation"), ("limit of animations", "animation"),
    *(("metadata", name) for name in ORIGINALS),
}  # fmt: skip


def recipe_of(settings: Settings, name: str, resizer: str = PILLOW, **more: Any) -> str:
    data, framing = ORIGINALS[name]
    facts = inspect(data, settings)
    traits = Traits(facts.format, facts.width, facts.height, facts.frames, facts.has_alpha, framing=framing)
    return recipe(settings, traits, more.get("skipped", ()), resizer, asked=more.get("asked", False))


def rendered(settings: Settings, name: str) -> list[tuple[bytes, dict[str, str]]]:
    data, framing = ORIGINALS[name]
    made = [render(data, one, settings, framing=framing) for one in settings.renditions()]
    return [(one.data, one.preview()) for one in made]


@pytest.fixture(scope="module")
def before() -> dict[str, list[tuple[bytes, dict[str, str]]]]:
    return {name: rendered(BASE, name) for name in ORIGINALS}


@pytest.mark.parametrize("change", CHANGES)
def test_a_setting_changes_the_recipes_of_the_images_that_it_changes(
    change: str, before: dict[str, list[tuple[bytes, dict[str, str]]]]
) -> None:
    overrides, expected = CHANGES[change]
    settings = replace(BASE, **overrides)
    stale = {name for name in ORIGINALS if recipe_of(settings, name) != recipe_of(BASE, name)}
    assert stale == expected
    for name in ORIGINALS:
        has_changed = rendered(settings, name) != before[name]
        assert has_changed == (name in stale) or (not has_changed and (change, name) in IN_DOUBT), name


def test_the_recipe_follows_the_preset_the_resizer_and_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = recipe_of(BASE, "photo")
    assert len(usual) == 16
    with monkeypatch.context() as patch:
        patch.setattr("renditions.recipe.IMAGING_REVISION", 99)
        assert recipe_of(BASE, "photo") != usual
    by_simd = recipe_of(BASE, "photo", SIMD)
    assert by_simd != usual
    with monkeypatch.context() as patch:
        patch.setattr("renditions.settings.SIMD_WEBP_REVISION", 99)
        assert recipe_of(BASE, "photo", SIMD) != by_simd
        assert recipe_of(BASE, "photo") == usual
    assert recipe_of(BASE, "photo", asked=True) != usual
    without = recipe_of(BASE, "photo", skipped=("watermark",))
    assert without != usual
    assert recipe_of(replace(BASE, watermark_text="me"), "photo", skipped=("watermark",)) == without


def test_the_formats_that_keep_animations_are_those_of_the_encoder() -> None:
    assert set(KEEPS_ANIMATIONS) == {name for name, output in OUTPUTS.items() if output.keeps_animations}
