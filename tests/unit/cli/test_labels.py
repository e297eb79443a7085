"""No table of the command joins two cells, whatever the label. Each is tried with all of its labels."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from renditions.reconciliation import Action, Kind, Reconciliation, Result
from renditions.reconciliation.comparison import Finding
from renditions_cli.aws.dead_letters import DeadLetter
from renditions_cli.aws.execution_history import StateVisit
from renditions_cli.aws.executions import Execution
from renditions_cli.aws.outcomes import ENDS, Outcome
from renditions_cli.aws.redriven import RedriveAction, Redriven
from renditions_cli.aws.replay import ReplayAction, Replayed
from renditions_cli.commands.dlq import message_lines, replayed_line
from renditions_cli.commands.failures import failure_lines
from renditions_cli.commands.reconcile import line, summary_table
from renditions_cli.commands.redrive import results_table as redriven_table
from renditions_cli.commands.up import resources
from renditions_cli.files.originals import Original
from renditions_cli.render.table import RenderTable
from renditions_cli.show.progress import line_progress
from renditions_cli.show.report import ImageReport, report_lines
from renditions_cli.show.results_table import results_table
from tests.unit.cli.aws.test_failures import RECORD, failure
from tests.unit.conftest import ROOT

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
STATES = sorted(
    set(re.findall(r'^ {4,}"(\w+)": \{$', "".join(
        one.read_text() for one in sorted((ROOT / "statemachine").glob("*.asl.json"))
    ), re.MULTILINE))
)  # fmt: skip


def printed(*renderables: RenderableType, width: int = 160) -> list[str]:
    """Return the lines that a console of this width prints."""
    file = StringIO()
    console = Console(file=file, width=width)
    for one in renderables:
        console.print(one, soft_wrap=False)
    return file.getvalue().splitlines()


def cells(text: str) -> list[str]:
    """Split a line where at least two spaces are."""
    return re.split(r" {2,}", text.strip())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("action", Action)
def test_reconcile(kind: Kind, action: Action) -> None:
    result = Result(Finding(kind, "s3://in/a.jpg", detail="why"), action)
    assert cells(line(result).plain) == [action, kind, "s3://in/a.jpg", "why"]


def test_the_summary_of_reconcile() -> None:
    walk: Any = None
    counts = Counter({(kind, action): 1000 for kind in Kind for action in Action})
    run = Reconciliation(walk, lambda *_: None, lambda _: False, counts=counts)
    heading, _, *rows = [one for one in printed(summary_table(run), width=110) if one.strip()]
    assert cells(heading) == ["Finding", "Images", *(one.capitalize() for one in Action)]
    assert [cells(row)[0] for row in rows] == [kind.capitalize() for kind in Kind]
    assert {len(cells(row)) for row in rows} == {2 + len(Action)}


@pytest.mark.parametrize("action", ReplayAction)
def test_dlq_replay(action: ReplayAction) -> None:
    replayed = Replayed(dead_letter(), action, "arn:x")
    assert cells(replayed_line(replayed).plain) == [action, "message m1", "arn:x"]


def dead_letter() -> DeadLetter:
    attributes = {"ERROR_CODE": "E", "ERROR_MESSAGE": "M", "RULE_ARN": "r", "SET_ASIDE_BECAUSE": "S"}
    return DeadLetter("https://sqs/queue", "m1", "receipt", "body", attributes, NOW, 1, None)


def assert_labels(lines: Iterable[Any], *labels: str) -> None:
    """Fail unless the indented lines start with these labels, each followed by a space."""
    indented = [one.plain for one in lines if re.match(r"  \S", one.plain)]
    pairs = zip(indented, labels, strict=True)
    assert [text for text, label in pairs if not text.startswith(f"  {label} ")] == []


def test_dlq_list() -> None:
    assert_labels(message_lines(dead_letter()), "Error", "Message", "Rule", "Set aside", "Waiting")


def test_failures() -> None:
    left = failure(cause="why", where="MakeRenditions / Thumbnail", record=RECORD)
    labels = ("Execution", "Error", "Cause", "Console")
    assert_labels(failure_lines(left, "https://console"), *labels, "Image", "To do")
    assert_labels(failure_lines(replace(left, repaired="It is well."), "https://console"), *labels, "Now")


def test_status() -> None:
    visits = tuple(StateVisit(state, NOW, NOW) for state in STATES)
    execution = Execution("arn:x", "FAILED", NOW, NOW, "Error", "Cause", visits)
    everything = replace(
        RECORD,
        status="REJECTED",
        reason="R.",
        reason_code="C",
        deleted_at="t",
        started_at="t",
        completed_at="t",
    )
    lines = [*report_lines(ImageReport("s3://in/a.jpg", everything, execution, "https://console"))]
    titled = [one for one in lines if not one.plain.startswith(" " * 3)]
    assert_labels(
        titled,
        *("Status", "Reason", "Served", "Its ETag", "Original", "Renditions", "Deleted", "Started", "Ended"),
        *("Execution", "States", "Error", "Cause", "Console"),
    )
    shown = [cells(one.plain) for one in lines]
    assert len(STATES) > 15
    assert all(any(state in row and row[-1] == "0 ms" for row in shown) for state in STATES)


def test_up() -> None:
    class Local:
        endpoint_url = region = "x"

    local: Any = Local()
    outputs: Any = type("Outputs", (), dict.fromkeys(
        ("uploads_bucket", "renditions_bucket", "images_table", "image_pipeline", "notifications_topic"), "x"
    ))  # fmt: skip
    assert_labels(
        resources(local, outputs),
        *(
            "Endpoint",
            "Region",
            "Uploads bucket",
            "Renditions bucket",
            "Images table",
            "State machine",
            "Topic",
        ),
    )


@pytest.mark.parametrize(
    "state", sorted(ENDS | {"uploading", "waiting", "PROCESSING", "DELETING", *RedriveAction})
)
def test_progress_without_a_terminal(state: str) -> None:
    file = StringIO()
    with line_progress(Console(file=file, width=200)) as changed:
        changed(Original(Path("a.jpg"), "a.jpg", 1), state)
    assert cells(file.getvalue()) == ["0.0 s", state, "a.jpg"]


@pytest.mark.parametrize("status", sorted(ENDS))
@pytest.mark.parametrize("seconds", [0.1, 3599.0])
def test_the_results_of_run_and_upload(status: str, seconds: float) -> None:
    original = Original(Path("a.jpg"), "a" * 40, 1)
    outcome = Outcome(original, "s3://in/a.jpg", status, 0, seconds, "Reason.", RECORD)
    rows = [cells(one) for one in printed(results_table([outcome], 100), width=100)]
    assert any(status in row for row in rows)
    assert any(row[-1] in {"0.1 s", "59 min 59 s"} for row in rows)


@pytest.mark.parametrize("action", RedriveAction)
@pytest.mark.parametrize("width", [60, 100])
def test_the_results_of_redrive(action: RedriveAction, width: int) -> None:
    one = Redriven(failure(image=f"s3://in/{'k' * 50}"), action, "arn:x", "w" * 200, "UNFINISHED")
    lines = printed(redriven_table([one]), width=width)
    assert any(action.value in cells(text) and cells(text)[-1] == "UNFINISHED" for text in lines)


@pytest.mark.parametrize("status", ["COMPLETED", "REJECTED", "FAILED"])
@pytest.mark.parametrize("seconds", [0.1, 3599.0])
def test_the_results_of_render(status: str, seconds: float) -> None:
    document: dict[str, Any] = {
        "name": "k" * 100, "status": status, "reason": "w" * 100, "bytes": 1, "format": "JPEG",
        "frames": 99999, "hdr_stops": 0,
        "width": 16384, "height": 16384, "seconds": seconds,
        "renditions": {
            name: {"width": 8192, "height": 8192, "bytes": 999_000_000, "note": ""}
            for name in ("thumbnail", "watermark")
        } if status == "COMPLETED" else {},
    }  # fmt: skip
    lines = printed(RenderTable(100).row(document), width=120)
    assert re.search(rf" {status} ", lines[0])
    assert lines[0].rstrip().endswith((" 0.1 s", " 59 min 59 s"))
    if status == "COMPLETED":
        assert re.search(r"thumbnail +8192 x 8192 +999 MB ", lines[0])
