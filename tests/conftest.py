"""Options of the whole run. They stand here because pytest reads options only from the top of what it is given."""

import argparse
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# Their files share an emulator, or a tally of the paths that were taken.
IN_ONE_PROCESS = ("e2e", "faults", "statemachine")


def _engine(text: str) -> str:
    if text in {"moto", "docker"} or text.startswith(("http://", "https://")):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is none of moto, docker, http://host:port")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("state machines")
    group.addoption(
        "--engine",
        type=_engine,
        default="moto",
        help="what executes the state machines: moto (default), docker, or http://host:port of one that runs",
    )
    group.addoption(
        "--services-port",
        type=int,
        default=0,
        help="port of the services that the engine calls; a free one by default, 4599 with --engine=http://…",
    )
    group.addoption(
        "--services-host",
        default="",
        help="address they listen at; 127.0.0.1 by default, all with --engine=docker",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests belong into one process when several processes share them: a file, or a whole folder."""
    for item in items:
        path = item.path.relative_to(TESTS)
        together = path.parts[0] if path.parts[0] in IN_ONE_PROCESS else str(path)
        item.add_marker(pytest.mark.xdist_group(together))
