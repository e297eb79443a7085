"""The files of the console agree with each other and with the library that they contain."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from renditions_cli.console.application import static_file
from renditions_cli.console.messages import Request
from tests.contract.conftest import ROOT

STATIC = ROOT / "renditions_cli" / "console" / "static"
VENDORED = json.loads((STATIC / "vendor" / "vendored.json").read_text())
MODULES = sorted(STATIC.glob("modules/*.js"))
PAGE = (STATIC / "index.html").read_text()
IMPORT = re.compile(r'^import [^"]*"([^"]+)";', re.MULTILINE)
LONGEST_MODULE = 250  # lines

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_has_not_been_touched(name: str) -> None:
    one = VENDORED[name]
    assert sha256((STATIC / name).read_bytes()).hexdigest() == one["sha256"]
    assert f"{one['package']} {one['version']}" in (ROOT / "NOTICE").read_text()
    assert "Permission is hereby granted, free of charge" in (STATIC / name).with_name("LICENSE").read_text()


def test_every_vendored_file_is_listed() -> None:
    files = {str(path.relative_to(STATIC)) for path in STATIC.glob("vendor/*/*") if path.name != "LICENSE"}
    assert files == set(VENDORED)


def test_the_page_contains_no_script_style_or_handler() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", PAGE)
    assert re.findall(r"<script[^>]*>(.*?)</script>", PAGE, re.DOTALL) == [""]


@every_module
def test_a_module_makes_no_markup_from_strings(module: Path) -> None:
    dangerous = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\"style\""
    assert not re.search(dangerous, module.read_text())


@every_module
def test_a_module_imports_only_what_exists(module: Path) -> None:
    paths = [(module.parent / name).resolve() for name in IMPORT.findall(module.read_text())]
    assert [path for path in paths if not path.is_file()] == []


@every_module
def test_a_module_imports_only_what_it_uses(module: Path) -> None:
    code = module.read_text()
    names = [one for line in re.findall(r"^import \{(.*?)\}", code, re.MULTILINE) for one in line.split(",")]
    assert [name for name in names if len(re.findall(rf"\b{name.strip()}\b", code)) < 2] == []


@every_module
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST_MODULE


def test_every_file_is_served() -> None:
    links = re.findall(r'(?:href|src)="(/[^"]+)"', PAGE)
    modules = [f"/modules/{path.name}" for path in MODULES]
    for path in ["/", *links, *modules, "/vendor/dagre/dagre.esm.js"]:
        assert static_file(Request("GET", path)).status == 200
