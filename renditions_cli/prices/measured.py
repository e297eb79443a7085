"""How long the functions work on one image, as `make bench` measured it: benchmarks/results/results.json."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

from renditions.settings import RenditionSpec, Settings
from renditions_cli.errors import UsageError

# The distribution has a copy beside this module.
_INSTALLED = Path(__file__).with_name("results.json")
FILE = (
    _INSTALLED
    if _INSTALLED.exists()
    else Path(__file__).parents[2] / "benchmarks" / "results" / "results.json"
)
OURS = "renditions"
# What the benchmark does not measure: reading a header, and waiting for S3 to send the original and take the rendition.
VALIDATE_SECONDS = 0.15
S3_SECONDS = 0.1
# A function whose rendition the preset leaves out returns at once.
SKIPPED_SECONDS = 0.01
# The benchmarks' photographs have 2 to 50 megapixels. Theirs are not the bytes of everybody's.
ORIGINAL_BYTES = 4_000_000

Cell = Mapping[str, Any]  # one original, rendition and contestant in the file


@dataclass(frozen=True, slots=True)
class Measured:
    """The mean of the benchmarks' photographs for one output format: CPU seconds and bytes by rendition.

    A rendition that the benchmark does not make counts as the one of the next size.
    """

    output: str
    seconds: Mapping[str, float]
    bytes: Mapping[str, float]

    def without(self, skipped: Collection[str]) -> "Measured":
        """Return the means without the renditions that are not made."""
        made = [name for name in self.seconds if name not in skipped]
        seconds, sizes = ({name: one[name] for name in made} for one in (self.seconds, self.bytes))
        return replace(self, seconds=seconds, bytes=sizes)

    @property
    def stored_bytes(self) -> float:
        """The bytes that one image occupies: the original and its renditions."""
        return ORIGINAL_BYTES + sum(self.bytes.values())


def measured(output_format: str, file: Path = FILE) -> Measured:
    """Return the means for ``output_format``, or those for WebP if the benchmark has not measured it."""
    output, cells = _our_cells(output_format, file)
    return Measured(
        output,
        {name: fmean(median(cell["cpu"]) for cell in found) for name, found in cells.items()},
        {name: fmean(cell["bytes"] for cell in found) for name, found in cells.items()},
    )


def measured_originals(
    output_format: str, names: tuple[str, ...], file: Path = FILE
) -> list[dict[str, float]]:
    """Return the CPU seconds of each rendition, of each original whose name starts with one of ``names``."""
    _, cells = _our_cells(output_format, file)
    found: dict[str, dict[str, float]] = {}
    for rendition, of_rendition in cells.items():
        for cell in of_rendition:
            if cell["original"].startswith(names):
                found.setdefault(cell["original"], {})[rendition] = median(cell["cpu"])
    return list(found.values())


def _our_cells(output_format: str, file: Path) -> tuple[str, dict[str, list[Cell]]]:
    """Return the output format that was measured, and the cells of each rendition. Raises UsageError."""
    try:
        cells = json.loads(file.read_text("utf-8"))["cells"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"Cannot read the measurements in {file}: {error}.") from error
    output = output_format if output_format in cells else "webp"
    ours = [cell for cell in cells[output] if cell["contestant"] == OURS]
    names = list(dict.fromkeys(cell["rendition"] for cell in ours))
    return output, {
        name: [cell for cell in ours if cell["rendition"] == like]
        for name, like in _measured_like(names).items()
    }


def _measured_like(names: Sequence[str]) -> dict[str, str]:
    """Map each rendition to itself if it is one of ``names``, those of the benchmark, or to the nearest of them."""
    specs = Settings().renditions()
    known = [name for name in names if name in specs]
    return {
        one.name: one.name
        if one.name in known
        else min(known, key=lambda name, one=one: _distance(specs[name], one))  # type: ignore[misc]
        for one in specs.values()
    }


def _distance(one: RenditionSpec, other: RenditionSpec) -> tuple[bool, int]:
    return one.watermarked != other.watermarked, abs(one.bounds.longest - other.bounds.longest)
