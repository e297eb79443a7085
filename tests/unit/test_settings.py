"""Environment → settings: defaults, ranges, and one message with all faults."""

import hashlib
import json
from dataclasses import Field, FrozenInstanceError, fields, replace
from typing import Any

import pytest

from renditions import settings
from renditions.errors import InvalidSettings
from renditions.framing import Framing
from renditions.settings import FORMATS, IMAGING_REVISION, PILLOW, Settings
from tests.renditions import NAMES

NUMBERS = [one for one in fields(Settings) if "low" in one.metadata]
DIGEST = "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c"


def test_an_empty_environment_means_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_an_empty_variable_means_the_default_of_a_number_or_a_choice() -> None:
    empty = {"THUMBNAIL_SIZE": "", "OUTPUT_FORMAT": "", "BACKGROUND": ""}
    assert Settings.from_environment(empty) == Settings()


def test_an_empty_text_means_no_text() -> None:
    assert Settings.from_environment({"WATERMARK_TEXT": ""}).watermark_text == ""


def test_other_variables_are_ignored() -> None:
    assert Settings.from_environment({"PATH": "/bin", "thumbnail_size": "17"}) == Settings()


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda one: one.name)
def test_a_number_may_be_at_its_limits_but_not_beyond(setting: Any) -> None:
    name, low, high = setting.name.upper(), setting.metadata["low"], setting.metadata["high"]
    for allowed in (low, high):
        assert getattr(Settings.from_environment({name: str(allowed)}), setting.name) == allowed
    for refused in (low - 1, high + 1):
        with pytest.raises(
            InvalidSettings, match=f"{name} is '{refused}' but must be .* from {low} to {high}"
        ):
            Settings.from_environment({name: str(refused)})


@pytest.mark.parametrize("raw", ["2.5", "1e3", "0x10", "many"])
def test_a_number_must_be_a_whole_number(raw: str) -> None:
    with pytest.raises(InvalidSettings, match="whole number"):
        Settings.from_environment({"MAX_SIDE": raw})


@pytest.mark.parametrize(
    "name, raw, allowed",
    [
        ("OUTPUT_FORMAT", "WEBP", "webp, jpeg, png, avif, auto"),
        ("WATERMARK_POSITION", "middle", "top-left"),
        ("WATERMARK_TEXT", "x" * 101, "at most 100 characters"),
        ("BACKGROUND", "white", "#rrggbb"),
        ("BACKGROUND", "#fffffff", "#rrggbb"),
    ],
)
def test_an_invalid_value_is_refused_with_the_allowed_values(name: str, raw: str, allowed: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment({name: raw})
    assert str(caught.value).startswith(f"{name} is {raw!r} but must be ")
    assert allowed in str(caught.value)


def test_all_faults_are_reported_in_one_sentence() -> None:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment({"LARGE_SIZE": "0", "OUTPUT_QUALITY": "high", "WATERMARK_POSITION": "here"})
    message = str(caught.value)
    assert all(name in message for name in ("LARGE_SIZE", "OUTPUT_QUALITY", "WATERMARK_POSITION"))
    assert message.count("but must be") == 3
    assert message.endswith(".")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().max_side = 1  # type: ignore[misc]


def test_each_rendition_has_its_own_size() -> None:
    sizes: dict[str, Any] = {f"{name}_size": number for number, name in enumerate(NAMES, start=1)}
    assert [one.size for one in Settings(**sizes).renditions().values()] == [*sizes.values()]


def test_one_rendition_is_previewed_and_one_is_watermarked() -> None:
    """SaveMetadata joins the previews of all of them. Without a watermark, nothing would need its function."""
    specs = Settings().renditions().values()
    problem = "Change `renditions()` in functions/renditions/settings.py:"
    assert len([one for one in specs if one.previewed]) == 1, f"{problem} one must be previewed=True."
    assert any(one.watermarked for one in specs), f"{problem} one must be watermarked=True."


def other(setting: "Field[Any]") -> Any:
    """Return another value than the default of a setting."""
    if setting.metadata.get("is_size"):
        return setting.metadata["low"]
    if "low" in setting.metadata:
        return int(str(setting.default)) + 1
    allowed = setting.metadata.get("allowed", ("#000000",) if "pattern" in setting.metadata else ("other",))
    return next(value for value in allowed if value != setting.default)


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda one: one.name)
def test_the_version_depends_on_exactly_the_settings_that_change_pixels(setting: Any) -> None:
    changed = replace(Settings(), **{setting.name: other(setting)}).version(DIGEST) != Settings().version(
        DIGEST
    )
    limits = (
        setting.name.startswith(("max_", "min_", "pages"))
        or setting.name.endswith("_input")
        or setting.name in ("resizer", "labels", "content_credentials")
    )
    assert changed is not limits


def test_where_pillow_resizes_versions_stay_what_they_were() -> None:
    """Keys of existing renditions contain them."""
    relevant = {f.name: getattr(Settings(), f.name) for f in fields(Settings) if f.metadata["pixels"]}
    assert relevant.pop("hdr") == "off"  # only a gain map that is kept counts
    text = json.dumps([IMAGING_REVISION, DIGEST, relevant], sort_keys=True)
    expected = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert "resizer" not in relevant
    assert Settings(resizer="pillow").version(DIGEST) == expected


def test_a_file_of_one_page_keeps_its_version_whatever_becomes_of_pages() -> None:
    every = Settings(pages="all")
    assert every.version(DIGEST, pages=1) == Settings().version(DIGEST)
    assert len({every.version(DIGEST, pages=number) for number in (1, 2, 3)}) == 3


@pytest.mark.parametrize("output_format", FORMATS)
def test_where_simd_resizes_only_webps_have_a_revision_of_their_own(
    output_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "_has_simd", lambda: True)
    one = Settings(output_format=output_format)
    before = one.version(DIGEST)
    monkeypatch.setattr(settings, "SIMD_WEBP_REVISION", 99)
    assert (one.version(DIGEST) != before) is (output_format in ("webp", "auto"))
    assert settings.revised(PILLOW, output_format) == PILLOW


@pytest.mark.parametrize("has_simd", [True, False])
def test_each_resizer_has_versions_of_its_own(monkeypatch: pytest.MonkeyPatch, *, has_simd: bool) -> None:
    monkeypatch.setattr(settings, "_has_simd", lambda: has_simd)
    by_default, by_pillow = Settings(), Settings(resizer="pillow")
    assert by_default.resized_by == ("cykooz-resizer" if has_simd else "pillow")
    assert by_pillow.resized_by == "pillow"
    assert (by_default.version(DIGEST) != by_pillow.version(DIGEST)) is has_simd


def test_simd_is_only_insisted_on_where_the_package_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "_has_simd", lambda: True)
    assert Settings.from_environment({"RESIZER": "simd"}).resized_by == "cykooz-resizer"
    monkeypatch.setattr(settings, "_has_simd", lambda: False)
    with pytest.raises(InvalidSettings, match="RESIZER is 'simd' but the package has no resizer with SIMD"):
        Settings.from_environment({"RESIZER": "simd"})


def test_the_version_changes_with_what_the_uploader_states_and_only_then() -> None:
    """Keys of existing renditions contain those without a statement."""
    framings = [Framing(), Framing(focus="0,0"), Framing(crop="0,0,1,1"), Framing("0,0", "0,0,1,1")]
    assert len({Settings().version(DIGEST, framing) for framing in framings}) == 4
    assert Settings().version(DIGEST, Framing()) == Settings().version(DIGEST)


def test_a_size_of_one_number_has_the_version_that_it_had() -> None:
    read = Settings.from_environment({"THUMBNAIL_SIZE": "240", "RESIZER": "pillow"})
    assert read.version(DIGEST) == Settings(thumbnail_size=240, resizer="pillow").version(DIGEST)


def test_the_version_changes_with_the_content() -> None:
    assert Settings().version(DIGEST) != Settings().version(DIGEST[::-1])
