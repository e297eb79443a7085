"""The fixtures: one engine and one world for all cases, and a fresh script for each."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.statemachine import definitions, engines, moto_engine
from tests.statemachine.definitions import Definition
from tests.statemachine.engines import Engine
from tests.statemachine.services import Services
from tests.statemachine.world import World

# An engine that is already running must know its endpoints before the services start.
KNOWN_PORT = 4599

LEFT_OUT = pytest.StashKey[set[str]]()
SAYS_BOOL = pytest.StashKey[bool]()
DESELECTED = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def services(pytestconfig: pytest.Config) -> Iterator[Services]:
    wanted: str = pytestconfig.getoption("--engine")
    port = pytestconfig.getoption("--services-port") or (KNOWN_PORT if wanted.startswith("http") else 0)
    host = pytestconfig.getoption("--services-host") or ("0.0.0.0" if wanted == "docker" else "127.0.0.1")  # noqa: S104
    services = Services(definitions.senders(), host, port)
    yield services
    services.stop()


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config, services: Services) -> Iterator[Engine]:
    with _chosen(pytestconfig.getoption("--engine"), services.port) as engine:
        yield engine
        pytestconfig.stash[LEFT_OUT] = engine.left_out
        pytestconfig.stash[SAYS_BOOL] = engine.says_bool


def _chosen(wanted: str, port: int) -> AbstractContextManager[Engine]:
    if wanted.startswith("http"):
        return engines.running(wanted)
    return engines.in_docker(port) if wanted == "docker" else moto_engine.in_process(port)


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    """Keep thousands of log lines of moto and its server out of the output of a failing test."""
    for name in ("moto", "werkzeug", "botocore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@pytest.fixture(scope="session")
def everything(services: Services, engine: Engine) -> World:
    return World(services, engine)


@pytest.fixture
def world(everything: World) -> Iterator[World]:
    everything.begin()
    yield everything
    assert everything.services.script.unused() == {}, "scripted, but never used"


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG from which every rendition can be made: a gradient of 240 × 160 pixels."""
    file = BytesIO()
    Image.linear_gradient("L").resize((240, 160)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


Impatient = Callable[[str], Definition]


@pytest.fixture
def impatient() -> Impatient:
    """A machine's definition with a timeout of one second for each task, so that no case waits for minutes.

    On a busy machine even a call that answers at once may take longer, and is called again.
    """

    def shortened(machine: str) -> Definition:
        definition = definitions.read(machine)
        for state in definitions.states(definition).values():
            if "TimeoutSeconds" in state:
                state["TimeoutSeconds"] = 1
        return definition

    return shortened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(LEFT_OUT, set())
    engine = config.getoption("--engine")
    if config.stash.get(SAYS_BOOL, False):
        terminalreporter.line(
            f"State machines: run with Bool in place of BOOL, which {engine} does not know."
        )
    if left_out:
        terminalreporter.line(
            f"State machines: run without {', '.join(sorted(left_out))}, which {engine} does not support."
        )


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.config.stash[DESELECTED] = item.config.stash.get(DESELECTED, 0) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the tests of test_paths.py, which need the results of all others, last."""
    mine = [item for item in items if item.path.parent == Path(__file__).parent]
    last = [item for item in mine if item.path.name == "test_paths.py"]
    ordered = [item for item in mine if item not in last] + last
    if config.getoption("--engine") == "docker" and (missing := engines.missing_docker()):
        ordered = _one_line_instead(config, ordered, missing)
    start = items.index(mine[0]) if mine else 0
    items[:] = [*items[:start], *ordered, *(item for item in items[start:] if item not in mine)]


def _one_line_instead(config: pytest.Config, items: list[pytest.Item], reason: str) -> list[pytest.Item]:
    """Skip one test with the reason and deselect the others, instead of a line for each."""
    config.hook.pytest_deselected(items=items[1:])
    for item in items[:1]:
        item.add_marker(pytest.mark.skip(reason))
    return items[:1]
