"""What all commands have in common: help, wrong usage, exit status."""

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from renditions_cli.aws.stack import Stack
from renditions_cli.version import version
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import image_file
from tests.unit.conftest import ROOT

SHOWING = ("show", "explain", "logs", "list", "watch")


@pytest.mark.parametrize(
    "command",
    [
        *("run", "render", "up", "upload", "status", "open", "reconcile", "failures", "redrive"),
        *("cost", "simulate", "subscribe", "unsubscribe"),
        *SHOWING,
    ],
)
def test_help_has_examples_and_the_exit_codes(renditions_command: Command, command: str) -> None:
    shown = renditions_command(command, "--help")
    assert shown.exit_code == 0
    assert f"renditions {command}" in shown.output.split("Examples")[1]
    assert "3  the stack cannot be reached" in shown.output.split("Exit status")[1]


@pytest.mark.parametrize("command", ["up", "console", "list", "logs", "watch"])
def test_a_command_that_judges_no_image_promises_no_exit_status_1(
    renditions_command: Command, command: str
) -> None:
    assert "\n   1  " not in renditions_command(command, "--help").output


LINES = ("render", "reconcile", "dlq replay", "logs", "watch")  # they print results as they come


@pytest.mark.parametrize(
    "command",
    [
        *LINES,
        *("run", "upload", "status", "failures", "redrive", "dlq list", "user list"),
        *("cost", "simulate", "doctor", "subscribe", "unsubscribe", "show", "list"),
    ],
    ids=str,
)
def test_help_says_whether_json_is_one_document_or_one_per_line(
    renditions_command: Command, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = " ".join(renditions_command(*command.split(), "--help").output.split())
    assert ("one document per" in shown) == (command in LINES)
    assert ("instead of text: one document. " in shown) == (command not in LINES)


def test_help_does_not_import_the_aws_sdk_the_emulator_or_pillow() -> None:
    loaded_names = "{'boto3', 'botocore', 'PIL', 'ministack', 'moto'} & set(sys.modules)"
    code = f"import sys, renditions_cli.main; print({loaded_names})"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert loaded.stdout == "set()\n"


def test_the_version_is_that_of_the_project_file() -> None:
    """In a new process, as a user calls it, and before anything slow is imported."""
    code = (
        "import sys, time, renditions_cli.main as m; sys.argv[1:] = ['--version']\n"
        "try: m.app()\n"
        "finally: print(sorted({'boto3', 'PIL', 'ministack', 'tomllib'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert shown == f"{written}\n[]\n"


def test_without_a_checkout_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    assert version(tmp_path / "pyproject.toml") == importlib.metadata.version("renditions")
    other = tmp_path / "pyproject.toml"
    other.write_text('[project]\nname = "gallery"\nversion = "7.0"\n')
    assert version(other) == importlib.metadata.version("renditions")


def test_python_m_cli_is_the_same_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "renditions_cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert "Usage: renditions" in shown.stdout


@pytest.mark.parametrize("command", ["run", "up"])
def test_a_parameter_without_a_value_is_reported_before_anything_starts(
    renditions_command: Command, command: str
) -> None:
    ended = renditions_command(command, "--parameter", "HeicInput")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("--parameter HeicInput is not NAME=VALUE.")


@pytest.mark.parametrize("command", ["run", "upload"])
def test_a_missing_file_is_reported_before_anything_starts(renditions_command: Command, command: str) -> None:
    ended = renditions_command(command, "nowhere.jpg")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == "No such file or folder: nowhere.jpg. Nothing was started.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--timeout", "0"],
        ["up", "--port", "70000"],
        ["upload"],
        ["status"],
        ["dance"],
        ["run", "--what"],
    ],
)
def test_wrong_usage_is_status_2(renditions_command: Command, arguments: list[str]) -> None:
    assert renditions_command(*arguments).exit_code == 2


def test_a_missing_stack_is_status_3_and_says_what_to_do(
    renditions_command: Command, stack: Stack, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("upload", "a.png", "--stack-name", "elsewhere")
    assert ended.exit_code == 3
    assert "There is no stack elsewhere in region us-east-1" in ended.stderr


def test_a_missing_local_stack_is_status_3(renditions_command: Command) -> None:
    ended = renditions_command("status", "a.jpg", "--local")
    assert (ended.exit_code, ended.stderr.count("renditions up")) == (3, 1)
