"""What the emulator holds in memory, saved and restored."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from renditions_cli.local.snapshots import FILE, FORMAT, Snapshots, keep_objects

ARN = "arn:aws:states:us-east-1:000000000000:execution:pipeline:one"


class Executions:
    """The executions of Step Functions, as ministack keeps them."""

    def __init__(self, *executions: dict[str, Any]) -> None:
        self.executions = executions

    def all_values(self) -> list[dict[str, Any]]:
        return list(self.executions)


class Services:
    """The part of ministack that saves and restores: two services."""

    def __init__(self) -> None:
        self.restored: dict[str, Any] = {}
        self._state_map = {"sqs": "sqs", "stepfunctions": "stepfunctions"}
        self.states: dict[str, Any] = {"sqs": lambda: {"queues": 1}, "stepfunctions": lambda: None}

    async def app(self, scope: Any, receive: Any, send: Any) -> None: ...

    def _build_persistence_save_dict(self) -> dict[str, Any]:
        return self.states

    def _get_module(self, name: str) -> Any:
        return SimpleNamespace(load_persisted_state=lambda state: self.restored.update({name: state}))


def snapshots(folder: Path, services: Services, hook: Any = None) -> Snapshots:
    persistence = SimpleNamespace(_json_default=str, _json_object_hook=hook)
    return Snapshots(folder / FILE, "1.0", services, persistence)


def saved(folder: Path, services: Services, *, complete: bool = True) -> Snapshots:
    """Save once, with a thread that has nothing more to do."""
    made = snapshots(folder, services)
    made._started = True
    made.save(complete=complete)
    return made


def test_what_was_saved_is_restored(tmp_path: Path) -> None:
    saved(tmp_path, Services())
    header = json.loads((tmp_path / FILE).read_text().splitlines()[0])
    assert (header["format"], header["ministack"], header["complete"]) == (FORMAT, "1.0", True)
    services = Services()
    snapshots(tmp_path, services).restore()
    assert services.restored == {"sqs": {"queues": 1}}, "and nothing of a service without state"


def test_the_thread_that_saves_does_not_undo_the_last_save(tmp_path: Path) -> None:
    saved(tmp_path, Services()).save()
    assert json.loads((tmp_path / FILE).read_text().splitlines()[0])["complete"] is True


def test_nothing_is_saved_before_the_stack_is_deployed(tmp_path: Path) -> None:
    snapshots(tmp_path, Services()).save(complete=True)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_earlier_one_and_its_code_of_functions(tmp_path: Path) -> None:
    services = Services()
    made = saved(tmp_path, services, complete=False)
    pruned: list[set[str]] = []
    functions = SimpleNamespace(_prune_orphan_code_blobs=pruned.append)
    made.patch(functions)
    earlier = (tmp_path / FILE).read_text()

    def fails() -> Any:
        functions._prune_orphan_code_blobs({"new"})
        raise OSError("disk full")

    services.states["sqs"] = fails
    with pytest.raises(OSError, match="disk full"):
        made.save()
    assert ((tmp_path / FILE).read_text(), pruned) == (earlier, [])
    services.states["sqs"] = lambda: {"queues": 2}
    made.save()
    assert pruned == [{"new"}]


def test_a_state_that_changes_while_it_is_copied_is_copied_again(tmp_path: Path) -> None:
    services, attempts = Services(), iter([RuntimeError("dictionary changed size"), {"queues": 3}])

    def read() -> Any:
        found = next(attempts)
        if isinstance(found, RuntimeError):
            raise found
        return found

    services.states["sqs"] = read
    saved(tmp_path, services)
    assert json.loads((tmp_path / FILE).read_text().splitlines()[1]) == {"sqs": {"queues": 3}}


def test_a_running_execution_starts_again_and_an_ended_one_does_not(tmp_path: Path) -> None:
    running: dict[str, Any] = {"executionArn": ARN, "status": "RUNNING", "events": [{"id": 1}, {"id": 2}]}
    ended = {"executionArn": "ended", "status": "FAILED", "events": [{"id": 1}, {"id": 2}]}
    services = Services()
    services.states["stepfunctions"] = lambda: {"executions": {"marker": True}}
    saved(tmp_path, services)

    def hook(found: Any) -> Any:
        return Executions(running, ended) if found.get("marker") else found

    made = snapshots(tmp_path, services, hook)
    started: list[str] = []
    made.restore()
    running |= {
        "status": "FAILED",
        "stopDate": "now",
        "error": "States.ServiceRestart",
    }  # as ministack restores it
    made.resume(SimpleNamespace(_run_execution=started.append))
    made.resume(SimpleNamespace(_run_execution=started.append))
    assert started == [ARN], "once"
    assert (running["status"], running["stopDate"], running["events"]) == ("RUNNING", None, [{"id": 1}])
    assert ended["events"] == [{"id": 1}, {"id": 2}]


def test_a_state_that_cannot_be_read_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"format": 1}\n{"sqs": ')
    program = (
        "import sys; from pathlib import Path; from types import SimpleNamespace as N\n"
        "from renditions_cli.local.snapshots import Snapshots\n"
        "Snapshots(Path(sys.argv[1]), '1.0', N(), N(_json_object_hook=None)).restore()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / FILE)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert f"The state in {tmp_path / FILE} cannot be read" in ended.stderr


def test_keys_that_differ_in_case_have_files_of_their_own(tmp_path: Path) -> None:
    loaded: list[str] = []
    s3: Any = SimpleNamespace(_load_persisted_data=lambda: loaded.append(s3.DATA_DIR))
    keep_objects(s3, tmp_path)
    names = {s3._encoded_key_name(key).lower() for key in ("a.jpg", "A.jpg", "a.jpg.tmp", "x" * 1024)}
    assert (len(names), max(map(len, names)), s3._plain_path_key("a.jpg")) == (4, 64, False)
    assert loaded == [str(tmp_path)]
