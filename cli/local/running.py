"""The note about the running local stack, by which other commands find it: .local/stack.json."""

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
    """A local stack: where it is, with which credentials, its outputs, and the process that keeps it (``pid``)."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str
    stack_name: str
    outputs: Mapping[str, str]
    pid: int

    def session(self) -> LocalSession:
        """A boto3 session for this stack."""
        return LocalSession(self.endpoint_url, self.region)

    def write(self, directory: Path) -> None:
        """Leave the note in ``directory``, readable by this user only, whole or not at all."""
        unfinished = directory / f"{NOTE}.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n")
        unfinished.replace(directory / NOTE)

    def remove(self, directory: Path) -> None:
        """Remove the note, unless it is another stack's by now."""
        if _read(directory) == self:
            (directory / NOTE).unlink()


def find_running(directory: Path) -> RunningStack | None:
    """The stack that runs from ``directory``; None when there is none, or its process died and left the note."""
    found = _read(directory)
    return found if found and _is_alive(found.pid) else None


def _read(directory: Path) -> RunningStack | None:
    with suppress(OSError, ValueError, TypeError):  # absent, cut off, or of another version
        fields: dict[str, Any] = json.loads((directory / NOTE).read_text())
        return RunningStack(**fields)
    return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, another user's
        return True
    return True
