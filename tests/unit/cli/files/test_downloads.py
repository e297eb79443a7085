"""Downloading renditions into the output folders."""

from pathlib import Path

import pytest

from cli.aws.sdk_errors import readable_aws_errors
from cli.aws.stack import Stack
from cli.errors import StackError
from cli.files.downloads import download
from renditions.contracts import Rendition


def renditions(stack: Stack, original: str, *names: str) -> dict[str, list[Rendition]]:
    bucket = stack.outputs.renditions_bucket
    return {
        original: [
            Rendition(name, bucket, f"{original}/01/{name}.webp", 1, 1, 1, "image/webp", "") for name in names
        ]
    }


def put(stack: Stack, key: str, data: bytes) -> None:
    stack.s3().put_object(Bucket=stack.outputs.renditions_bucket, Key=key, Body=data)


def test_each_rendition_is_written_to_the_folder_of_its_original(stack: Stack, tmp_path: Path) -> None:
    put(stack, "b/a.jpg/01/medium.webp", b"medium")
    files = download(stack.s3(), renditions(stack, "b/a.jpg", "medium"), tmp_path)
    assert files == {"b/a.jpg": {"medium": tmp_path / "b/a.jpg/medium.webp"}}
    assert (tmp_path / "b/a.jpg/medium.webp").read_bytes() == b"medium"


def test_a_file_of_an_earlier_run_in_another_format_is_replaced(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    (tmp_path / "a.jpg/medium.jpg").write_bytes(b"earlier")
    (tmp_path / "a.jpg/mine.txt").write_bytes(b"mine")
    put(stack, "a.jpg/01/medium.webp", b"medium")
    download(stack.s3(), renditions(stack, "a.jpg", "medium"), tmp_path)
    assert sorted(path.name for path in (tmp_path / "a.jpg").iterdir()) == ["medium.webp", "mine.txt"]


def test_a_missing_rendition_is_reported_in_a_sentence(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"GetObject failed: .*key does not exist"), readable_aws_errors():
        download(stack.s3(), renditions(stack, "a.jpg", "medium"), tmp_path)
