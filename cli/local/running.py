"""The file .local/stack.json, by which other commands find the running local stack."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli.local.session import LocalSession

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
        """Write the file in ``directory`` atomically, readable by this user only."""
        unfinished = directory / f"{NOTE}.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        unfinished.replace(directory / NOTE)

    def remove(self, directory: Path) -> None:
        """Remove the file, unless it now belongs to another stack."""
        if _read(directory) == self:
            (directory / NOTE).unlink()


def find_running(directory: Path) -> RunningStack | None:
    """Return the stack that runs from ``directory``; None if there is none, or if its process was killed."""
    found = _read(directory)
    return found if found and _is_alive(found.pid) else None


def _read(directory: Path) -> RunningStack | None:
    with suppress(OSError, ValueError, TypeError):  # missing, incomplete, or of another version
        fields: dict[str, Any] = json.loads((directory / NOTE).read_text())
        return RunningStack(**fields)
    return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, but of another user
        return True
    return True
