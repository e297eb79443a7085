"""The page in a real Chromium, on the template deployed to the emulator. Skipped, with one line, without Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.door import Door, open_door
from tests.web.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ARGUMENTS = (
    ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
)  # Chromium's own rule for root
DESKTOP = {"width": 1280, "height": 860}


def chromium() -> str | None:
    """Return the path of a browser, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = chromium()
    if program is None:
        pytest.skip("the tests of the web page need Chromium: install it, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


@pytest.fixture(scope="session")
def door(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The page on a local stack. It asks for the browser first: without one, no stack is started."""
    with open_door(tmp_path_factory.mktemp("web")) as door:
        yield door


_numbers = count(1)


def visit(browser: Browser, door: Door, user: str, **window: Any) -> Visitor:
    """Open a window for a user, who has not opened the page yet."""
    context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **window})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=door.url)
    return Visitor(context, door, user)


@pytest.fixture
def new_visitor(browser: Browser, door: Door) -> Iterator[NewVisitor]:
    """Make a visitor with a window of their own and, unless ``user`` says otherwise, an account of their own."""
    visitors: list[Visitor] = []

    def make(user: str = "", **window: Any) -> Visitor:
        visitors.append(visit(browser, door, user or door.new_user(f"visitor{next(_numbers)}"), **window))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.leave()


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody who has just signed in for the first time."""
    visitor = new_visitor()
    visitor.sign_in()
    return visitor


@pytest.fixture
def photographs(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Make any number of small photographs."""
    from tests.e2e.pictures import jpeg

    def make(number: int) -> list[Path]:
        files = [tmp_path / f"photograph-{index + 1:03}.jpg" for index in range(number)]
        for index, file in enumerate(files):
            file.write_bytes(jpeg(320, 240, shade=index))
        return files

    return make
