"""The process that renders files."""

import os
import select
import signal
from pathlib import Path
from typing import Any

import pytest

from renditions.settings import Settings
from renditions_cli.files.originals import Original
from renditions_cli.render import one_file
from renditions_cli.render.one_file import Document, RenderJob
from renditions_cli.render.worker import render_all
from tests.unit.cli.stand_ins import image_file


def original(path: Path) -> Original:
    return Original(path, path.name, path.stat().st_size)


@pytest.fixture
def three(tmp_path: Path) -> list[Original]:
    return [original(image_file(tmp_path / name, (8, 8), "red")) for name in ("a.png", "bad.png", "c.png")]


@pytest.fixture
def job(tmp_path: Path) -> RenderJob:
    return RenderJob(tmp_path / "made", ("thumbnail",), Settings())


@pytest.mark.parametrize(
    "end, reason_code, reason",
    [
        (
            lambda: os.kill(os.getpid(), signal.SIGTERM),
            "Crashed",
            "The process ended with SIGTERM while it rendered this file.",
        ),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "Crashed", "because the system ran out of memory"),
        (lambda: os._exit(3), "Crashed", "exit status 3"),
        (signal.pause, "TimedOut", "No result after 1 s."),
    ],
)
def test_a_file_that_crashes_or_hangs_the_process_affects_no_other_file(
    three: list[Original],
    job: RenderJob,
    monkeypatch: pytest.MonkeyPatch,
    end: Any,
    reason_code: str,
    reason: str,
) -> None:
    def fatal(found: Original, job: RenderJob) -> Document:
        if found.name == "bad.png":
            end()
        return one_file.render_file(found, job)

    monkeypatch.setattr("renditions_cli.render.worker.render_file", fatal)
    found = list(render_all(three, job, timeout=1 if reason_code == "TimedOut" else 60))
    assert [one["status"] for one in found] == ["COMPLETED", "FAILED", "COMPLETED"]
    assert (found[1]["name"], found[1]["reason_code"]) == ("bad.png", reason_code)
    assert reason in found[1]["reason"]


@pytest.mark.parametrize("busy", [True, False])
def test_the_process_ends_when_the_command_is_killed(
    three: list[Original], job: RenderJob, monkeypatch: pytest.MonkeyPatch, *, busy: bool
) -> None:
    """Whoever waits for the end of its output would otherwise wait for the worker."""
    output, theirs = os.pipe()

    def waits(found: Original, job: RenderJob) -> Document:
        if busy and found.name == "bad.png":
            os.write(theirs, b"+")
            signal.pause()
        return one_file.render_file(found, job)

    monkeypatch.setattr("renditions_cli.render.worker.render_file", waits)
    command = os.fork()
    if command == 0:
        for _ in render_all(three[:2], job, timeout=60):
            if not busy:
                os.write(theirs, b"+")
                signal.pause()
        os._exit(1)
    os.close(theirs)
    assert os.read(output, 1) == b"+"
    os.kill(command, signal.SIGKILL)
    os.waitpid(command, 0)
    assert select.select([output], [], [], 30) == ([output], [], [])
    assert os.read(output, 1) == b""
    os.close(output)


def test_an_unexpected_error_is_a_failure_with_its_name(three: list[Original], job: RenderJob) -> None:
    three[1].path.unlink()
    found = list(render_all(three, job, timeout=60))
    assert [one["status"] for one in found] == ["COMPLETED", "FAILED", "COMPLETED"]
    assert found[1]["reason_code"] == "FileNotFoundError"
