"""Outcomes as at the end of `run`, with real files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions_cli.aws.outcomes import Outcome
from renditions_cli.files.originals import Original
from tests.renditions import NAMES, PREVIEWED
from tests.unit.cli.aws.test_images import COMPLETED
from tests.unit.cli.stand_ins import image_file

Files = dict[str, dict[str, Path]]
RECORD = ImageRecord.from_item(COMPLETED)


def rejected(folder: Path, name: str, sentence: str) -> Outcome:
    """Return the outcome of a file that is not an image."""
    path = folder / name
    path.write_bytes(b"plain text")
    return Outcome(Original(path, name, 10), f"s3://in/{name}", "REJECTED", 0, 1.2, sentence)


def completed(folder: Path, name: str, colour: Any = "#c03020", mode: str = "RGB") -> tuple[Outcome, Files]:
    """Return the outcome of an image of one colour, 400 x 300, with renditions of the same colour."""
    path = image_file(folder / name, (400, 300), colour, mode)
    sizes = dict.fromkeys(NAMES, (400, 300)) | {PREVIEWED: (200, 150)}
    files = {
        one: image_file(folder / "made" / name / f"{one}.png", size, colour, mode)
        for one, size in sizes.items()
    }
    renditions = tuple(
        Rendition(one, "made", f"{name}/01/{one}.png", *size, files[one].stat().st_size, "image/png", "")
        for one, size in sizes.items()
    )
    original = Original(path, name, path.stat().st_size)
    record = replace(RECORD, format="PNG", width=400, height=300, renditions=renditions)
    return Outcome(original, f"s3://in/{name}", "COMPLETED", 0, 2.34, "", record), {name: files}
