"""The recipes of CONTRIBUTING.md, tried in a copy of the checkout: `make recipes`."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT
from tests.recipes.edits import add_channel, add_reason, add_rendition, remove_rendition

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

# What `make format` runs, but for ruff.
GENERATORS = re.findall(r"(?m)^\t\.venv/bin/python -m (tests\.\S+)$", (ROOT / "Makefile").read_text())
# What the recipes promise after `make format`: all of these pass without a further edit.
TESTS = ("tests/contract", "tests/unit", "tests/statemachine")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the files that git knows, with those that are not committed yet."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    archive = ["tar", "--create", "--files-from=-", "--ignore-failed-read"]
    packed = subprocess.run(archive, cwd=ROOT, check=True, capture_output=True, input=names.encode()).stdout
    subprocess.run(["tar", "--extract"], cwd=tmp_path, check=True, input=packed)
    return tmp_path


RECIPES: dict[str, Callable[[Path], list[str]]] = {
    "a fifth rendition": lambda root: add_rendition(root, "card", "400@4:5", "cover"),
    "the first rendition": lambda root: add_rendition(root, "icon", 64, "inside", before="thumbnail"),
    "one rendition less": lambda root: remove_rendition(root, "medium"),
    "a reason to reject": add_reason,
    "a channel of notices": add_channel,
}


@pytest.mark.parametrize("edit", RECIPES.values(), ids=list(RECIPES))
def test_a_recipe_is_at_most_five_files_which_the_contract_tests_name_and_all_tests_pass(
    checkout: Path, edit: Callable[[Path], list[str]]
) -> None:
    _, *others = edit(checkout)
    assert len(others) < 5
    forgotten = {path: checkout / path for path in others if not path.startswith("functions/")}
    edited = {path: file.read_text() for path, file in forgotten.items()}
    for path, file in forgotten.items():
        file.write_text((ROOT / path).read_text())
    named = run(checkout, "-m", "pytest", "-n0", "-q", "tests/contract").stdout
    assert [path for path in forgotten if path not in named] == []
    for path, file in forgotten.items():
        file.write_text(edited[path])
    for module in GENERATORS:
        made = run(checkout, "-m", module)
        assert made.returncode == 0, made.stdout + made.stderr
    after = run(checkout, "-m", "pytest", "-n2", "-q", *TESTS)
    assert after.returncode == 0, after.stdout[-5000:]


def run(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the copy, which imports the copy's code."""
    environment = os.environ | {"PYTHONPATH": f"{checkout}:{checkout / 'functions'}"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
