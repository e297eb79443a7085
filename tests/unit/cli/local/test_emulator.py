"""The emulator as a child process: it starts, reports problems, and never outlives its parent."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from renditions_cli.errors import EmulatorFailed, ExitCode, PortTaken
from renditions_cli.local import emulator as emulator_module
from renditions_cli.local.emulator import PROJECT, Emulator
from renditions_cli.local.ports import free_port, health
from renditions_cli.local.running import NOTE

STAY = """
import signal, sys
from pathlib import Path
from renditions_cli.local.stack import LocalStack
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell ignore it
here = Path(sys.argv[1])
with LocalStack(int(sys.argv[2]), template=here / "template.yaml", directory=here / "dot") as it:
    print("up", flush=True)
    it.wait()
"""


def processes_of(directory: Path) -> list[str]:
    """Return the processes whose environment or arguments name the folder of the emulator."""
    listed = subprocess.run(["ps", "-Aeww", "-o", "args"], capture_output=True, text=True, check=True)
    shown = subprocess.run(["ps", "axeww"], capture_output=True, text=True, check=True)
    lines = [*listed.stdout.splitlines(), *shown.stdout.splitlines()]
    return [line for line in lines if f"TMPDIR={directory.resolve()}" in line]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


def left_over(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.suffix != ".log"]


def test_it_responds_inside_the_block_and_nothing_remains_afterwards(tmp_path: Path) -> None:
    with Emulator(tmp_path, 0) as emulator:
        found = health(emulator.endpoint_url)
        assert found
        assert found["auth"] == "enabled"
        assert processes_of(tmp_path)
    assert health(emulator.endpoint_url) is None
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == [], "not even its log"


def test_it_listens_only_on_the_loopback_address(tmp_path: Path) -> None:
    with Emulator(tmp_path, 0) as emulator, socket.socket() as elsewhere:
        assert elsewhere.connect_ex(("127.0.0.2", emulator.port)) != 0


def test_a_port_in_use_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            PortTaken, match=rf"{port} is in use by another program.*--port {port + 1}"
        ) as refused:
            Emulator(tmp_path, port).start()
    assert refused.value.exit_code == ExitCode.STACK


def test_a_second_emulator_on_the_port_is_refused_and_the_first_continues(tmp_path: Path) -> None:
    with Emulator(tmp_path, 0) as first:
        with pytest.raises(PortTaken, match="in use by another local stack"), Emulator(tmp_path, first.port):
            pass
        assert health(first.endpoint_url)


def test_an_exit_at_start_is_reported_with_the_end_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator_module, "PROJECT", tmp_path)  # where `renditions_cli` cannot be imported
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(sys, "executable", "/bin/sh")
    with pytest.raises(
        EmulatorFailed,
        match=r"exited unexpectedly \(exit status [0-9]+\)(.|\n)*renditions_cli.local.launcher",
    ):
        Emulator(tmp_path, 0).__enter__()


def test_an_unexpected_exit_is_noticed(tmp_path: Path) -> None:
    with Emulator(tmp_path, 0) as emulator:
        emulator.check()
        assert emulator._process
        emulator._process.kill()
        with pytest.raises(EmulatorFailed, match="exited unexpectedly"):
            emulator.wait()
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name
)
def test_nothing_remains_however_the_command_ends(small_project: Path, number: signal.Signals) -> None:
    """Ctrl-C, kill, a closed terminal and kill -9, while processes of the functions run."""
    directory, port = small_project / "dot", free_port()
    command = [sys.executable, "-c", STAY, str(small_project), str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=PROJECT
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "up\n"
        assert eventually(lambda: any("awslambdaric" in line for line in processes_of(directory)))
        os.kill(child.pid, number)
    assert eventually(lambda: health(f"http://127.0.0.1:{port}") is None)
    assert eventually(lambda: not processes_of(directory))
    # After SIGKILL its file remains; readers see that the process is dead.
    notes = [NOTE] if number == signal.SIGKILL else []
    assert eventually(lambda: [name for name in left_over(directory) if name != "tmp"] == notes)
    assert eventually(lambda: not list((directory / "tmp").glob("*/*")))
