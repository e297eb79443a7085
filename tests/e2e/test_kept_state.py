"""`renditions up --state`: a stack that ends or is killed, and goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from renditions_cli.files.originals import SAMPLES
from renditions_cli.local.ports import free_port
from renditions_cli.local.session import LocalSession

pytestmark = pytest.mark.long
IMAGES = 8


@contextmanager
def running(state: Path, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``renditions up`` and wait until it is ready. Ends it with Ctrl-C, unless it has ended."""
    command = (
        sys.executable,
        "-m",
        "renditions_cli",
        "up",
        "--no-web",
        "--port",
        str(port),
        "--state",
        str(state),
        *options,
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        assert any("Press Ctrl-C" in line for line in process.stdout), "it ended before it was ready"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=90)


def records(session: LocalSession) -> list[str]:
    table = next(one for one in session.resource("dynamodb").tables.all() if "Images" in one.name)
    return [str(item["status"]) for item in table.scan()["Items"]]


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 90
    while not condition() and time.monotonic() < end:
        time.sleep(0.5)
    return condition()


def upload(session: LocalSession, prefix: str) -> None:
    s3: Any = session.client("s3")
    bucket = next(one["Name"] for one in s3.list_buckets()["Buckets"] if "uploadsbucket" in one["Name"])
    for number in range(IMAGES):
        s3.upload_file(str(SAMPLES / "living-room.jpg"), bucket, f"{prefix}/{number}.jpg")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGKILL])
def test_images_being_processed_are_completed_after_a_restart(
    tmp_path: Path, ended_by: signal.Signals
) -> None:
    port = free_port()
    session = LocalSession(f"http://127.0.0.1:{port}")
    with running(tmp_path, port) as process:
        upload(session, "first")
        assert eventually(lambda: "PROCESSING" in records(session))
        os.kill(process.pid, ended_by)
    with running(tmp_path, port):
        assert eventually(lambda: records(session) == ["COMPLETED"] * IMAGES)


@pytest.mark.timeout(400)
def test_a_parameter_that_switches_resources_counts_after_a_restart(tmp_path: Path) -> None:
    """The emulator's change sets compare properties, and do not see that a condition holds."""
    port = free_port()
    session = LocalSession(f"http://127.0.0.1:{port}")

    def has_backfill() -> bool:
        machines = session.client("stepfunctions").list_state_machines()["stateMachines"]
        return any("backfill" in one["name"].lower() for one in machines)

    found = []
    for options in ((), ("--parameter", "Backfill=on"), ()):
        with running(tmp_path, port, *options):
            found.append(has_backfill())
    assert found == [False, True, False]
