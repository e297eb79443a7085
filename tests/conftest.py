"""Options of the whole run. They stand here because pytest reads options only from the top of what it is given."""

import argparse

import pytest


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
