"""docs/operations.md covers each alarm and each finding, and its commands and links are valid."""

import re
from typing import Any

import pytest
import typer.main

from cli.main import app
from renditions.reconciliation import Kind
from tests.contract.conftest import ROOT

TEXT = (ROOT / "docs/operations.md").read_text()
COMMANDS = typer.main.get_command(app)


def options(words: list[str]) -> set[str]:
    """Return the options of the command or subcommand that ``words`` call."""
    command: Any = COMMANDS
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    return {option for parameter in command.params for option in parameter.opts}


def calls() -> set[str]:
    """Return every call of `renditions` in the document."""
    return set(re.findall(r"(?:^\$ |`|, then )renditions ([a-z][^`#|\n]*)", TEXT, re.MULTILINE))


def test_every_alarm_of_the_template_is_documented(resources: dict[str, Any]) -> None:
    alarms = {name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms == set(re.findall(r"^\| alarm \*(\w+)\*", TEXT, re.MULTILINE))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_finding_is_explained(kind: Kind) -> None:
    assert re.search(rf"^\| {re.escape(kind.value)}[ :]", TEXT, re.MULTILINE)


@pytest.mark.parametrize("call", sorted(calls()))
def test_every_command_in_the_document_exists_with_its_options(call: str) -> None:
    words = call.split()
    group: Any = COMMANDS
    assert words[0] in group.commands
    known = options(words)
    assert {word for word in words if word.startswith("--")} <= known


def test_every_link_within_the_document_has_a_heading() -> None:
    headings = {
        re.sub(r"[^a-z ]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", TEXT)) <= headings
