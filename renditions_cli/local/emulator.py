"""Start and stop the emulator as a child process that cannot outlive this process.

The child has its own process group, so Ctrl-C reaches only the parent, which stops things in the right order. The
child's standard input is a pipe from the parent. However the parent ends, the pipe closes, and the child then ends
itself and the processes of the functions. To stop the emulator, the parent closes the pipe and kills what remains.
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

from renditions_cli.errors import EmulatorFailed
from renditions_cli.local.kept_state import SECONDS_TO_SAVE, KeptState
from renditions_cli.local.launcher import WARM
from renditions_cli.local.ports import HOST, check_port, free_port, health
from renditions_cli.local.session import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from renditions_cli.local.signals import signals_ignored

DEFAULT_PORT = 4566
PROJECT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 5.0
LOG_LINES_SHOWN = 15

# The only environment variables that the child inherits: no other one can change how a function behaves.
_INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LAMBDA_PARALLEL",
)  # fmt: skip


class Emulator:
    """The emulator on ``port`` of this machine (0: any free port), with its files under ``directory``.

    ``enforce_iam``: requests need the same permissions as on AWS. ``state``: where it keeps its state, already opened;
    otherwise nothing remains. ``listen``: the address of this machine on which it listens. As a context manager it
    starts the emulator, waits until it is healthy, and stops it at the end. Raises PortTaken and EmulatorFailed.
    """

    launcher = "renditions_cli.local.launcher"

    def __init__(
        self,
        directory: Path,
        port: int = DEFAULT_PORT,
        *,
        enforce_iam: bool = True,
        state: KeptState | None = None,
        listen: str = HOST,
    ) -> None:
        self.port = port or free_port()
        self.log = directory / f"emulator-{self.port}.log"
        self._temporary = directory / "tmp" / str(self.port)
        self._enforce_iam = enforce_iam
        self._state = state
        self._listen = listen
        self._process: subprocess.Popen[str] | None = None

    @property
    def endpoint_url(self) -> str:
        """The endpoint. An IP address, not a host name, so that S3 clients put the bucket into the path."""
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
        """Start the child process and return at once; ``wait_until_healthy`` waits for it."""
        check_port(self.port)
        shutil.rmtree(self._temporary, ignore_errors=True)  # left by a killed emulator: the port is free now
        self._temporary.mkdir(parents=True)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.launcher],
                cwd=PROJECT,  # `renditions_cli` can be imported from there, installed or not
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self._state.inherited() if self._state else (),
                text=True,
            )

    def wait_until_healthy(self) -> None:
        """Wait until the emulator responds. Raises EmulatorFailed if it exits or takes longer than 30 seconds."""
        deadline = time.monotonic() + SECONDS_TO_START
        while health(self.endpoint_url) is None:
            self.check()
            if time.monotonic() > deadline:
                raise self._failure(f"did not respond within {SECONDS_TO_START:.0f} seconds")
            time.sleep(0.03)
        self.check()  # the response must come from our child, not from another process that took the port first

    def check(self) -> None:
        """Raise EmulatorFailed if the emulator has exited."""
        if self._process is None:
            raise EmulatorFailed("The emulator is not running.")
        if (status := self._process.poll()) is not None:
            raise self._failure(f"exited unexpectedly (exit status {status})")

    def wait(self) -> None:
        """Block while the emulator runs, then raise EmulatorFailed. Ctrl-C ends the wait as usual."""
        while True:
            self.check()
            time.sleep(0.5)

    def warm(self) -> None:
        """Start the deployed functions in the background now, instead of at their first use."""
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(f"{WARM}\n")
                self._process.stdin.flush()

    def stop(self) -> None:
        """Stop the emulator and every process of the functions. Does nothing if it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        died = process.poll() is not None
        with signals_ignored():
            _shut_down(process, SECONDS_TO_SAVE if self._state else SECONDS_TO_STOP)
            shutil.rmtree(self._temporary, ignore_errors=True)
            if not died:  # otherwise the log says why
                self.log.unlink(missing_ok=True)
            with suppress(OSError):  # not empty: another emulator uses this directory
                self._temporary.parent.rmdir()

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        own = {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": self._listen,
            "AUTH": str(self._enforce_iam).lower(),
            "AWS_ENDPOINT_URL": self.endpoint_url,  # for the functions
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "MINISTACK_REGION": REGION,
            "LAMBDA_ACCOUNT_CONCURRENCY": "0",  # a limit would reject calls; the launcher's gate makes them wait
            "IOT_MTLS_ENABLED": "0",  # it would open another port
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nowhere/docker.sock",  # otherwise it removes the containers of other emulators
            "PYTHONNOUSERSITE": "1",
            "TMPDIR": str(self._temporary.resolve()),
        }
        return inherited | own | (self._state.environment() if self._state else {})

    def _failure(self, what: str) -> EmulatorFailed:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        shown = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
        return EmulatorFailed(
            f"The emulator on port {self.port} {what}. The last lines of its log, {self.log}:\n{shown}"
        )


def _shut_down(process: subprocess.Popen[str], seconds: float) -> None:
    """Close the child's standard input, so that it ends everything; if it does not, kill its process group."""
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with suppress(ProcessLookupError, PermissionError):  # macOS: not permitted if the whole group has exited
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
