"""The files of the web page agree with each other and with the libraries that they contain."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.contract.conftest import ROOT

WEB = ROOT / "web"
VENDORED = json.loads((WEB / "vendor" / "vendored.json").read_text())
MODULES = sorted([*WEB.glob("*.js"), *WEB.glob("modules/*.js")])
PAGE = (WEB / "index.html").read_text()
IMPORT = re.compile(r'^import [^"]*"([^"]+)";|import\((\w+|"[^"]+")\)', re.MULTILINE)
LARGEST_PAGE = 60_500  # bytes, compressed, without pictures
LONGEST_MODULE = 250  # lines

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(WEB)))


def imports(module: Path) -> set[Path]:
    """Return the files that a module always imports."""
    return {(module.parent / name).resolve() for name, _ in IMPORT.findall(module.read_text()) if name}


def closure(module: Path) -> set[Path]:
    """Return a module and all that it imports, directly or not."""
    found: set[Path] = set()
    waiting = {module}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= imports(one) - found if WEB / "vendor" not in one.parents else set()
    return found


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_has_not_been_touched(name: str) -> None:
    assert sha256((WEB / name).read_bytes()).hexdigest() == VENDORED[name]["sha256"]


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_comes_with_its_licence(name: str) -> None:
    one = VENDORED[name]
    assert "MIT License" in (WEB / name).with_name("LICENSE").read_text()
    assert f"{one['package']} {one['version']}".lower() in (ROOT / "NOTICE").read_text().lower()


def test_every_vendored_file_is_listed() -> None:
    files = {str(path.relative_to(WEB)) for path in WEB.glob("vendor/*/*") if path.name != "LICENSE"}
    assert files == set(VENDORED)


def test_the_page_contains_no_script_style_or_handler() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", PAGE)
    assert re.findall(r"<script[^>]*>(.*?)</script>", PAGE, re.DOTALL) == [""]


@every_module
def test_a_module_makes_no_markup_from_strings(module: Path) -> None:
    dangerous = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"style"
    )
    assert not re.search(dangerous, module.read_text())


@every_module
def test_a_module_imports_only_what_exists(module: Path) -> None:
    assert [path for path in imports(module) if not path.is_file()] == []


@every_module
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST_MODULE


def test_the_first_view_is_preloaded() -> None:
    preloaded = {WEB / path for path in re.findall(r'rel="modulepreload" href="/([^"]+)"', PAGE)}
    main = WEB / "modules" / "main.js"
    assert preloaded == closure(main) - {main}


def test_everything_that_the_page_links_exists() -> None:
    links = re.findall(r'(?:href|src)="/((?!api/)[^"]*)"', PAGE)
    assert len(links) > 5
    assert [link for link in links if not (WEB / link).is_file()] == []


def test_no_module_is_left_over() -> None:
    used = closure(WEB / "modules" / "main.js") | closure(WEB / "modules" / "home.js") | {WEB / "handover.js"}
    assert set(MODULES) - used == set()


def test_all_words_are_in_one_file() -> None:
    """A string with two words that begins with a capital letter is a sentence."""
    sentence = re.compile(r"""["`]([A-Z][a-z]+ [^"`]*)["`]""")
    found = [
        f"{path.name}: {words}"
        for path in MODULES
        if path.name != "text.js"
        for words in sentence.findall(path.read_text())
        if not words.startswith("Bearer ")
    ]
    assert found == []


def test_the_page_with_its_libraries_is_light() -> None:
    files = [
        path for path in WEB.rglob("*") if path.is_file() and path.name not in {"LICENSE", "vendored.json"}
    ]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) < LARGEST_PAGE
