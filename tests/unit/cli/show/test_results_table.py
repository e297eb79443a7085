"""The table of results."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from renditions.contracts import Rendition
from renditions_cli.aws.outcomes import Outcome
from renditions_cli.show.results_table import results_table
from tests.renditions import NAMES
from tests.unit.cli.example_outcomes import RECORD, completed, rejected


def rendered(*outcomes: Outcome, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(results_table(outcomes, width))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_completed_image_shows_its_facts_and_its_renditions(tmp_path: Path) -> None:
    outcome, _ = completed(tmp_path, "a.png")
    made = (Rendition("thumbnail", "b", "k", 133, 200, 5120, "image/webp", ""),)
    facts = replace(RECORD, format="GIF", frames=12, width=2560, height=3837, renditions=made)
    shown = rendered(replace(outcome, record=facts, original=replace(outcome.original, bytes=476_049)))
    assert "2560 x 3837 GIF, 12 frames, 476 kB" in shown
    assert "thumbnail    133 x 200    5 kB" in shown
    assert "COMPLETED" in shown
    assert "2.3 s" in shown


def test_a_rendition_that_the_preset_leaves_out_is_named(tmp_path: Path) -> None:
    outcome, _ = completed(tmp_path, "a.png")
    made = (Rendition("thumbnail", "b", "k", 133, 200, 5120, "image/webp", ""),)
    record = replace(RECORD, renditions=made, skipped=("large", "watermark"))
    assert "large, watermark: skipped by the preset" in rendered(replace(outcome, record=record))


def test_the_pages_of_a_tiff_are_called_pages(tmp_path: Path) -> None:
    outcome, _ = completed(tmp_path, "a.tif")
    facts = replace(RECORD, format="TIFF", frames=12, width=2560, height=3837)
    assert "2560 x 3837 TIFF, 12 pages" in rendered(replace(outcome, record=facts))


def test_a_rejected_file_shows_the_reason(tmp_path: Path) -> None:
    shown = rendered(rejected(tmp_path, "notes.jpg", "This is [not] an image."))
    assert "REJECTED" in shown
    assert "This is [not] an image." in shown


def test_the_note_of_a_rendition_is_shown(tmp_path: Path) -> None:
    outcome, _ = completed(tmp_path, "a.png")
    small = Rendition("watermark", "b", "k", 16, 16, 99, "image/webp", "No watermark: too small.")
    assert "No watermark: too small." in rendered(
        replace(outcome, record=replace(RECORD, renditions=(small,)))
    )


def test_a_note_is_shown_once_with_the_names_of_its_renditions(tmp_path: Path) -> None:
    outcome, _ = completed(tmp_path, "a.gif")
    made = tuple(
        Rendition(name, "b", "k", 16, 16, 99, "image/webp", note)
        for name, note in {NAMES[0]: "Still.", NAMES[1]: "Still.", NAMES[2]: "No mark."}.items()
    )
    shown = rendered(replace(outcome, record=replace(RECORD, renditions=made)))
    assert shown.count("Still.") == 1
    assert f"{NAMES[0]}, {NAMES[1]}: Still." in shown
    assert f"{NAMES[2]}: No mark." in shown


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_the_terminal_and_shows_a_long_name_in_full(tmp_path: Path, width: int) -> None:
    name = "a-very-long-name-" * 4 + "[end].png"
    shown = rendered(completed(tmp_path, name)[0], width=width)
    assert max(len(line) for line in shown.splitlines()) <= width
    first_column = "".join(line[1:].split("  ")[0].strip() for line in shown.splitlines()[3:])
    assert name in first_column
    assert "400 x 300" in shown
    assert "2.3 s" in shown
