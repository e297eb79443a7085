"""The folder in which a local stack keeps its state: used by one stack at a time, and checked before it is read."""

import fcntl
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from renditions_cli.errors import StateUnusable, UsageError
from renditions_cli.local.launcher import PINNED
from renditions_cli.local.running import is_alive
from renditions_cli.local.snapshots import FILE, FOLDER, FORMAT, OBJECTS

LOCK = "lock"
SECONDS_TO_SAVE = 60.0  # how long an emulator may take to end, because it saves first


class KeptState:
    """The state in ``folder``, which is created if it does not exist.

    As a context manager it keeps other stacks away from the folder. ``interrupted`` then says whether the stack was
    killed, so that the last seconds are missing. Raises UsageError and StateUnusable.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.interrupted = False
        self._lock = -1

    def __enter__(self) -> Self:
        self._create()
        self._lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take()
            self._check()
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def environment(self) -> dict[str, str]:
        """Return the environment variable by which the emulator finds the folder."""
        return {FOLDER: str(self.folder)}

    def inherited(self) -> tuple[int, ...]:
        """Return the file that the emulator must inherit: the folder is in use until both processes have ended."""
        return (self._lock,)

    def _create(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            names = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else {""}
            if names and LOCK not in names:
                raise UsageError(
                    f"{self.folder} is not the state of a local stack. Choose a new or empty folder for --state."
                ) from None

    def _take(self) -> None:
        """Take the lock. A killed stack has it until its emulator has saved, so wait for that."""
        deadline = time.monotonic() + SECONDS_TO_SAVE
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            owner = os.pread(self._lock, 20, 0).decode()
            if time.monotonic() > deadline or (owner and is_alive(int(owner))):
                raise StateUnusable(
                    f"{self.folder} is in use by another local stack (process {owner}). "
                    "Stop it, or choose another folder for --state."
                )
            time.sleep(0.1)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _check(self) -> None:
        file = self.folder / FILE
        if not file.exists():  # the first deployment has not succeeded yet
            shutil.rmtree(self.folder / OBJECTS, ignore_errors=True)
            return
        header = _header(file)
        if header is None or header.get("format") != FORMAT:
            raise StateUnusable(
                f"{file} is damaged, or from another version of Renditions. "
                "Restore it from a copy, or choose another folder for --state."
            )
        if header.get("ministack") != PINNED:
            raise StateUnusable(
                f"{file} was written by ministack {header.get('ministack')}, but {PINNED} is installed. "
                "Use the version of Renditions that wrote it, or choose another folder for --state."
            )
        self.interrupted = not header.get("complete")
        self._remove_unfinished_objects()

    def _remove_unfinished_objects(self) -> None:
        """Remove the bytes of a new object whose name had not been written when the stack was killed."""
        for path in (self.folder / OBJECTS).glob("*/*/.ministack-keys/*"):
            if not path.suffix and not path.with_name(f"{path.name}.meta.json").exists():
                path.unlink()


def _header(file: Path) -> dict[str, Any] | None:
    with suppress(ValueError), file.open(encoding="utf-8") as lines:
        found = json.loads(lines.readline(10_000))
        return found if isinstance(found, dict) else None
    return None
