"""Start and stop the emulator as a child process that cannot outlive this one.

The child leads a process group of its own, so Ctrl-C reaches only us and the order of stopping is ours. It holds the
reading end of a pipe whose writing end is here: when we end, however we end, the pipe closes and the child ends itself
and the functions' processes. Stopping is therefore closing that pipe, then seeing to it that nothing is left.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.errors import EmulatorFailed
from cli.local.launcher import WARM
from cli.local.ports import HOST, check_port, free_port, health
from cli.local.session import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from cli.local.signals import undisturbed

DEFAULT_PORT = 4566
PROJECT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 5.0
LOG_LINES_SHOWN = 15

# All that the child sees of our environment: what it does not know cannot change how a function behaves.
_INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LAMBDA_PARALLEL",
)  # fmt: skip


class Emulator:
    """The emulator on ``port`` of this machine (0: any free one), with its files under ``directory``.

    ``enforce_iam``: requests need the permissions that they would need on AWS. As a context manager it is started and
    healthy inside and gone afterwards. Raises PortTaken and EmulatorFailed.
    """

    launcher = "cli.local.launcher"

    def __init__(self, directory: Path, port: int = DEFAULT_PORT, *, enforce_iam: bool = True) -> None:
        self.port = port or free_port()
        self.log = directory / f"emulator-{self.port}.log"
        self._temporary = directory / "tmp" / str(self.port)
        self._enforce_iam = enforce_iam
        self._process: subprocess.Popen[str] | None = None

    @property
    def endpoint_url(self) -> str:
        """Where AWS is. An address, not a name: S3 clients then put the bucket into the path by themselves."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the child and return at once; ``wait_until_healthy`` waits for it."""
        check_port(self.port)
        shutil.rmtree(self._temporary, ignore_errors=True)  # of one that was killed: the port is ours now
        self._temporary.mkdir(parents=True)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.launcher],
                cwd=PROJECT,  # from where `cli` can be imported, installed or not
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )

    def wait_until_healthy(self) -> None:
        """Return when the emulator answers. Raises EmulatorFailed if it dies or takes longer than 30 seconds."""
        deadline = time.monotonic() + SECONDS_TO_START
        while health(self.endpoint_url) is None:
            self.check()
            if time.monotonic() > deadline:
                raise self._failure(f"does not answer after {SECONDS_TO_START:.0f} seconds")
            time.sleep(0.03)
        self.check()  # the answer must be our child's, not that of one which took the port a moment before it

    def check(self) -> None:
        """Raise EmulatorFailed if the emulator has died."""
        if self._process is None:
            raise EmulatorFailed("The emulator has not been started.")
        if (status := self._process.poll()) is not None:
            raise self._failure(f"ended by itself (exit status {status})")

    def wait(self) -> None:
        """Block for as long as the emulator runs, then raise EmulatorFailed. Ctrl-C ends the wait as usual."""
        while True:
            self.check()
            time.sleep(0.5)

    def warm(self) -> None:
        """Let the deployed functions start now, in the background, rather than at their first use."""
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{WARM}\n")
                self._process.stdin.flush()

    def stop(self) -> None:
        """End the emulator and every process of the functions. Does nothing when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        died = process.poll() is not None
        with undisturbed():
            _end(process)
            shutil.rmtree(self._temporary, ignore_errors=True)
            if not died:  # else the log says why
                self.log.unlink(missing_ok=True)
            with suppress(OSError):  # not empty: another emulator runs from this directory
                self._temporary.parent.rmdir()

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        own = {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": HOST,
            "AUTH": str(self._enforce_iam).lower(),
            "AWS_ENDPOINT_URL": self.endpoint_url,  # what the functions are told
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "MINISTACK_REGION": REGION,
            "LAMBDA_ACCOUNT_CONCURRENCY": "0",  # this would refuse calls; the launcher's gate lets them wait
            "IOT_MTLS_ENABLED": "0",  # opens a port of its own
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nowhere/docker.sock",  # it would sweep away another emulator's containers
            "PYTHONNOUSERSITE": "1",
            "TMPDIR": str(self._temporary.resolve()),
        }
        return inherited | own

    def _failure(self, what: str) -> EmulatorFailed:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        shown = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
        return EmulatorFailed(
            f"The emulator on port {self.port} {what}. The end of its log, {self.log}:\n{shown}"
        )


def _end(process: subprocess.Popen[str]) -> None:
    """Close the child's standard input, on which it ends everything; should it not, end its group by force."""
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    with suppress(ProcessLookupError, PermissionError):  # macOS: not permitted for a group of dead ones
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
