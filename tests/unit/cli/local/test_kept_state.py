"""The folder of --state: in use by one stack at a time, and refused if it cannot be continued."""

import json
import os
from pathlib import Path

import pytest

from renditions_cli.errors import ExitCode, StateUnusable, UsageError
from renditions_cli.local.kept_state import LOCK, KeptState
from renditions_cli.local.launcher import PINNED
from renditions_cli.local.snapshots import FILE, FORMAT, OBJECTS

HEADER = {"format": FORMAT, "ministack": PINNED, "complete": True}


def kept(folder: Path, header: object) -> Path:
    (folder / LOCK).touch()
    (folder / FILE).write_text(json.dumps(header) + "\n{}")
    return folder


def test_a_new_folder_is_created_for_this_user_only(tmp_path: Path) -> None:
    with KeptState(tmp_path / "new" / "state") as state:
        assert not state.interrupted
    assert (tmp_path / "new" / "state").stat().st_mode & 0o777 == 0o700


def test_a_second_stack_on_the_folder_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    with (
        KeptState(tmp_path),
        pytest.raises(
            StateUnusable, match=rf"in use by another local stack \(process {os.getpid()}\)\. Stop it"
        ),
        KeptState(tmp_path),
    ):
        pass
    with KeptState(tmp_path):
        pass


@pytest.mark.parametrize("complete, interrupted", [(True, False), (False, True)])
def test_it_is_known_whether_the_stack_was_killed(
    tmp_path: Path, *, complete: bool, interrupted: bool
) -> None:
    with KeptState(kept(tmp_path, HEADER | {"complete": complete})) as state:
        assert state.interrupted is interrupted


@pytest.mark.parametrize(
    "header, message",
    [
        (
            HEADER | {"ministack": "1.4.0"},
            rf"was written by ministack 1\.4\.0, but {PINNED} is installed\. Use",
        ),
        (HEADER | {"format": 99}, "damaged, or from another version of Renditions"),
        ([], "damaged"),
    ],
)
def test_a_state_of_another_version_is_refused(tmp_path: Path, header: object, message: str) -> None:
    kept(tmp_path, header)
    with pytest.raises(StateUnusable, match=message) as refused, KeptState(tmp_path):
        pass
    assert refused.value.exit_code == ExitCode.STACK
    with KeptState(kept(tmp_path, HEADER)):  # it does not stay in use
        pass


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    for path in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(UsageError, match="is not the state of a local stack"), KeptState(path):
            pass


def test_what_an_unfinished_first_start_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    (tmp_path / OBJECTS).mkdir()
    with KeptState(tmp_path):
        assert not (tmp_path / OBJECTS).exists()


def test_bytes_without_a_name_are_removed(tmp_path: Path) -> None:
    folder = kept(tmp_path, HEADER) / OBJECTS / "000000000000" / "bucket" / ".ministack-keys"
    folder.mkdir(parents=True)
    for name in ("a", "a.meta.json", "b"):
        (folder / name).touch()
    with KeptState(tmp_path):
        assert sorted(path.name for path in folder.iterdir()) == ["a", "a.meta.json"]
