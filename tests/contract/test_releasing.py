"""What `make release` refuses, what it changes, and that its template differs only by its packages."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from releasing import __main__ as releasing
from releasing import packages, snapshot, template
from releasing.archives import write_zip
from releasing.cutting import cut, obstacles
from releasing.errors import ReleaseError
from releasing.packages import ARCHITECTURES, RUNTIME
from releasing.versions import order, released, sections
from tests.contract.conftest import ROOT, read_whole_template

DAY = date(2026, 12, 24)
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.1.0] - 2026-11-29\n\n- Old.\n"
UPGRADING = "# Upgrading\n\n## 0.2.0\n\nNothing.\n\n## 0.1.0\n\nNothing.\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout that is ready for a release."""
    files = {
        "pyproject.toml": '[project]\nname = "renditions"\nversion = "0.2.0"\n',
        "template.yaml": "Mappings:\n  Release: { Renditions: { Version: 0.2.0 } }\n",
        "CHANGELOG.md": CHANGELOG,
        "UPGRADING.md": UPGRADING,
        "functions/renditions/a.py": "pass\n",
        f"{snapshot.FONTS}/a.ttf": "font",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "-q")
    committed(tmp_path)
    return tmp_path


def committed(checkout: Path) -> None:
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--allow-empty", "--message", "a")


def test_a_checkout_that_is_ready_has_no_obstacle(checkout: Path) -> None:
    assert list(obstacles(checkout)) == []


def test_a_checkout_with_changes_is_refused(checkout: Path) -> None:
    (checkout / "new.py").write_text("")
    assert list(obstacles(checkout)) == [
        "The working tree is not clean: new.py. Commit or remove the changes."
    ]


@pytest.mark.parametrize(
    "file, old, new, obstacle",
    [
        ("CHANGELOG.md", "0.1.0", "0.2.0", "CHANGELOG.md says that 0.2.0 is released. Raise the version"),
        ("CHANGELOG.md", "0.1.0", "0.10.0", "0.2.0 is older than 0.10.0. Raise the version"),
        ("CHANGELOG.md", "- New.", "", "CHANGELOG.md says nothing under Unreleased."),
        ("UPGRADING.md", "0.2.0", "0.3.0", "UPGRADING.md has no section 0.2.0. Say what is rendered again"),
        ("template.yaml", "0.2.0", "0.1.0", "template.yaml has another version than 0.2.0."),
    ],
)
def test_a_release_that_is_not_prepared_is_refused(
    checkout: Path, file: str, old: str, new: str, obstacle: str
) -> None:
    path = checkout / file
    path.write_text(path.read_text().replace(old, new))
    committed(checkout)
    [found] = obstacles(checkout)
    assert found.startswith(obstacle)


def test_a_machine_that_cannot_build_is_refused_before_anything_changes(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "RUNTIME", "python3.99")
    monkeypatch.setattr(releasing, "ROOT", checkout)
    with pytest.raises(ReleaseError, match="is needed to compile the functions"):
        releasing.release("uv")
    assert (checkout / "CHANGELOG.md").read_text() == CHANGELOG


def test_cutting_dates_the_changes_and_writes_the_copy(checkout: Path, tmp_path: Path) -> None:
    cut(checkout, DAY)
    written = (checkout / "CHANGELOG.md").read_text()
    assert written.startswith("# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-24\n\n- New.\n")
    assert released(checkout) == ["0.2.0", "0.1.0"]
    assert len(list(obstacles(checkout))) == 3, "a second one is refused"
    copy = snapshot.unpack(checkout, "0.2.0", tmp_path / "unpacked")
    assert sections(copy / "CHANGELOG.md")["0.2.0"].strip() == "- New."
    assert (copy / "functions/renditions/a.py").read_text() == "pass\n"
    assert (copy / snapshot.FONTS / "a.ttf").read_text() == "font", "that of the checkout"


def test_only_the_copy_of_the_release_before_stays(checkout: Path) -> None:
    for version in ("0.0.9", "0.1.0"):
        snapshot.write(checkout, version)
    changed = cut(checkout, DAY)
    assert [path.name for path in changed] == ["CHANGELOG.md", "0.0.9.tar.xz", "0.2.0.tar.xz"]
    assert {path.name for path in changed[-1].parent.iterdir()} == {"0.1.0.tar.xz", "0.2.0.tar.xz"}


def test_the_copy_of_the_same_files_has_the_same_bytes(checkout: Path, tmp_path: Path) -> None:
    first = snapshot.write(checkout, "0.2.0").read_bytes()
    shutil.copytree(
        checkout, tmp_path / "elsewhere", dirs_exist_ok=False, ignore=shutil.ignore_patterns("elsewhere")
    )
    assert snapshot.write(tmp_path / "elsewhere", "0.2.0").read_bytes() == first


def test_a_zip_depends_only_on_names_and_content(tmp_path: Path) -> None:
    files = {"b/c.zip": b"zip", "a.py": b"pass"}
    write_zip(tmp_path / "1.zip", files)
    write_zip(tmp_path / "2.zip", dict(reversed(files.items())))
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_versions_are_ordered_by_number() -> None:
    assert order("0.10.0") > order("0.9.1") > order("0.9.0") == order("0.9.0-alpha")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_template_of_a_release_differs_only_by_its_packages(architecture: str) -> None:
    source = (ROOT / "template.yaml").read_text()
    paths = {name: f"packages/{name}.zip" for name in template.functions(ROOT / "template.yaml")}
    made = yaml_parse(template.packaged(source, paths, architecture, RUNTIME))
    expected: dict[str, Any] = yaml_parse(source)
    del expected["Globals"]["Function"]["CodeUri"]
    for name, path in paths.items():
        expected["Resources"][name]["Properties"]["CodeUri"] = path
    expected["Resources"]["WebPageFiles"]["Properties"]["ContentUri"] = template.PAGE
    fixed = {
        "Architecture": architecture,
        "Runtime": RUNTIME,
        "HeicInput": "off",
        "ContentCredentials": "off",
    }
    for name, value in fixed.items():
        expected["Parameters"][name] |= {"Default": value, "AllowedValues": [value]}
    assert made == expected
    assert len(paths) > 10


def test_a_release_leaves_no_choice_that_decides_what_is_in_its_packages() -> None:
    decisive = re.findall(r"call declared,(\w+)\)", (ROOT / "functions/target.mk").read_text())
    assert {*decisive} == {"Architecture", "Runtime", *template.LEFT_OUT}


def test_every_source_of_the_template_has_a_package() -> None:
    """A new kind of source would be a path that the release does not contain."""
    resources = read_whole_template()["Resources"].values()
    found = {
        one["Properties"][name]
        for one in resources
        for name in ("CodeUri", "ContentUri", "DefinitionUri")
        if name in one.get("Properties", {})
    }
    assert {one.split("/")[0] for one in found} == {"statemachine", "web"}


def test_a_template_of_another_form_is_refused() -> None:
    with pytest.raises(ReleaseError, match="0 places like"):
        template.packaged("Resources: {}\n", {}, "arm64", RUNTIME)


def test_the_runtime_of_a_release_is_the_default() -> None:
    assert read_whole_template()["Parameters"]["Runtime"]["Default"] == RUNTIME
