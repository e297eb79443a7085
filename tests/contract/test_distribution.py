"""The distribution that `pip install` installs: its names, its ranges, and what needs an extra."""

import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from poetry.core.masonry.api import build_wheel
from typer.testing import CliRunner

from renditions_cli import __main__, main
from tests.contract.conftest import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINS = {pin.name: pin for pin in map(Requirement, PROJECT["dependency-groups"]["run"])}
EXTRAS = PROJECT["project"]["optional-dependencies"]
RANGES = [
    Requirement(one) for one in (*PROJECT["project"]["dependencies"], *chain.from_iterable(EXTRAS.values()))
]


def test_the_wheel_owns_two_names_and_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names = zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"renditions", "renditions_cli"}
    assert "renditions/imaging/fonts/DejaVuSans-Bold.ttf" in names
    assert "renditions_cli/console/static/index.html" in names
    assert "renditions_cli/prices/results.json" in names, "renditions cost needs it"
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize("wanted", RANGES, ids=str)
def test_what_is_developed_with_is_in_the_range_that_is_installed(wanted: Requirement) -> None:
    if wanted.name == "renditions":
        return
    (pin,) = PINS[wanted.name].specifier
    assert pin.version in wanted.specifier, f"change the range of {wanted.name} in pyproject.toml"
    assert wanted.marker == PINS[wanted.name].marker


def test_only_the_emulator_is_pinned_exactly() -> None:
    assert [one.name for one in RANGES if "==" in str(one.specifier)] == ["ministack"]


def test_every_pin_is_in_a_range() -> None:
    """A package of the group `run` that no extra names would be missing where the distribution is installed."""
    assert set(PINS) == {one.name for one in RANGES} - {"renditions"}


def test_the_command_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "renditions_cli.main")
    with pytest.raises(SystemExit, match=r"needs the package typer: pip install 'renditions\[cli\]'"):
        __main__.start()


def test_every_command_starts_with_the_packages_of_the_extra_cli() -> None:
    """In a process of its own, where what only the extra ``local`` brings cannot be imported."""
    modules = {"aws-sam-translator": "samtranslator", "pyyaml": "yaml"}
    brought = [Requirement(one).name for one in EXTRAS["local"]]
    missing = [modules.get(name, name.replace("-", "_")) for name in brought if name != "renditions"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({missing}))\n"
        "import importlib, pkgutil, renditions_cli.commands as them\n"
        "for one in pkgutil.iter_modules(them.__path__, them.__name__ + '.'): importlib.import_module(one.name)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"move it to the extra cli in pyproject.toml: {ended.stderr}"


def test_a_command_without_its_packages_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator", None)
    for name in [name for name in sys.modules if name.startswith("samtranslator.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "renditions_cli.local.template", raising=False)
    ended = CliRunner().invoke(main.app, ["cost", "--undeployed"])
    assert ended.exit_code == 2
    assert "needs the package samtranslator" in ended.output
    assert "pip install 'renditions[local]'" in ended.output
