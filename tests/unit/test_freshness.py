"""Current, stale or unknown, by the record alone."""

from dataclasses import replace
from typing import Any

import pytest

from renditions.contracts import Facts, Image, Rendition, Upload
from renditions.framing import WHOLE
from renditions.freshness import NEEDED, Freshness, Recipes
from renditions.presets import PREFIX, Pattern, Preset, Presets
from renditions.records import ImageRecord
from renditions.settings import PILLOW, SIMD, Settings

SHOP = Preset("shop", (Pattern(PREFIX, "shop/"),), {"large_size": 64}, ("watermark",))
BY_NAME = Preset("by-name", (), {"large_size": 32})
PRESETS = Presets({"shop": SHOP, "by-name": BY_NAME}, by_metadata=True)
SETTINGS = Settings(resizer=PILLOW)
NOW = Recipes(SETTINGS, PRESETS, PILLOW)


def completed(key: str, asked: str = "") -> ImageRecord:
    """Return the record of an image as the pipeline makes it with the settings and presets above."""
    facts = Facts("JPEG", 1200, 800, 1, 1, has_alpha=False)
    upload = Upload("in", key, "e", None, 3)
    metadata = {"renditions-preset": asked} if asked else {}
    image = Image.of(upload, facts, b"abc", WHOLE, SETTINGS, PRESETS.of(key, metadata), tags="")
    served = Rendition("thumbnail", "out", f"{key}/v/thumbnail.webp", 200, 133, 9, "image/webp", "")
    names = ("recipe", "preset", "format", "width", "height", "frames", "has_alpha", "focus", "crop")
    facts_of_record = {name: getattr(image, name) for name in names}
    return ImageRecord(upload.uri, "COMPLETED", renditions=(served,), **facts_of_record)


PLAIN, IN_SHOP, ASKED = completed("a.jpg"), completed("shop/a.jpg"), completed("shop/b.jpg", "by-name")


def stale(recipes: Recipes) -> set[str]:
    records = {"plain": PLAIN, "shop": IN_SHOP, "asked": ASKED}
    return {name for name, one in records.items() if recipes.judge(one) is Freshness.STALE}


def preset(changed: Preset, **others: Preset) -> Recipes:
    presets = replace(PRESETS, by_name={**PRESETS.by_name, changed.name: changed, **others})
    return replace(NOW, presets=presets)


def test_nothing_is_stale_until_a_setting_changes() -> None:
    assert {NOW.judge(one) for one in (PLAIN, IN_SHOP, ASKED)} == {Freshness.CURRENT}
    assert stale(replace(NOW, settings=replace(SETTINGS, max_memory=1024, max_pixels=1))) == set()
    assert stale(replace(NOW, settings=replace(SETTINGS, thumbnail_size=100))) == {"plain", "shop", "asked"}
    assert stale(replace(NOW, settings=replace(SETTINGS, large_size=1000))) == {"plain"}
    assert stale(replace(NOW, settings=replace(SETTINGS, watermark_text="me"))) == {"plain", "asked"}
    assert stale(replace(NOW, resizer=SIMD)) == {"plain", "shop", "asked"}


def test_a_changed_preset_makes_only_its_images_stale() -> None:
    assert stale(preset(replace(SHOP, overrides={"large_size": 65}))) == {"shop"}
    assert stale(preset(replace(SHOP, skipped=()))) == {"shop"}
    assert stale(preset(replace(BY_NAME, overrides={"large_size": 65}))) == {"asked"}
    assert stale(preset(replace(SHOP, patterns=(Pattern(PREFIX, "other/"),)))) == {"shop"}
    assert stale(preset(replace(SHOP, patterns=(Pattern(PREFIX, ""),)))) == {"plain"}


def test_another_name_for_the_same_preset_changes_nothing() -> None:
    presets = {"store": replace(SHOP, name="store"), "by-name": BY_NAME}
    assert stale(replace(NOW, presets=replace(PRESETS, by_name=presets))) == set()


def test_what_asks_for_a_preset_is_stale_where_that_no_longer_counts() -> None:
    assert stale(replace(NOW, presets=replace(PRESETS, by_metadata=False))) == {"asked"}
    assert stale(replace(NOW, presets=replace(PRESETS, by_name={"shop": SHOP}))) == {"asked"}


@pytest.mark.parametrize("without", [{"recipe": None}, {"recipe": ""}, {"frames": None}], ids=str)
def test_a_record_of_an_earlier_release_is_unknown(without: dict[str, Any]) -> None:
    assert NOW.judge(replace(PLAIN, **without)) is Freshness.UNKNOWN


def test_nothing_can_be_said_of_a_record_that_serves_nothing() -> None:
    assert NOW.judge(replace(PLAIN, renditions=())) is None


def test_the_attributes_that_it_needs_are_enough() -> None:
    """``status`` is none of them, but every record has one."""
    kept = {name: getattr(IN_SHOP, name) for name in NEEDED}
    assert NOW.judge(ImageRecord(**kept)) is Freshness.CURRENT
