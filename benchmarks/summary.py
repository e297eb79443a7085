"""Summaries of cells: medians, paired ratios, geometric means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean, median

from benchmarks.contestants import OURS
from benchmarks.measure import Cell
from renditions_cli.prices import Invocation, list_prices

# Of a function with the memory of ResizeImage on x86_64, on which this runs, in us-east-1.
MEMORY = 1769
DOLLARS = list_prices().dollars


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours compared with one peer, over the same cells. Ratios are ours / theirs; SSIM is ours minus theirs."""

    peer: str
    cells: int
    cpu: float
    cpu_of_sets: float
    bytes: float
    ssim: float
    worst_ssim: float


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean of positive numbers."""
    found = list(values)
    return exp(fmean(log(value) for value in found))


def paired(ours: Cell, theirs: Cell) -> float:
    """Return the median ratio of repetitions that ran one right after the other."""
    return median(a / b for a, b in zip(ours.cpu, theirs.cpu, strict=True))


def of(cells: Sequence[Cell], contestant: str) -> dict[tuple[str, str], Cell]:
    """Return the cells of a contestant by original and rendition."""
    return {(cell.original, cell.rendition): cell for cell in cells if cell.contestant == contestant}


def compare(cells: Sequence[Cell], peer: str) -> Comparison:
    """Compare ours with ``peer``."""
    theirs = of(cells, peer)
    ours = {key: cell for key, cell in of(cells, OURS).items() if key in theirs}
    ssim = [ours[key].ssim - theirs[key].ssim for key in ours]
    return Comparison(
        peer=peer,
        cells=len(ours),
        cpu=geometric_mean(paired(ours[key], theirs[key]) for key in ours),
        cpu_of_sets=geometric_mean(set_ratios(ours, theirs).values()),
        bytes=geometric_mean(ours[key].bytes / theirs[key].bytes for key in ours),
        ssim=fmean(ssim),
        worst_ssim=min(ssim),
    )


def set_ratios(ours: dict[tuple[str, str], Cell], theirs: dict[tuple[str, str], Cell]) -> dict[str, float]:
    """Return, for each original, our CPU seconds for all its renditions divided by theirs."""
    originals = dict.fromkeys(original for original, _ in ours)
    return {one: seconds_of(ours, one) / seconds_of(theirs, one) for one in originals}


def dollars(cells: Sequence[Cell], contestant: str) -> float:
    """Return the price of the four renditions of 1,000 images on Lambda: by clock and list price, and per request."""
    found = of(cells, contestant)
    originals = {original for original, _ in found}
    seconds = sum(median(cell.wall) for cell in found.values()) / len(originals)
    duration = Invocation(MEMORY, seconds).gb_seconds * DOLLARS["lambda_gb_second_x86_64"]
    return 1000 * (duration + 4 * DOLLARS["lambda_request"])


def seconds_of(cells: dict[tuple[str, str], Cell], original: str) -> float:
    """Return the CPU seconds for all renditions of one original."""
    return sum(median(cell.cpu) for key, cell in cells.items() if key[0] == original)


def by_rendition(cells: Sequence[Cell], peer: str) -> dict[str, float]:
    """Return, for each rendition, the geometric mean of our CPU seconds divided by those of ``peer``."""
    theirs = of(cells, peer)
    ours = {key: cell for key, cell in of(cells, OURS).items() if key in theirs}
    names = dict.fromkeys(rendition for _, rendition in ours)
    return {
        name: geometric_mean(paired(ours[key], theirs[key]) for key in ours if key[1] == name)
        for name in names
    }
