"""`renditions presets` and the presets of `renditions render`, as a user or a script calls them."""

import json
from functools import cache
from pathlib import Path

import pytest

from renditions_cli.aws.billed import billed_checkout
from tests.renditions import without
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import image_file

FILE = """\
[shop]
prefix = "shop/"
large_size = 64
renditions = ["thumbnail", "large"]

[scans]
suffix = ".tif"
output_format = "png"

[plain]
watermark_text = ""
"""
SKIPPED = without("thumbnail", "large")  # by the preset shop


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The presets in the package."""
    path = tmp_path / "presets.toml"
    path.write_text(FILE)
    monkeypatch.setattr("renditions.preset_files.FILE", path)
    return path


def test_without_presets_the_command_says_where_to_add_them(renditions_command: Command) -> None:
    shown = renditions_command("presets")
    assert (shown.exit_code, shown.output.splitlines()[0][:11]) == (0, "No presets.")
    assert "functions/renditions/presets.toml" in shown.output
    named = renditions_command("render", "a.png", "--out", "made", "--preset", "shop")
    assert named.stderr.strip() == "There is no preset shop. presets.toml has none."


@pytest.mark.usefixtures("file")
def test_the_list_says_what_each_preset_matches_and_changes(renditions_command: Command) -> None:
    lines = [" ".join(line.split()) for line in renditions_command("presets").output.splitlines()]
    assert lines[:4] == [
        "shop", "Matches the prefix 'shop/'", "Changes LARGE_SIZE to 64 from 1600", f"Skips {', '.join(SKIPPED)}",
    ]  # fmt: skip
    assert "Matches only by name: renditions render --preset, or metadata with PresetByMetadata=on" in lines
    assert 'Changes WATERMARK_TEXT to "" from © Renditions' in lines
    [first, *_] = json.loads(renditions_command("presets", "--json").output)["presets"]
    assert first == {
        "name": "shop", "prefix": ["shop/"], "suffix": [], "settings": {"large_size": 64},
        "skipped": SKIPPED,
    }  # fmt: skip


@pytest.mark.usefixtures("file")
def test_a_key_is_explained_with_what_wins_and_what_loses(renditions_command: Command) -> None:
    shown = renditions_command("presets", "explain", "shop/a.tif").output
    assert "shop/a.tif has the preset shop: the prefix 'shop/' is the longest match, 5." in shown
    assert "It loses: the suffix '.tif' of scans, 4." in shown
    document = json.loads(renditions_command("presets", "explain", "shop/a.tif", "--json").output)
    assert document["preset"]["name"] == "shop"
    assert document["because"] == {"prefix": "shop/"}
    assert document["also_matches"] == [{"name": "scans", "suffix": ".tif"}]
    assert "a\\u202e has no preset" in renditions_command("presets", "explain", "a\u202e").output


def test_a_wrong_file_is_refused_with_lines(renditions_command: Command, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("[a]\nlarge_sise = 5\n\u202e")
    for arguments in (
        ("--file", draft),
        ("--file", draft, "explain", "k"),
        ("explain", "k", "--file", draft),
    ):
        refused = renditions_command("presets", *arguments)
        assert refused.exit_code == 2
        assert "Line 3: not TOML" in refused.stderr
    draft.write_text("[a]\nlarge_sise = 5\n[b]\nprefix = 3")
    refused = renditions_command("presets", "--file", draft)
    assert "Line 2, [a]: large_sise is not a setting. Did you mean large_size?" in refused.stderr.splitlines()


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("options", [("--preset", "shop"), ("--key", "shop/a.jpg")])
def test_render_makes_what_the_preset_makes(
    renditions_command: Command, tmp_path: Path, options: tuple[str, str]
) -> None:
    image_file(tmp_path / "a.png", (200, 100), "red")
    ended = renditions_command("render", "a.png", "--out", "made", "--json", *options)
    found = json.loads(ended.stdout)
    assert (found["preset"], list(found["renditions"])) == ("shop", ["thumbnail", "large"])
    assert found["renditions"]["large"]["width"] == 64


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    "options, words",
    [
        (("--preset", "other"), "There is no preset other. Choose from: shop, scans, plain."),
        (("--preset", "shop", "--key", "k"), "--preset and --key exclude each other. Use one of them."),
        (("--preset", "shop", "--rendition", "medium"), "There is no rendition medium with the preset shop."),
    ],
)
def test_render_refuses_a_preset_that_does_not_exist_or_a_rendition_that_it_skips(
    renditions_command: Command, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    image_file(tmp_path / "a.png", (200, 100), "red")
    refused = renditions_command("render", "a.png", "--out", "made", *options)
    assert refused.exit_code == 2
    assert words in " ".join(refused.stderr.split())


@pytest.mark.usefixtures("file")
def test_what_a_preset_leaves_out_costs_nothing(
    renditions_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in ("cost", "simulate"):
        monkeypatch.setattr(f"renditions_cli.commands.{command}.billed_checkout", cache(billed_checkout))
    calls = [("cost", "--undeployed"), ("simulate", "--rate", "1/s", "--minutes", "0.5")]
    for call, sums in zip(calls, ("sums", "cost_dollars"), strict=True):
        costs = [
            sum(json.loads(renditions_command(*call, *more, "--json").stdout)[sums].values())
            for more in ((), ("--preset", "plain"), ("--preset", "shop"))
        ]
        assert costs[0] == pytest.approx(costs[1])
        assert costs[2] < 0.97 * costs[0]
        refused = renditions_command(*call, "--preset", "shopp")
        assert refused.exit_code == 2
        assert "There is no preset shopp. Choose from: shop, scans, plain." in refused.stderr
    assert renditions_command("cost", "--from-stack", "--preset", "shop").exit_code == 2
