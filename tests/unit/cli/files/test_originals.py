"""Which files a command works on, and their names."""

import os
from pathlib import Path

import pytest

from cli.errors import UsageError
from cli.files.originals import find_originals, refuse_long_keys, samples


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(*arguments: Path) -> list[str]:
    return [original.name for original in find_originals(arguments)]


def test_the_name_of_a_file_in_a_folder_begins_with_the_folder(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg", tmp_path / "holiday/beach/1.jpg")
    assert names(tmp_path / "a.jpg", tmp_path / "holiday") == ["a.jpg", "holiday/beach/1.jpg"]


def test_files_with_the_same_name_in_different_folders_do_not_collide(tmp_path: Path) -> None:
    touch(tmp_path / "one/a.jpg", tmp_path / "two/a.jpg", tmp_path / "b.jpg")
    found = names(tmp_path / "one/a.jpg", tmp_path / "two/a.jpg", tmp_path / "b.jpg")
    assert found == ["one/a.jpg", "two/a.jpg", "b.jpg"]


def test_names_that_differ_only_in_case_do_not_collide(tmp_path: Path) -> None:
    touch(tmp_path / "one/A.JPG", tmp_path / "two/a.jpg")
    assert names(tmp_path / "one/A.JPG", tmp_path / "two/a.jpg") == ["one/A.JPG", "two/a.jpg"]


def test_folders_with_the_same_name_are_prefixed_with_their_parents(tmp_path: Path) -> None:
    touch(tmp_path / "x/photos/a.jpg", tmp_path / "y/photos/a.jpg")
    assert names(tmp_path / "x/photos", tmp_path / "y/photos") == ["x/photos/a.jpg", "y/photos/a.jpg"]


def test_a_file_named_twice_is_one_image(tmp_path: Path) -> None:
    touch(tmp_path / "photos/a.jpg")
    assert names(tmp_path / "photos/a.jpg", tmp_path / "photos/../photos/a.jpg", tmp_path / "photos") == [
        "a.jpg"
    ]


def test_hidden_files_in_folders_are_skipped(tmp_path: Path) -> None:
    touch(tmp_path / "photos/.DS_Store", tmp_path / "photos/.cache/b.jpg", tmp_path / "photos/a.jpg")
    assert names(tmp_path / "photos") == ["photos/a.jpg"]


def test_a_link_keeps_its_own_name(tmp_path: Path) -> None:
    touch(tmp_path / "store/8f14e45f")
    (tmp_path / "cat.jpg").symlink_to(tmp_path / "store/8f14e45f")
    assert names(tmp_path / "cat.jpg") == ["cat.jpg"]


def test_a_name_that_is_not_utf_8_becomes_a_key(tmp_path: Path) -> None:
    path, other = (tmp_path / os.fsdecode(name) for name in (b"caf\xe9.jpg", b"caf\xe8.jpg"))
    touch(path, other)
    assert names(path, other) == ["caf\\xe9.jpg", "caf\\xe8.jpg"]


def test_all_missing_files_are_reported_at_once(tmp_path: Path) -> None:
    touch(tmp_path / "here.jpg")
    with pytest.raises(UsageError, match=r"one\.jpg, .*two\.jpg"):
        find_originals([tmp_path / "one.jpg", tmp_path / "here.jpg", tmp_path / "two.jpg"])


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No files in"):
        find_originals([tmp_path])


def test_a_key_longer_than_s3_allows_is_refused_before_any_upload(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    with pytest.raises(UsageError, match="1030 bytes"):
        refuse_long_keys(find_originals([tmp_path / "a.jpg"]), prefix="é" * 512 + "x")


def test_the_samples_exist_and_are_small_enough_to_ship() -> None:
    found = samples()
    assert len(found) >= 6
    assert sum(original.bytes for original in found) < 4_000_000
