"""Which files a command works on, and their names."""

import os
from pathlib import Path

import pytest

from renditions_cli.errors import UsageError
from renditions_cli.files.originals import all_originals, find_originals, refuse_long_keys, samples


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names(*arguments: Path) -> list[str]:
    return [original.name for original in find_originals(arguments)]


def test_the_name_of_a_file_in_a_folder_begins_with_the_folder(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg", tmp_path / "holiday/beach/1.jpg")
    assert names(tmp_path / "a.jpg", tmp_path / "holiday") == ["a.jpg", "holiday/beach/1.jpg"]


@pytest.mark.parametrize(
    "arguments", [("one/a.jpg", "two/a.jpg", "b.jpg"), ("one/x", "two/x")], ids=["files", "folders"]
)
def test_two_files_with_the_same_key_are_refused_by_name(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A longer key would tell where the files are on this machine; the same key would lose one of them."""
    for folder in ("one", "two"):
        touch(tmp_path / folder / "a.jpg", tmp_path / folder / "x/a.jpg", tmp_path / "b.jpg")
    with pytest.raises(UsageError, match=r"one/.*a\.jpg and .*two/.*a\.jpg.*--prefix"):
        find_originals([tmp_path / one for one in arguments])


def test_names_that_differ_only_in_case_are_different_keys(tmp_path: Path) -> None:
    touch(tmp_path / "album/IMG_1.JPG", tmp_path / "album/img_1.jpg", tmp_path / "album/other.jpg")
    assert names(tmp_path / "album") == ["album/IMG_1.JPG", "album/img_1.jpg", "album/other.jpg"]


def test_each_file_has_a_folder_of_its_own_on_a_disk_that_ignores_case(tmp_path: Path) -> None:
    found = ["album/IMG_1.JPG", "album/img_1.jpg", "album/img_1.jpg-2", "e\u0301.png", "é.png"]
    touch(*(tmp_path / name for name in found))
    originals = find_originals([tmp_path / "album", tmp_path / "e\u0301.png", tmp_path / "é.png"])
    assert [one.name for one in originals] == found
    folders = [one.folder for one in originals]
    assert folders[:3] == ["album/IMG_1.JPG", "album/img_1.jpg-2", "album/img_1.jpg-2-2"]
    assert folders[4] == "é.png-2"


def test_files_to_render_may_have_the_same_name(tmp_path: Path) -> None:
    touch(tmp_path / "one/a.jpg", tmp_path / "two/a.jpg")
    found = all_originals([tmp_path / "one/a.jpg", tmp_path / "two/a.jpg"])
    assert [one.folder for one in found] == ["a.jpg", "a.jpg-2"]


@pytest.mark.parametrize("argument", [".", "../album", "album/..//../album/."])
def test_a_folder_is_named_by_its_own_name_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    touch(tmp_path / "album/a.jpg")
    (tmp_path / "album/album").mkdir()
    monkeypatch.chdir(tmp_path / "album")
    assert names(Path(argument)) == ["album/a.jpg"]


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
