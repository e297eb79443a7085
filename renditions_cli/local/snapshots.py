"""An addition to ministack for `renditions up --state DIR`: what it holds in memory is saved, and is there again.

ministack writes the bytes of objects at once, and everything else only when it ends properly, one file for each
service. So a kill would lose everything, and one between two files would leave services that contradict each other.
Here all services are in one file, which is replaced every few seconds while something happens, and at the end.
"""

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

# ruff: noqa: SLF001 - this module patches private names of ministack

APP_NAMES = (
    "app",
    "_build_persistence_save_dict",
    "_get_module",
    "_load_persisted_state",
    "_state_map",
    "save_all",
)
PERSISTENCE_NAMES = ("_json_default", "_json_object_hook")
S3_NAMES = ("DATA_DIR", "S3_PERSIST", "_encoded_key_name", "_load_persisted_data", "_plain_path_key")
LAMBDA_NAMES = ("_prune_orphan_code_blobs",)
STEP_FUNCTIONS_NAMES = ("_run_execution",)

FORMAT = 1
# The emulator's process gets the folder in this variable. In the folder:
FOLDER = "RENDITIONS_STATE"
FILE = "state.json"
OBJECTS = "objects"
SECRETS = "ministack"  # the code of functions, and the keys that sign tokens
SECONDS_BETWEEN = 2.0
# What a request started, such as an execution, may go on for a while without another request.
SECONDS_TO_SETTLE = 10.0
# A large state must not keep the machine busy: at most this share of the time goes into saving.
LARGEST_SHARE = 0.1
ATTEMPTS = 10
RUNNING = "RUNNING"


def prepare() -> Path | None:
    """Return the folder in which the state is kept, None if it is not. Must precede the import of ministack."""
    folder = os.environ.pop(FOLDER, None)
    if folder is None:
        return None
    os.environ |= {"PERSIST_STATE": "1", "STATE_DIR": str(Path(folder) / SECRETS)}
    return Path(folder)


def install(folder: Path, ministack: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Patch ministack to keep its state in ``folder``. Returns what to call after the deployment and at the end."""
    from ministack import app
    from ministack.core import persistence
    from ministack.services import lambda_svc, s3, stepfunctions

    del os.environ["PERSIST_STATE"]  # the functions would inherit it; Cognito is yet to read the other one
    snapshots = Snapshots(folder / FILE, ministack, app, persistence)
    snapshots.patch(lambda_svc)
    keep_objects(s3, folder / OBJECTS)

    def begin() -> None:
        snapshots.resume(stepfunctions)
        snapshots.start()

    return begin, partial(snapshots.save_or_say_why, complete=True)


class Snapshots:
    """Saves the state of ministack in ``file`` and restores it. Nothing is saved before ``start``.

    The first line of the file says which version of ministack wrote it, and whether that was at the end.
    """

    def __init__(self, file: Path, ministack: str, app: Any, persistence: Any) -> None:
        self._file = file
        self._ministack = ministack
        self._app = app
        self._persistence = persistence
        self._lock = threading.Lock()
        self._started = self._ended = False
        self._used = self._saved = 0.0
        self._blobs: Callable[[], None] = lambda: None
        self.interrupted: list[Any] = []

    def patch(self, functions: Any) -> None:
        """Patch ministack: its way of restoring and saving, and when it removes the code of earlier functions."""
        self._app._load_persisted_state = self.restore
        self._app.save_all = lambda _services: self.save(complete=True)
        self._app.app = self._noticing(self._app.app)
        prune = functions._prune_orphan_code_blobs
        functions._prune_orphan_code_blobs = lambda kept: setattr(self, "_blobs", lambda: prune(kept))

    def start(self) -> None:
        """Save now, and from now on whenever something has happened."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._keep_saving, daemon=True).start()

    def save(self, *, complete: bool = False) -> None:
        """Replace the file. ``complete``: nothing follows. Does nothing before ``start``."""
        if not self._started:
            return
        with self._lock:
            if self._ended and not complete:
                return  # the thread of ``start`` was about to save
            self._ended = complete
            self._saved = time.monotonic()
            header = {
                "format": FORMAT,
                "ministack": self._ministack,
                "saved": datetime.now(UTC).isoformat(timespec="seconds"),
                "complete": complete,
            }
            unfinished = self._file.with_suffix(".unfinished")
            with unfinished.open("w", encoding="utf-8") as file:
                file.write(json.dumps(header) + "\n")
                json.dump(self._services(), file, default=self._persistence._json_default)
            unfinished.replace(self._file)
            self._blobs()  # only now: until then the earlier file needed them

    def save_or_say_why(self, *, complete: bool = False) -> None:
        """Save, and go on if that fails, because of a full disk for example: the earlier file remains."""
        try:
            self.save(complete=complete)
        except Exception as error:  # noqa: BLE001 - see above
            print(f"The state could not be saved: {error!r}", file=sys.stderr)  # noqa: T201

    def restore(self) -> None:
        """Restore every service from the file, if there is one. Ends the process if that is not possible."""
        if not self._file.exists():
            return
        service = ""
        try:
            with self._file.open(encoding="utf-8") as file:
                file.readline()
                services = json.load(file, object_hook=self._persistence._json_object_hook)
            running = _running(services.get("stepfunctions", {}).get("executions"))
            for service, state in services.items():
                self._app._get_module(self._app._state_map[service]).load_persisted_state(state)
            self.interrupted = running
        except Exception as error:  # noqa: BLE001 - whatever is wrong: going on would save an incomplete state
            found = f"{service}: " if service else ""
            print(f"The state in {self._file} cannot be read: {found}{error!r}", file=sys.stderr)  # noqa: T201
            sys.stderr.flush()
            os._exit(1)

    def resume(self, step_functions: Any) -> None:
        """Run the executions that ran when the state was saved, from their first state: every state can be repeated."""
        interrupted, self.interrupted = self.interrupted, []
        for execution in interrupted:
            execution |= {"status": RUNNING, "stopDate": None, "error": None, "cause": None}
            del execution["events"][1:]
            threading.Thread(
                target=step_functions._run_execution, args=(execution["executionArn"],), daemon=True
            ).start()

    def _services(self) -> dict[str, Any]:
        """Return a copy of the state of each service. Requests go on meanwhile, so a copy may need more attempts."""
        return {
            name: state
            for name, read in self._app._build_persistence_save_dict().items()
            if (state := _copied(read)) is not None
        }

    def _keep_saving(self) -> None:
        while True:
            if self._used + SECONDS_TO_SETTLE >= self._saved:
                begun = time.thread_time()
                self.save_or_say_why()
                time.sleep((time.thread_time() - begun) / LARGEST_SHARE)
            time.sleep(SECONDS_BETWEEN)

    def _noticing(self, serve: Callable[..., Any]) -> Callable[..., Any]:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            if not scope.get("path", "").startswith("/_ministack/"):
                self._used = time.monotonic()
            await serve(scope, receive, send)

        return application


def keep_objects(s3: Any, folder: Path) -> None:
    """Let S3 of ministack keep its objects in ``folder``, and load those that are there."""
    # Digests, because some file systems ignore case and all limit the length of names.
    s3._plain_path_key = lambda _key: False
    s3._encoded_key_name = lambda key: hashlib.sha256(key.encode()).hexdigest()
    s3.DATA_DIR, s3.S3_PERSIST = str(folder), True
    s3._load_persisted_data()


def _running(executions: Any) -> list[Any]:
    found = executions.all_values() if executions is not None else ()
    return [one for one in found if one.get("status") == RUNNING and not one.get("sync")]


def _copied(read: Callable[[], Any]) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return read()
        except RuntimeError:  # a dictionary changed while it was copied
            if attempt == ATTEMPTS:
                raise
            time.sleep(0.02 * attempt)
    return None
