"""``python -m benchmarks.breadth``: compare quality and size with sharp on many photographs, without the time.

The results of `make bench` on nine files could be due to the choice of files. This compares all photographs that it
has, at three sizes, one half of them progressive. The first run makes the references, which takes some ten minutes.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from benchmarks.contestants import OURS, contestants
from benchmarks.measure import Bench, Cell
from benchmarks.photographs import Original, fetch_photographs, make_original
from benchmarks.run import OUTPUTS, SCRATCH
from benchmarks.summary import geometric_mean

PEER = "sharp"
SIZES = {"2mp": (1920, 1280), "8mp": (3264, 2448), "12mp": (4000, 3000)}
VISIBLE = 0.005  # renditions whose SSIM is lower than the peer's by more than this are counted


class Kind(NamedTuple):
    """The cells that make up one row."""

    output: str
    rendition: str
    size: str


def main() -> None:
    """Print a row per rendition and size."""
    rivals = {name: one for name, one in contestants(SCRATCH).items() if name in (OURS, PEER)}
    files = made(fetch_photographs(SCRATCH / "photographs/wallpapers"), SCRATCH / "breadth")
    if PEER not in rivals or not files:
        sys.exit("sharp or the photographs are missing. `make bench` installs them, with npm and apt-get.")
    bench = Bench(SCRATCH, files)
    cells: dict[Kind, list[tuple[float, float]]] = defaultdict(list)
    for output in OUTPUTS:
        for theirs, ours in paired(bench.cells(output, rivals, repeat=1)):
            kind = Kind(output, ours.rendition, ours.original.split("-")[0])
            cells[kind].append((ours.bytes / theirs.bytes, ours.ssim - theirs.ssim))
    sys.stdout.write("\n".join((*table(cells), "")))


def made(photographs: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Return the file of every photograph at every size, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for number, (photograph, file) in enumerate(sorted(photographs.items())):
        for label, size in SIZES.items():
            one = Original(f"{label}-{photograph}", size, photograph, progressive=bool(number % 2))
            files[one.name] = target = folder / f"{one.name}.jpg"
            if not target.exists():
                make_original(one, file, target)
    return files


def paired(cells: Iterator[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """Yield pairs of the peer's cell and ours, which follow each other, without the watermark: marks differ."""
    found = {}
    for cell in cells:
        found[cell.contestant] = cell
        if len(found) == 2:
            if cell.rendition != "watermark":
                yield found[PEER], found[OURS]
            found = {}


def table(cells: Mapping[Kind, list[tuple[float, float]]]) -> Iterator[str]:
    """Yield rows of Markdown, and one for each whole output format."""
    yield f"| output | rendition | size | renditions | bytes | SSIM, mean | SSIM, worst | more than {VISIBLE} below |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for output in OUTPUTS:
        found = {kind: values for kind, values in cells.items() if kind.output == output}
        for kind, values in found.items():
            yield row(*kind, values=values)
        yield row(output, "all", "all", values=[value for values in found.values() for value in values])


def row(output: str, rendition: str, size: str, *, values: list[tuple[float, float]]) -> str:
    """Return one row: our bytes divided by the peer's, and our SSIM minus the peer's."""
    likeness = [ssim for _, ssim in values]
    below = sum(ssim < -VISIBLE for ssim in likeness)
    size_ratio = geometric_mean(ratio for ratio, _ in values)
    return (
        f"| {output} | {rendition} | {size} | {len(values)} | {size_ratio:.3f} | {fmean(likeness):+.4f} "
        f"| {min(likeness):+.4f} | {below} |"
    )


if __name__ == "__main__":
    main()
