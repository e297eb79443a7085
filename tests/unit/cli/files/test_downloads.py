"""Bringing the renditions into a folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.aws.outcomes import Outcome
from cli.aws.stack import Stack
from cli.errors import StackError, UsageError
from cli.files.downloads import download
from cli.files.folders import prepare_folder
from cli.files.originals import Original
from renditions.contracts import Rendition
from tests.unit.cli.example_outcomes import RECORD


def outcome(stack: Stack, name: str, *names: str) -> Outcome:
    made = stack.outputs.renditions_bucket
    renditions = tuple(
        Rendition(one, made, f"{name}/01/{one}.webp", 1, 1, 1, "image/webp", "") for one in names
    )
    record = replace(RECORD, renditions=renditions)
    return Outcome(Original(Path(name), name, 1), f"s3://in/{name}", "COMPLETED", 0, 1, "", record)


def put(stack: Stack, key: str, data: bytes) -> None:
    stack.s3().put_object(Bucket=stack.outputs.renditions_bucket, Key=key, Body=data)


def test_each_rendition_comes_into_the_folder_of_its_original(stack: Stack, tmp_path: Path) -> None:
    put(stack, "b/a.jpg/01/medium.webp", b"medium")
    files = download(stack.s3(), [outcome(stack, "b/a.jpg", "medium")], tmp_path)
    assert files == {"b/a.jpg": {"medium": tmp_path / "b/a.jpg/medium.webp"}}
    assert (tmp_path / "b/a.jpg/medium.webp").read_bytes() == b"medium"


def test_what_an_earlier_run_made_in_another_format_is_replaced(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    (tmp_path / "a.jpg/medium.jpg").write_bytes(b"earlier")
    (tmp_path / "a.jpg/mine.txt").write_bytes(b"mine")
    put(stack, "a.jpg/01/medium.webp", b"medium")
    download(stack.s3(), [outcome(stack, "a.jpg", "medium")], tmp_path)
    assert sorted(path.name for path in (tmp_path / "a.jpg").iterdir()) == ["medium.webp", "mine.txt"]


def test_a_rendition_that_is_gone_is_a_sentence(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"AWS refused GetObject: .*key does not exist"):
        download(stack.s3(), [outcome(stack, "a.jpg", "medium")], tmp_path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be made: Not a directory"):
        prepare_folder(tmp_path / "file/out", [])
