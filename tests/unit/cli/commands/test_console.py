"""`renditions console`, as a user calls it."""

import re
from types import SimpleNamespace

import pytest

from renditions_cli.aws.stack import Stack
from tests.unit.cli.conftest import Command


def test_the_console_is_served_until_ctrl_c(
    stack: Stack, stack_name: str, renditions_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("renditions_cli.commands.console.Event", lambda: SimpleNamespace(wait=interrupt))
    ended = renditions_command("console", "--stack-name", stack_name, "--port", "0", "--read-only")
    assert (ended.exit_code, ended.stdout.splitlines()[-1]) == (0, "Stopped.")
    assert re.search(r"http://127\.0\.0\.1:\d+/#token=[\w-]{43}\n", ended.stdout)


def test_a_stack_that_does_not_exist_is_a_sentence(renditions_command: Command) -> None:
    ended = renditions_command("console", "--local")
    assert (ended.exit_code, "renditions up" in ended.stderr) == (3, True)
