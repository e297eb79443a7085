"""The contestants, and how they are started and asked for a rendition."""

import json
import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
OURS, FLOOR = "renditions", "floor"
# What template.yaml sets for the functions.
FUNCTION_ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_TOP_PAD_": "67108864",
}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A name and the command that starts its server. ``environment`` is added to the current one.

    ``reads``: the extensions of originals that it can read; empty: all.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One rendition to be made. ``mark`` is the image of a watermark, for the peers, or empty."""

    file: str
    name: str
    size: int
    format: str
    mark: str
    out: str


def contestants(scratch: Path) -> dict[str, Contestant]:
    """Return all contestants that are installed, by name, ours first."""
    ours = str(ROOT / ".venv/bin/python")
    found = [Contestant(OURS, (ours, "-m", "benchmarks.peers.renditions_imaging"), FUNCTION_ENVIRONMENT)]
    if (scratch / "node_modules/sharp").exists():
        modules = {"NODE_PATH": str(scratch / "node_modules")}
        found.append(Contestant("sharp", ("node", str(PEERS / "sharp.cjs")), modules))
    for name, module, place in (("pyvips", "libvips", "venv"), ("thumbor", "thumbor_engine", "thumbor")):
        if any((scratch / place / "lib").glob(f"python3*/site-packages/{name}")):
            command = (str(scratch / place / "bin/python"), "-m", f"benchmarks.peers.{module}")
            found.append(Contestant(name, command, reads=(".jpg",) if name == "thumbor" else ()))
    found.append(Contestant("plain Pillow", (ours, "-m", "benchmarks.peers.plain_pillow")))
    found.append(Contestant(FLOOR, (ours, "-m", "benchmarks.peers.floor"), FUNCTION_ENVIRONMENT, (".jpg",)))
    return {one.name: one for one in found}


class Server:
    """The process of a contestant. End it with ``stop``."""

    def __init__(self, contestant: Contestant) -> None:
        self._process = subprocess.Popen(
            contestant.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", "VIPS_CONCURRENCY": "1"}
            | dict(contestant.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, request: Request) -> dict[str, Any]:
        """Return CPU seconds and bytes of one rendition. Raises EOFError if the process has ended."""
        if self._process.stdin is None or self._process.stdout is None:
            raise EOFError
        print(json.dumps(asdict(request)), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"{self._process.args!r} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def peak(self) -> float:
        """Return the peak memory of the process in MB."""
        # Not getrusage(): its peak includes the process before it became this program.
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1000

    def stop(self) -> None:
        """End the process."""
        with suppress(BrokenPipeError):  # it died with a request in the pipe
            self._process.communicate()
