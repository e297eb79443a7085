"""An original with a preset: one version, in record and notice, and nothing of a rendition that is switched off."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from renditions.settings import Settings
from tests.renditions import NAMES, size_of, without
from tests.statemachine.outcomes import After
from tests.statemachine.world import World

EDITED = '[shop]\nprefix = "shop/"\nlarge_size = 32\nwatermark_size = 48\n'
SHOP = '[shop]\nprefix = "shop/"\nlarge_size = 64\nrenditions = ["thumbnail", "large"]\n'


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "presets.toml"
    file.write_text(SHOP)
    with mock.patch("renditions.preset_files.FILE", file), world.deployed_with(PRESET_BY_METADATA="on"):
        yield world


def test_a_rendition_that_is_switched_off_is_skipped_in_record_notice_and_email(
    shop: World, photo: bytes
) -> None:
    upload = shop.upload(photo, "shop/chair.jpg")
    execution = shop.run(upload)
    assert (execution.status, execution.path[-1]) == ("SUCCEEDED", "PublishCompletion")
    record, [message] = shop.record(upload), shop.received("subscribers")
    assert record is not None
    assert record["preset"] == message.notice["image"]["preset"] == "shop"
    assert message.notice["renditions"] == record["renditions"]
    made = {name: one["width"] for name, one in record["renditions"].items() if one["key"]}
    assert made == {"thumbnail": 200, "large": 64}
    assert len(shop.files(upload)) == 2
    skipped = [record["renditions"][name] for name in without("thumbnail", "large")]
    assert {one["note"] for one in skipped} == {"Skipped by the preset shop."}
    assert {one["bytes"] for one in skipped} == {0}
    assert message.email.count(skipped[0]["note"]) == len(skipped)


def test_a_name_that_is_no_preset_is_a_rejection(shop: World, photo: bytes) -> None:
    upload = shop.upload(photo, "shop/table.jpg", metadata={"renditions-preset": "ship"})
    assert shop.run(upload).path[-1] == "Rejected"
    [message] = shop.received("subscribers")
    assert message.notice["reason"]["code"] == "UnknownPreset"
    assert "Allowed: shop." in message.notice["reason"]["sentence"]


@pytest.mark.parametrize("state", ["Thumbnail", "Large"])
def test_a_deployment_between_two_states_mixes_no_presets(
    shop: World, photo: bytes, tmp_path: Path, state: str
) -> None:
    """From ``state`` on, the functions have a file in which the preset differs. Its next image has all of that."""
    edited = tmp_path / "edited.toml"
    edited.write_text(EDITED)
    with ExitStack() as deployed, mock.patch("renditions.preset_files.FILE", edited):
        upload = shop.upload(photo, f"shop/{state}.jpg")
        shop.will(state, After(lambda: deployed.enter_context(shop.deployed_with(MAX_FRAMES="77"))))
        assert shop.run(upload).status == "SUCCEEDED"
        assert widths(shop, upload) == {"thumbnail": 200, "large": 64}
        shop.run(following := shop.upload(photo, f"shop/{state}-2.jpg"))
        changed = Settings(large_size=32, watermark_size=48)
        assert widths(shop, following) == {name: size_of(name, 240, 160, changed)[0] for name in NAMES}


def widths(world: World, upload: dict[str, Any]) -> dict[str, int]:
    """Return the width of each rendition that was made, all of one version."""
    record = world.record(upload)
    assert record is not None
    made = {name: one for name, one in record["renditions"].items() if one["key"]}
    assert {one["key"].split("/")[-2] for one in made.values()} == {record["version"]}
    return {name: one["width"] for name, one in made.items()}
