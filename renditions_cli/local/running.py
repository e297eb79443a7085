"""The files in .local by which other commands find the running local stack.

The first stack writes stack.json. While it runs, a second one on another port writes stack-PORT.json and does not take
the first one's place.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from renditions_cli.local.session import LocalSession

NOTE = "stack.json"


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A local stack: its endpoint, credentials and outputs, and the process that runs it (``pid``)."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str
    stack_name: str
    outputs: Mapping[str, str]
    pid: int

    def session(self) -> LocalSession:
        """Return a boto3 session for this stack."""
        return LocalSession(self.endpoint_url, self.region)

    def write(self, directory: Path) -> None:
        """Write a file in ``directory`` atomically, readable by this user only."""
        name = f"stack-{self.port}.json" if find_running(directory) else NOTE
        unfinished = directory / f"{NOTE}.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        unfinished.replace(directory / name)

    def remove(self, directory: Path) -> None:
        """Remove the file, unless it now belongs to another stack."""
        for path in _files(directory):
            if _read(path) == self:
                path.unlink()

    @property
    def port(self) -> str:
        """The port of the endpoint."""
        return self.endpoint_url.rpartition(":")[2]


def find_running(directory: Path) -> RunningStack | None:
    """Return the stack that runs from ``directory``, the first of several; None if there is none.

    Files of processes that were killed do not count.
    """
    stacks = (_read(path) for path in _files(directory))
    return next((stack for stack in stacks if stack and is_alive(stack.pid)), None)


def _files(directory: Path) -> Iterator[Path]:
    """Yield the file of the first stack, then those of the others, the oldest first."""
    yield directory / NOTE
    with suppress(OSError):  # one of them has just been removed
        yield from sorted(directory.glob("stack-*.json"), key=lambda path: path.stat().st_mtime)


def _read(path: Path) -> RunningStack | None:
    with suppress(OSError, ValueError, TypeError):  # missing, incomplete, or of another version
        fields: dict[str, Any] = json.loads(path.read_text())
        return RunningStack(**fields)
    return None


def is_alive(pid: int) -> bool:
    """Return whether there is a process with this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, but of another user
        return True
    return True
