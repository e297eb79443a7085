"""`renditions simulate`, as a user calls it."""

import json

import pytest

from tests.renditions import TRANSITIONS
from tests.unit.cli.conftest import Command


def test_a_burst_in_a_new_account_takes_long_and_loses_nothing(renditions_command: Command) -> None:
    arguments = ("--rate", "1000/m", "--minutes", "1", "--account", "new")
    ended = renditions_command("simulate", *arguments, "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    assert (document["uploads"], document["completed"], document["failed"]) == (1000, 1000, 0)
    assert 120 < document["seconds"] < 1200
    assert document["quotas"]["concurrency"] == 10
    assert document["refused_calls"]["lambda"] > 1000
    assert document["transitions"] == 1000 * TRANSITIONS + sum(document["refused_calls"].values())
    assert document["cost_dollars"]["repeated calls"] == pytest.approx(
        0.000025 * sum(document["refused_calls"].values())
    )


def test_the_text_shows_the_burst_and_says_what_it_waits_for(renditions_command: Command) -> None:
    shown = renditions_command("simulate", "--rate", "1000/s", "--size-mix", "small").stdout
    assert "600,000 uploads in 10 min 00 s" in shown
    assert "0 fail." in shown
    assert "Waiting for StartExecution of Step Functions" in shown
    assert "Each simulated upload stands for 60." in shown
    assert "█" in shown


def test_on_the_local_stack_calls_wait_and_none_is_refused(renditions_command: Command) -> None:
    arguments = ("--rate", "200/s", "--minutes", "0.0167", "--account", "local", "--concurrency", "4")
    document = json.loads(renditions_command("simulate", *arguments, "--size-mix", "small", "--json").stdout)
    assert (document["completed"], document["failed"], document["refused_calls"]) == (200, 0, {})
    assert max(one["running"] for one in document["moments"]) == 4
    assert document["cost_dollars"] == {}
    shown = renditions_command("simulate", *arguments).stdout
    assert "Waiting for Lambda" in shown
    assert "4 functions at once" in shown
    assert "Cost" not in shown


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--rate", "fast"], "--rate is 'fast'. Give uploads per second"),
        (["--rate", "0/s"], "--rate is '0/s'. Give uploads per second"),
        (["--rate", "1/d", "--minutes", "1"], "are 0 uploads. Simulate 1 to 1,000,000,000."),
        (["--rate", "9999999999/s"], "Simulate 1 to 1,000,000,000."),
        (["--minutes", "nan"], "Invalid value"),
        (["--account", "mine"], "is not one of"),
        (["--concurrency", "0"], "Invalid value"),
    ],
)
def test_a_wrong_argument_ends_with_what_is_allowed(
    renditions_command: Command, arguments: list[str], said: str
) -> None:
    ended = renditions_command("simulate", *arguments)
    assert ended.exit_code == 2
    assert said in " ".join(ended.stderr.replace("│", " ").split())
