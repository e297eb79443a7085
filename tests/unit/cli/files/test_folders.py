"""The output folders."""

from pathlib import Path

import pytest

from renditions_cli.errors import UsageError
from renditions_cli.files.folders import prepare_folder


def test_a_folder_that_cannot_be_created_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match=r"Cannot create the folder .*: Not a directory"):
        prepare_folder(tmp_path / "file/out", [])
