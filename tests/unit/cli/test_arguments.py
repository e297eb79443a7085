"""Arguments that make no sense: every command answers with a sentence and an exit status, never with a traceback."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import Result

from renditions_cli.aws.stack import Stack
from renditions_cli.errors import EmulatorFailed
from renditions_cli.main import app
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record

NOT_NUMBERS = ("inf", "nan", "1e30", "-1", "", "\u0663", "9" * 400)
NOT_TEXT = "\udcff"  # half a character: what a shell passes on for a byte that is not UTF-8
CONTROLS = "\x1b[31m\u202e\n\r\t"
NOT_TIMES = (
    "999999999d",
    "99999999999999999999d",
    "0001-01-01",
    "9999-12-31T23:59:59-23:59",
    "\u0663d",
    NOT_TEXT,
)
ANY_TEXT = ("", CONTROLS, NOT_TEXT, "k" * 2048, "s3:///", "arn:", "=x")
# Options whose every odd value must be refused.
REFUSED = {
    "since": NOT_TIMES,
    "stack_name": ("", " ", CONTROLS, NOT_TEXT, "k" * 2048),
    "region": ("", CONTROLS, NOT_TEXT),
}
# Commands that never end, start something or render get less text.
SLOW: dict[str, tuple[str, ...]] = {
    "up": (),
    "run": (),
    "watch": (),
    "open": (),
    "render": (CONTROLS, NOT_TEXT, "k" * 2048),
    "upload": (CONTROLS, "k" * 2048),
}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command with the words that call it."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))
        else:
            yield (*path, name), one


COMMON = {"stack_name", "profile", "region"}  # the same in all commands, so they are tried with one
COMMANDS = dict(commands(typer.main.get_command(app)))


def cases() -> Iterator[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """Yield a command, odd arguments, and whether these must be refused as wrong usage."""
    for words, command in COMMANDS.items():
        required = [one for one in command.params if one.param_type_name == "argument" and one.required]
        for one in command.params:
            others = tuple("a.jpg" for other in required if other is not one)
            kind = one.bare_type()
            is_option = one.param_type_name == "option"
            if (is_option and one.is_flag) or (one.name in COMMON and words != ("status",)):
                continue
            odd: tuple[str, ...]
            if kind in {"int", "float"}:
                odd, refused = NOT_NUMBERS, True
            elif one.name in REFUSED:
                odd, refused = REFUSED[one.name], True
            else:
                odd, refused = ANY_TEXT, False
            if words[0] in SLOW and not refused:
                odd = SLOW[words[0]]
            for value in odd:
                yield words, (*others, *((one.opts[0], value) if is_option else ("--", value))), refused


@pytest.fixture
def odd_stack(stack: Stack, state_machines: None, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack whose queues do not wait and whose refusals are not tried again, and no emulator to start."""
    monkeypatch.setattr("renditions_cli.aws.queues.WAIT_SECONDS", 0)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def fail(_: Any) -> None:
        raise EmulatorFailed("No emulator here.")

    monkeypatch.setattr("renditions_cli.local.stack.LocalStack.__enter__", fail)
    monkeypatch.setattr("renditions_cli.aws.image_index.SHARDS", ("0",))
    # A new client takes longer than a command.
    client = cache(lambda name, **_: stack.session.client(name))
    session: Any = SimpleNamespace(client=client, region_name=stack.session.region_name)
    found = Stack(stack.outputs, session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_stack_on_aws", lambda _choice: found)
    write_record(stack, "a.jpg", "COMPLETED")
    return stack


def assert_sentence(called: tuple[str, ...], ended: Result, *, refused: bool) -> None:
    assert ended.exception is None or isinstance(ended.exception, SystemExit), (called, ended.exception)
    assert ended.exit_code in ({2} if refused else {0, 1, 2, 3}), (
        called,
        ended.exit_code,
        ended.output[-500:],
    )
    assert "Traceback" not in ended.output
    if ended.exit_code in {2, 3}:
        assert ended.stderr.strip(), called
    assert not {"\x1b", "\u202e"} & set(ended.output), called


def test_odd_arguments_are_answered_with_a_sentence(
    renditions_command: Command, odd_stack: Stack, stack_name: str, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    for words, odd, refused in cases():
        takes_stack = any(one.name == "stack_name" for one in COMMANDS[words].params)
        chosen = ("--stack-name", stack_name) if takes_stack and "--stack-name" not in odd else ()
        more = {"render": ("--out", "out"), "upload": ("--no-wait",)}.get(words[0], ())
        called = (*words, *chosen, *more, *odd)
        assert_sentence(called, renditions_command(*called), refused=refused)
