"""Downloading renditions into the output folders."""

from dataclasses import replace
from pathlib import Path

from botocore.exceptions import ClientError

from renditions.contracts import Rendition
from renditions_cli.aws.sdk_errors import response_error
from renditions_cli.aws.stack import Stack
from renditions_cli.files.downloads import download


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
    files, refused = download(stack.s3(), renditions(stack, "b/a.jpg", "medium"), tmp_path, ClientError)
    assert not refused
    assert files == {"b/a.jpg": {"medium": tmp_path / "b/a.jpg/medium.webp"}}
    assert (tmp_path / "b/a.jpg/medium.webp").read_bytes() == b"medium"


def test_every_page_is_written_beside_the_first(stack: Stack, tmp_path: Path) -> None:
    for name in ("large", "large-p0002", "large-p0004"):
        put(stack, f"a.tif/01/{name}.webp", name.encode())
    [made] = renditions(stack, "a.tif", "large")["a.tif"]
    files, _ = download(stack.s3(), {"a.tif": [replace(made, pages="2,4")]}, tmp_path, ClientError)
    assert files == {"a.tif": {"large": tmp_path / "a.tif/large.webp"}}
    assert {path.stem: path.read_text() for path in (tmp_path / "a.tif").iterdir()} == {
        name: name for name in ("large", "large-p0002", "large-p0004")
    }


def test_a_file_of_an_earlier_run_in_another_format_is_replaced(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    (tmp_path / "a.jpg/medium.jpg").write_bytes(b"earlier")
    (tmp_path / "a.jpg/mine.txt").write_bytes(b"mine")
    put(stack, "a.jpg/01/medium.webp", b"medium")
    download(stack.s3(), renditions(stack, "a.jpg", "medium"), tmp_path, ClientError)
    assert sorted(path.name for path in (tmp_path / "a.jpg").iterdir()) == ["medium.webp", "mine.txt"]


def test_a_rendition_that_cannot_be_read_does_not_stop_the_others(stack: Stack, tmp_path: Path) -> None:
    put(stack, "b.jpg/01/medium.webp", b"medium")
    wanted = renditions(stack, "a.jpg", "medium") | renditions(stack, "b.jpg", "medium")
    files, refused = download(stack.s3(), wanted, tmp_path, ClientError)
    assert list(files) == ["b.jpg"]
    assert "key does not exist" in response_error(refused["a.jpg"])
