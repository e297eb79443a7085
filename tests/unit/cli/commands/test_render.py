"""`renditions render`, as a user or a script calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from renditions.fonts import BUNDLED
from tests.renditions import NAMES
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import image_file
from tests.unit.conftest import ROOT

HEBREW = str(BUNDLED[0])  # with a hyphen of its own


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_each_file_gets_one_json_document_and_a_folder_of_renditions(
    renditions_command: Command, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.jpg", (1000, 500), "red")
    image_file(tmp_path / "scans/b.png", (300, 400), "blue")
    ended = renditions_command("render", "a.jpg", "scans", "--out", "made", "--json")
    assert ended.exit_code == 0
    first, second = lines(ended.stdout)
    assert (first["status"], first["reason_code"], first["reason"]) == ("COMPLETED", None, None)
    assert [first[fact] for fact in ("format", "width", "height", "orientation", "frames", "has_alpha")] == [
        "JPEG", 1000, 500, 1, 1, False,
    ]  # fmt: skip
    assert list(first["renditions"]) == NAMES
    thumbnail = first["renditions"]["thumbnail"]
    assert thumbnail == {
        "path": "made/a.jpg/thumbnail.webp",
        "width": 200,
        "height": 100,
        "bytes": Path("made/a.jpg/thumbnail.webp").stat().st_size,
        "content_type": "image/webp",
        "note": "",
        "pages": "",
    }
    with Image.open(thumbnail["path"]) as made:
        assert (made.format, made.size) == ("WEBP", (200, 100))
    assert second["renditions"]["large"]["path"] == "made/scans/b.png/large.webp"


def test_every_page_of_a_tiff_is_written_if_asked_for(renditions_command: Command, tmp_path: Path) -> None:
    shades = [Image.new("L", (40, 30), shade) for shade in (0, 100, 200)]
    shades[0].save(tmp_path / "a.tif", save_all=True, append_images=shades[1:])
    [first] = lines(renditions_command("render", "a.tif", "--out", "one", "--json").stdout)
    assert (first["pages"], len(list(Path("one/a.tif").iterdir()))) == (1, len(NAMES))
    options = ("--set", "pages=all", "--set", "pages_max=2")
    [every] = lines(renditions_command("render", "a.tif", "--out", "all", "--json", *options).stdout)
    large = every["renditions"]["large"]
    assert (every["pages"], large["pages"]) == (2, "2")
    assert large["note"].startswith("Only the first 2 of 3 pages are shown. PAGES_MAX allows 2")
    with Image.open("all/a.tif/large-p0002.webp") as made:
        assert abs(made.convert("L").tobytes()[0] - 100) < 3


def test_focus_and_crop_apply_and_are_in_the_document(renditions_command: Command, tmp_path: Path) -> None:
    image_file(tmp_path / "a.png", (80, 60), "red")
    options = ("--out", "made", "--json", "--crop", "0,0,0.5,0.5", "--focus", "0.25,0.25")
    [found] = lines(renditions_command("render", "a.png", *options).stdout)
    assert (found["focus"], found["crop"]) == ("0.25,0.25", "0,0,0.5,0.5")
    assert (found["renditions"]["large"]["width"], found["renditions"]["large"]["height"]) == (40, 30)
    assert (found["width"], found["height"]) == (80, 60)
    assert renditions_command("render", "a.png", "--out", "other", "--crop", "1,1").exit_code == 2


def test_unreadable_files_fail_and_the_others_are_rendered(
    renditions_command: Command, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to("nowhere")
    image_file(tmp_path / "good.jpg", (9, 9), "red")
    ended = renditions_command(
        "render", "gone.jpg", "pipe.jpg", "link.jpg", "good.jpg", "--out", "made", "--json"
    )
    found = lines(ended.stdout)
    assert ended.exit_code == 1
    assert [one["name"] for one in found] == ["gone.jpg", "pipe.jpg", "link.jpg", "good.jpg"]
    assert [one["status"] for one in found] == ["FAILED", "FAILED", "FAILED", "COMPLETED"]
    assert [one["reason_code"] for one in found[:3]] == ["FileNotFoundError", "NotAFile", "FileNotFoundError"]
    assert [sorted(one) for one in found[:3]] == [sorted(found[3])] * 3


def test_names_that_are_not_utf_8_remain_distinct(renditions_command: Command, tmp_path: Path) -> None:
    for number, name in enumerate((b"caf\xe9.png", b"caf\xe8.png"), start=1):
        image_file(tmp_path / os.fsdecode(name), (number, 9), "red")
    ended = renditions_command("render", tmp_path, "--out", "made", "--rendition", "large", "--json")
    paths = [one["renditions"]["large"]["path"] for one in lines(ended.stdout)]
    widths = [Image.open(path).width for path in paths]
    assert sorted(widths) == [1, 2]


def test_only_the_named_renditions_are_made(renditions_command: Command, tmp_path: Path) -> None:
    image_file(tmp_path / "a.png", (30, 30), "red")
    ended = renditions_command(
        "render", "a.png", "--out", "made", "--rendition", NAMES[1], "--rendition", NAMES[0], "--json"
    )
    assert list(lines(ended.stdout)[0]["renditions"]) == [NAMES[1], NAMES[0]]
    assert sorted(found.name for found in Path("made/a.png").iterdir()) == sorted(
        f"{name}.webp" for name in NAMES[:2]
    )


def test_a_rejected_file_has_a_reason_and_the_others_are_rendered(
    renditions_command: Command, tmp_path: Path
) -> None:
    (tmp_path / "notes.jpg").write_text("not an image")
    (tmp_path / "empty.jpg").touch()
    whole = image_file(tmp_path / "cut.jpg", (900, 900), "red").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    image_file(tmp_path / "good.jpg", (9, 9), "red")
    ended = renditions_command(
        "render", "notes.jpg", "empty.jpg", "cut.jpg", "good.jpg", "--out", "made", "--json"
    )
    found = lines(ended.stdout)
    assert ended.exit_code == 1
    assert [one["reason_code"] for one in found] == ["UnsupportedFormat", "EmptyFile", "CorruptImage", None]
    assert [one["status"] for one in found] == ["REJECTED", "REJECTED", "REJECTED", "COMPLETED"]
    assert "Not a supported image format. Upload a JPEG, " in found[0]["reason"]
    assert [(one["format"], one["renditions"]) for one in found[:3]] == [(None, {})] * 3
    assert sorted(made.name for made in Path("made").iterdir()) == ["good.jpg"]


def test_settings_come_from_the_environment_and_from_set(
    renditions_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_file(tmp_path / "a.png", (300, 300), "red")
    monkeypatch.setenv("THUMBNAIL_SIZE", "64")
    monkeypatch.setenv("OUTPUT_FORMAT", "avif")
    ended = renditions_command("render", "a.png", "--out", "made", "--set", "output_format=jpeg", "--json")
    made = lines(ended.stdout)[0]["renditions"]["thumbnail"]
    assert (made["path"], made["width"]) == ("made/a.png/thumbnail.jpg", 64)


def test_a_logo_appears_on_the_watermarked_rendition_only(
    renditions_command: Command, tmp_path: Path
) -> None:
    image_file(tmp_path / "a.png", (400, 400), "black")
    image_file(tmp_path / "logo.png", (40, 40), "white")
    ended = renditions_command(
        "render", "a.png", "--out", "made", "--logo", "logo.png", "--set", "WATERMARK_TEXT=",
        "--set", "WATERMARK_POSITION=center", "--set", "WATERMARK_OPACITY=100",
    )  # fmt: skip
    assert ended.exit_code == 0
    with Image.open("made/a.png/watermark.webp") as marked, Image.open("made/a.png/large.webp") as plain:
        assert min(marked.convert("RGB").getpixel((200, 200))) > 200  # type: ignore[arg-type]
        assert max(plain.convert("RGB").getpixel((200, 200))) < 20  # type: ignore[arg-type]


def test_a_font_of_ones_own_writes_the_watermark(renditions_command: Command, tmp_path: Path) -> None:
    image_file(tmp_path / "a.png", (400, 400), "black")
    text = ["--rendition", "watermark", "--set", "WATERMARK_TEXT=----"]
    assert renditions_command("render", "a.png", "--out", "plain", *text).exit_code == 0
    assert renditions_command("render", "a.png", "--out", "own", *text, "--font", HEBREW).exit_code == 0
    made = [Path(folder, "a.png/watermark.webp").read_bytes() for folder in ("plain", "own")]
    assert made[0] != made[1]


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (
            ["--rendition", "huge"],
            f"There is no rendition huge. Choose from {', '.join(NAMES)}.",
        ),
        (["--set", "OUTPUT_FORMAT"], "--set OUTPUT_FORMAT is not valid. Use NAME=VALUE"),
        (["--set", "COLOUR=red"], "--set COLOUR=red is not valid. Use NAME=VALUE"),
        (["--set", "OUTPUT_QUALITY=101"], "OUTPUT_QUALITY is '101' but must be"),
        (["--logo", "nowhere.png"], "Cannot read the logo nowhere.png"),
        (["--font", "nowhere.ttf"], "Cannot read the font nowhere.ttf"),
        (["--font", "a.png"], "The font of the watermark (WATERMARK_FONT_KEY) cannot be used"),
        (
            ["--font", HEBREW, "--set", "WATERMARK_TEXT=版"],
            "No font has these characters of WATERMARK_TEXT: 版 (U+7248)",
        ),
    ],
)
def test_an_invalid_option_is_status_2_and_makes_nothing(
    renditions_command: Command, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    image_file(tmp_path / "a.png", (8, 8), "red")
    ended = renditions_command("render", "a.png", "--out", "made", *arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert sentence in " ".join(ended.stderr.split())
    assert not Path("made").exists()


def test_the_table_shows_facts_renditions_and_reasons(renditions_command: Command, tmp_path: Path) -> None:
    image_file(tmp_path / "a.png", (400, 300), "red")
    (tmp_path / "notes.jpg").write_text("not an image")
    shown = renditions_command("render", "a.png", "notes.jpg", "--out", "made").stdout
    assert "Original" in shown.splitlines()[0]
    assert "400 x 300 PNG" in shown
    assert "200 x 150" in shown
    assert "Not a supported image format." in shown


def test_a_name_that_the_output_cannot_encode_does_not_end_the_command(tmp_path: Path) -> None:
    image_file(tmp_path / "zoo/zebra.png", (8, 8), "red")
    image_file(tmp_path / "zoo/żółw.png", (8, 8), "red")
    ended = subprocess.run(
        [sys.executable, "-m", "renditions_cli", "render", tmp_path / "zoo", "--out", tmp_path / "made"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "zoo/zebra.png" in ended.stdout
    assert "zoo/???w.png" in ended.stdout


def test_hundreds_of_files_need_hardly_more_memory_than_one(tmp_path: Path) -> None:
    """An image of this size takes 2 MB, so 200 images in memory would show."""
    image_file(tmp_path / "one/0.jpg", (800, 800), "red")
    (tmp_path / "many").mkdir()
    for number in range(200):
        (tmp_path / f"many/{number}.jpg").hardlink_to(tmp_path / "one/0.jpg")
    assert peak_memory(tmp_path / "many") < peak_memory(tmp_path / "one") + 20 * 1024


def peak_memory(folder: Path) -> int:
    """Return the peak memory of the command or of its worker, whichever is larger, in kB.

    A small program measures it, because the memory of a process before exec counts too.
    """
    command = [sys.executable, "-m", "renditions_cli", "render", str(folder), "--out", f"{folder}-made"]
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    measured = subprocess.run(
        [sys.executable, "-c", measure, *command, "--rendition", "thumbnail", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(measured.stdout)
