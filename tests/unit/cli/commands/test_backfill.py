"""``renditions backfill``, as a user calls it, from the plan to the retry of what failed."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import Result

from renditions_cli.aws.backfill.connection import Connection
from renditions_cli.aws.backfill.estimate import Estimate
from renditions_cli.aws.backfill.plans import Plans, manifest
from renditions_cli.aws.billed import FUNCTIONS, Billed
from renditions_cli.aws.stack import Stack
from renditions_cli.errors import StackError
from renditions_cli.prices import list_prices
from tests.unit.cli.aws.backfills import StepFunctions, any_recipes
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record

Backfill = Callable[..., Result]
BILLED = Billed("", "arm64", "webp", dict.fromkeys(FUNCTIONS, 1769), {"COMPLETED": 10, "REPLACED": 12}, {})
KEYS = ("=1+1\x1b ü.jpg", "b.jpg", "c.jpg", "old/d.jpg")


@pytest.fixture
def step_functions(monkeypatch: pytest.MonkeyPatch) -> StepFunctions:
    """What the command takes for Step Functions, which moto has without map runs."""
    fake = StepFunctions()
    monkeypatch.setattr(Stack, "step_functions", lambda _: fake)
    return fake


@pytest.fixture
def backfill(
    renditions_command: Command,
    stack_name: str,
    step_functions: StepFunctions,
    monkeypatch: pytest.MonkeyPatch,
) -> Backfill:
    """Run a command of ``renditions backfill`` on the stack, without what moto's stack lacks."""
    estimate = Estimate(BILLED, list_prices())
    monkeypatch.setattr("renditions_cli.commands.backfill.read_estimate", lambda *_: estimate)
    monkeypatch.setattr("renditions_cli.commands.backfill.read_recipes", lambda _: any_recipes())
    return lambda *arguments: renditions_command("backfill", *arguments, "--stack-name", stack_name)


@pytest.fixture
def images(stack: Stack) -> dict[str, str]:
    """Four originals: one without a record, one stale, one current, one failed. Returns their ETags."""
    put, bucket = stack.s3().put_object, stack.outputs.uploads_bucket
    etags = {key: put(Bucket=bucket, Key=key, Body=key.encode())["ETag"].strip('"') for key in KEYS}
    for key, status, version in zip(
        KEYS[1:], ("COMPLETED", "COMPLETED", "FAILED"), ("stale", "current", ""), strict=True
    ):
        facts = {
            "etag": etags[key],
            "sequencer": "0062",
            "format": version,
            "started_at": "2020-01-01T00:00:00Z",
            "version_id": "v1",
        }
        write_record(stack, key, status, **{name: {"S": value} for name, value in facts.items()})
    return etags


def planned(backfill: Backfill, *arguments: str) -> dict[str, Any]:
    """Make a plan and return its document."""
    result = backfill("plan", "--older-than", "0", "--json", *arguments)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def lines(stack: Stack, plan: str, run: int = 1) -> list[tuple[str, str, str]]:
    """Return key, state and sequencer of each line of a manifest."""
    plans = Plans(stack.s3(), stack.outputs.backfill_bucket)
    return [(one.key, one.why, one.sequencer) for one in plans.lines(manifest(plan, run))]


def test_a_plan_counts_everything_and_keeps_what_is_to_be_done(
    backfill: Backfill, stack: Stack, images: dict[str, str]
) -> None:
    made = planned(backfill)
    assert made["counts"] == {"missing": 1, "stale": 1, "current": 1, "failed": 1}
    assert (made["images"], made["bytes"]) == (3, sum(len(KEYS[n].encode()) for n in (0, 1, 3)))
    assert made["dollars"] > 0
    plans = Plans(stack.s3(), stack.outputs.backfill_bucket)
    assert [one.version for one in plans.lines(manifest(made["id"]))] == ["", "v1", "v1"]
    assert lines(stack, made["id"]) == [
        (KEYS[0], "missing", "0"), (KEYS[1], "stale", "00620"), (KEYS[3], "failed", "00620"),
    ]  # fmt: skip
    assert [one["id"] for one in json.loads(backfill("status", "--all", "--json").stdout)["plans"]] == [
        made["id"]
    ]


def test_a_plan_can_be_limited_and_a_dry_run_keeps_none(
    backfill: Backfill, stack: Stack, images: dict[str, str]
) -> None:
    made = planned(backfill, "--only", "missing", "--only", "stale", "--prefix", "b")
    assert lines(stack, made["id"]) == [("b.jpg", "stale", "00620")]
    shown = backfill("plan", "--older-than", "0", "--dry-run")
    assert "✓ missing" in shown.stdout
    assert "To process: 3 of 4 originals" in shown.stdout
    assert "no plan was kept" in shown.stdout
    assert "  recent" in backfill("plan", "--dry-run").stdout, "the events of new objects may still arrive"
    assert len(Plans(stack.s3(), stack.outputs.backfill_bucket).ids()) == 1


def test_a_plan_that_was_interrupted_is_none(
    backfill: Backfill, stack: Stack, images: dict[str, str]
) -> None:
    """The manifest is there, but not the document, which is written last."""
    made = planned(backfill)
    stack.s3().delete_object(Bucket=stack.outputs.backfill_bucket, Key=f"plans/{made['id']}/plan.json")
    ended = backfill("run", made["id"], "--force")
    assert (ended.exit_code, "There is no plan" in ended.stderr) == (2, True)


def record_outcome(stack: Stack, key: str, status: str, sequencer: str, **more: str) -> None:
    facts = {"sequencer": sequencer, **more}
    write_record(stack, key, status, **{name: {"S": value} for name, value in facts.items()})


def test_run_starts_a_plan_once_and_later_only_what_is_left(
    backfill: Backfill, stack: Stack, images: dict[str, str], step_functions: StepFunctions
) -> None:
    made, other = planned(backfill), planned(backfill)
    first = json.loads(backfill("run", made["id"], "--force", "--json").stdout)
    assert (first["status"], first["run"], first["concurrency"]) == ("RUNNING", 1, 10)
    assert json.loads(backfill("run", made["id"], "--force", "--json").stdout) == first | {
        "seconds_left": pytest.approx(first["seconds_left"] or 0, abs=5)
    }
    assert "only one can" in backfill("run", other["id"], "--force").stderr
    assert backfill("throttle", "3", "--force").exit_code == 0
    assert json.loads(backfill("status", "--json").stdout)["concurrency"] == 3
    assert json.loads(backfill("pause", "--json").stdout)["status"] == "PAUSED"
    assert "No backfill is running" in backfill("pause").stderr
    record_outcome(stack, KEYS[0], "COMPLETED", "0")
    again = json.loads(backfill("resume", "--force", "--json").stdout)
    assert (again["run"], again["concurrency"]) == (2, 3)
    assert [key for key, *_ in lines(stack, made["id"], 2)] == [KEYS[1], KEYS[3]]
    step_functions.end()
    record_outcome(stack, KEYS[1], "REJECTED", "00620")
    record_outcome(stack, KEYS[3], "FAILED", "00620")
    assert "left to start" in backfill("run", made["id"], "--force").stdout
    assert len(step_functions.executions) == 2


def test_a_report_says_what_became_of_each_image_and_a_retry_plans_the_failed_ones(
    backfill: Backfill, stack: Stack, images: dict[str, str], tmp_path: Any
) -> None:
    made = planned(backfill)
    record_outcome(stack, KEYS[0], "COMPLETED", "0")
    record_outcome(stack, KEYS[1], "REJECTED", "00620", reason_code="EmptyFile", reason="Empty, see below.")
    record_outcome(stack, KEYS[3], "FAILED", "00620", etag=images[KEYS[3]])
    reported = backfill("report", made["id"], "--out", "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8") as file:
        assert [*csv.reader(file)] == [
            ["key", "outcome", "reason"],
            ["'=1+1\\x1b ü.jpg", "completed", ""],
            [KEYS[1], "rejected", "EmptyFile: Empty, see below."],
            [KEYS[3], "failed", ""],
        ]
    assert (reported.exit_code, "failed 1" in reported.stderr) == (1, True)
    exact = [json.loads(one) for one in backfill("report", made["id"], "--json").stdout.splitlines()]
    assert exact[0]["key"] == KEYS[0]
    assert exact[-1] == {"plan": made["id"], "completed": 1, "rejected": 1, "failed": 1}
    retried = json.loads(backfill("retry", made["id"], "--json").stdout)
    assert lines(stack, retried["id"]) == [(KEYS[3], "failed", "006200")]


def test_a_stack_without_a_backfill_says_how_to_get_one(stack: Stack) -> None:
    without = replace(stack, outputs=replace(stack.outputs, image_backfill=""))
    with pytest.raises(StackError, match="Backfill=on"):
        Connection.open(without)
