"""The report: tables, on the screen and in a file, and a plot."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Self

import matplotlib as mpl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.contestants import FLOOR, OURS
from benchmarks.measure import Cell
from benchmarks.photographs import ORIGINALS
from benchmarks.start import BOTO3
from benchmarks.summary import by_rendition, compare, dollars, geometric_mean, of, set_ratios

mpl.use("Agg")
from matplotlib import pyplot as plt

Memory = Mapping[tuple[str, str, str], float]  # original, rendition, contestant → MB
# Our CPU time as a share of the peer's, at most, by output format.
GOALS = {
    "sharp": {"webp": 0.50, "jpeg": 0.60},
    "pyvips": {"webp": 1.0, "jpeg": 1.0},
    "plain Pillow": {"webp": 0.40, "jpeg": 0.40},
}
GOAL_BYTES, GOAL_WORST_SSIM, GOAL_MEMORY, GOAL_START = 1.03, -0.003, 0.4, 1.3
ORDER = [one.name for one in ORIGINALS]
GROUPS = {
    "JPEG, 2 megapixels and less": {one.name for one in ORIGINALS if one.extension == "jpg" and one.is_small},
    "JPEG, larger": {one.name for one in ORIGINALS if one.extension == "jpg" and not one.is_small},
    "other formats": {one.name for one in ORIGINALS if one.extension != "jpg"},
}


@dataclass(frozen=True, slots=True)
class Results:
    """All results of a run. ``cells`` are by output format."""

    cells: Mapping[str, Sequence[Cell]]
    memory: Memory
    starts: Mapping[str, float]

    @property
    def peers(self) -> list[str]:
        """All contestants except ours and the floor."""
        names = dict.fromkeys(cell.contestant for cells in self.cells.values() for cell in cells)
        return [name for name in names if name not in (OURS, FLOOR)]

    def added_to(self, others: Self) -> Self:
        """Return these results, and from ``others`` those of the originals and peaks that are not among them."""
        measured = {cell.original for cells in self.cells.values() for cell in cells}
        cells = {
            output: sorted(
                [*(cell for cell in others.cells.get(output, ()) if cell.original not in measured), *found],
                key=lambda cell: ORDER.index(cell.original),
            )
            for output, found in self.cells.items()
        }
        return replace(self, cells=cells, memory={**others.memory, **self.memory})


def kept_results(folder: Path) -> Results:
    """Return the results of earlier runs in ``folder``."""
    document = json.loads((folder / "results.json").read_text())
    cells = {
        output: [Cell(**cell | {"cpu": tuple(cell["cpu"]), "wall": tuple(cell["wall"])}) for cell in found]
        for output, found in document["cells"].items()
    }
    memory = {(original, rendition, name): peak for original, rendition, name, peak in document["memory"]}
    return Results(cells, memory, document["starts"])


def write_report(results: Results, folder: Path, console: Console) -> None:
    """Print the tables, and write them, the numbers and the plot to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = Console(file=(folder / "tables.txt").open("w"), width=110)
    for table in tables(results):
        console.print(table)
        kept.print(table)
    kept.file.close()
    document = {
        "cells": {output: [asdict(cell) for cell in cells] for output, cells in results.cells.items()},
        "memory": [[*key, round(peak, 1)] for key, peak in results.memory.items()],
        "starts": dict(results.starts),
    }
    (folder / "results.json").write_text(json.dumps(document, indent=1) + "\n")
    plot(results, folder / "cpu.svg")


def tables(results: Results) -> list[Table]:
    """Return all tables."""
    found = [comparison(output, cells, results.peers) for output, cells in results.cells.items()]
    found += [by_original(output, cells, results.peers) for output, cells in results.cells.items()]
    found.append(prices(results))
    found += [stages(output, cells, results.peers) for output, cells in results.cells.items()]
    if results.memory:
        found.append(memory(results.memory, results.peers))
    return [*found, starts(results.starts)]


def new_table(title: str, *columns: str) -> Table:
    """Return a table with text in the first column and numbers in the others."""
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def judged(value: float, goal: float | None, *, most: bool = True, digits: int = 2) -> str:
    """Return a number with its goal, coloured by whether it meets it."""
    text = f"{value:+.4f}" if digits == 4 else f"{value:.{digits}f}"
    if goal is None:
        return text
    met = round(value, digits) <= goal if most else value >= goal
    return f"[{'green' if met else 'red'}]{text}[/] ({'≤' if most else '≥'} {goal:g})"


def comparison(output: str, cells: Sequence[Cell], peers: Sequence[str]) -> Table:
    """Return our numbers divided by those of each peer."""
    table = new_table(
        f"{output} output: ours as a multiple of the peer's, geometric mean over {len(of(cells, OURS))} renditions",
        "peer", "CPU time", "of all four", "bytes", "SSIM, mean", "SSIM, worst",
    )  # fmt: skip
    for peer in peers:
        found, goal = compare(cells, peer), GOALS.get(peer, {}).get(output)
        is_sharp = peer == "sharp"
        table.add_row(
            peer,
            judged(found.cpu, goal),
            judged(found.cpu_of_sets, goal),
            judged(found.bytes, GOAL_BYTES if is_sharp else None),
            judged(found.ssim, 0.0 if is_sharp else None, most=False, digits=4),
            judged(found.worst_ssim, GOAL_WORST_SSIM if is_sharp else None, most=False, digits=4),
        )
    return table


def by_original(output: str, cells: Sequence[Cell], peers: Sequence[str]) -> Table:
    """Return the CPU time of the four renditions of each original, and of each group of originals."""
    table = new_table(
        f"{output} output: CPU time of the four renditions, ours as a multiple of …", "original", *peers
    )
    ours = of(cells, OURS)
    ratios = {}
    for peer in peers:
        theirs = of(cells, peer)
        ratios[peer] = set_ratios({key: cell for key, cell in ours.items() if key in theirs}, theirs)
    for original in dict.fromkeys(original for original, _ in ours):
        table.add_row(original, *(f"{ratios[peer].get(original, float('nan')):.2f}" for peer in peers))
    for group, members in GROUPS.items():
        table.add_row(group, *(mean_of(ratios[peer], members) for peer in peers))
    return table


def mean_of(ratios: Mapping[str, float], members: AbstractSet[str]) -> str:
    """Return the geometric mean over those ``members`` that were measured."""
    found = [ratio for name, ratio in ratios.items() if name in members]
    return f"{geometric_mean(found):.2f}" if found else "–"


def prices(results: Results) -> Table:
    """Return what the four renditions of 1,000 images cost on Lambda, by original format of the output."""
    table = new_table(
        "Dollars per 1,000 images: four renditions on Lambda, list price", "contestant", *results.cells
    )
    for name in (OURS, *results.peers):
        table.add_row(name, *(f"{dollars(cells, name):.4f}" for cells in results.cells.values()))
    return table


def stages(output: str, cells: Sequence[Cell], peers: Sequence[str]) -> Table:
    """Return each rendition compared with the floor and the peers."""
    others = [name for name in (FLOOR, *peers) if of(cells, name)]
    table = new_table(
        f"{output} output: CPU time by rendition, and ours as a multiple of …",
        "rendition",
        "ours, ms",
        *others,
    )
    shares = {other: by_rendition(cells, other) for other in others}
    for name in shares[others[-1]]:
        mean = geometric_mean(
            1000 * median(cell.cpu) for key, cell in of(cells, OURS).items() if key[1] == name
        )
        table.add_row(name, f"{mean:.0f}", *(f"{shares[other][name]:.2f}" for other in others))
    return table


def memory(peaks: Memory, peers: Sequence[str]) -> Table:
    """Return the resident memory of a process that makes one rendition."""
    table = new_table(
        "Peak memory of a process that makes one rendition (webp): geometric mean, and ours as a multiple of …",
        "contestant", "mean, MB", "most, MB", "ours / this",
    )  # fmt: skip
    for name in (OURS, *peers):
        found = {key[:2]: peak for key, peak in peaks.items() if key[2] == name}
        ratio = geometric_mean(peaks[(*key, OURS)] / peak for key, peak in found.items())
        goal = GOAL_MEMORY if name == "sharp" else None
        table.add_row(
            name, f"{geometric_mean(found.values()):.0f}", f"{max(found.values()):.0f}", judged(ratio, goal)
        )
    return table


def starts(ratios: Mapping[str, float]) -> Table:
    """Return the import times."""
    table = new_table(
        "CPU time of importing, beyond an empty interpreter", "what", f"as a multiple of {BOTO3}"
    )
    for name, ratio in ratios.items():
        table.add_row(name, judged(ratio, None if name == BOTO3 else GOAL_START))
    return table


def plot(results: Results, target: Path) -> None:
    """Plot the CPU time of the four renditions of each original, one panel per output format."""
    names = [OURS, *results.peers]
    figure, panels = plt.subplots(1, len(results.cells), figsize=(6 * len(results.cells), 8), sharey=True)
    panels = [panels] if len(results.cells) == 1 else panels
    for panel, (output, cells) in zip(panels, results.cells.items(), strict=True):
        originals = list(dict.fromkeys(cell.original for cell in cells))
        for position, name in enumerate(names):
            found = of(cells, name)
            sums = [
                sum(median(cell.cpu) for key, cell in found.items() if key[0] == original)
                for original in originals
            ]
            heights = [row + position * 0.8 / len(names) for row in range(len(originals))]
            panel.barh(heights, sums, height=0.8 / len(names), label=name)
        panel.set_yticks([row + 0.32 for row in range(len(originals))], originals)
        panel.set_title(f"{output}, four renditions")
        panel.set_xlabel("CPU seconds")
        panel.invert_yaxis()
    panels[0].legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(target)
