"""Options of the whole run. They stand here because pytest reads options only from the top of what it is given."""

import argparse
import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Their files share an emulator, or a tally of the paths that were taken. The slowest come first: one of them at the
# end would keep the other processes waiting.
IN_ONE_PROCESS = ("tests/statemachine", "tests/web", "tests/e2e", "tests/faults", "tests/api")

# Several stacks share the processors, and each would start functions for all of them.
os.environ.setdefault("LAMBDA_PARALLEL", str(os.cpu_count() or 1))


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


class ByPlace(LoadScopeScheduling):  # type: ignore[misc] # xdist carries no types
    """Hands out tests file by file, or folder by folder where IN_ONE_PROCESS says so."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        folder = "/".join(path.split("/")[:2])
        return folder if folder in IN_ONE_PROCESS else path


def pytest_xdist_auto_num_workers() -> int:
    """Two processes per processor, because tests of the emulator wait most of the time, and no more than five."""
    return min(len(IN_ONE_PROCESS), 2 * (os.cpu_count() or 1))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders of IN_ONE_PROCESS first, in their order."""
    rank = {folder: number for number, folder in enumerate(IN_ONE_PROCESS)}
    items.sort(key=lambda item: rank.get("/".join(item.nodeid.split("/")[:2]), len(rank)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    """How several processes share the tests."""
    return ByPlace(config, log)
