"""``python -m benchmarks.run``: measure everything, print it, and save it in benchmarks/results/."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console

from benchmarks.contestants import FLOOR, OURS, ROOT, contestants
from benchmarks.measure import Bench, Cell
from benchmarks.photographs import make_originals
from benchmarks.report import Results, kept_results, write_report
from benchmarks.start import ratios, start_times

SCRATCH = ROOT / ".local/bench"
OUTPUTS = ("webp", "jpeg")
EXPECTED = ("sharp", "pyvips", "thumbor")
CONSOLE = Console(width=110, highlight=False)


def main() -> None:
    """Run the benchmark as the options say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="repetitions of each rendition")
    parser.add_argument(
        "--only", default="", help="only originals whose names contain one of these, comma-separated"
    )
    parser.add_argument("--peers", default="", help="comma-separated; default: all that are installed")
    parser.add_argument(
        "--without-memory", action="store_true", help="do not measure memory, which takes minutes"
    )
    parser.add_argument(
        "--add", action="store_true", help="keep the results of earlier runs for all other originals"
    )
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    arguments = parser.parse_args()
    rivals = contestants(SCRATCH)
    for name in EXPECTED:
        if name not in rivals:
            CONSOLE.print(f"{name} is not installed and is left out.")
    if arguments.peers:
        asked = {OURS, FLOOR, *arguments.peers.split(",")}
        rivals = {name: one for name, one in rivals.items() if name in asked}
    CONSOLE.print("Making the photographs ...")
    originals = make_originals(SCRATCH / "photographs")
    parts = arguments.only.split(",")
    chosen = {name: file for name, file in originals.items() if any(part in name for part in parts)}
    bench = Bench(SCRATCH, chosen)
    imports = ratios(start_times(2 * arguments.repeat + 1))
    cells = {
        output: list(with_progress(bench.cells(output, rivals, arguments.repeat), output))
        for output in OUTPUTS
    }
    peaks = {}
    if not arguments.without_memory:
        CONSOLE.print("Measuring memory ...")
        measured = {name: one for name, one in rivals.items() if name != FLOOR}
        peaks = dict(bench.memory("webp", measured))
    results = Results(cells, peaks, imports)
    if arguments.add:
        results = results.added_to(kept_results(arguments.results))
    write_report(results, arguments.results, CONSOLE)


def with_progress(cells: Iterable[Cell], output: str) -> Iterator[Cell]:
    """Yield the same cells and print the name of each original, as all of them take minutes."""
    latest = ""
    for cell in cells:
        if cell.original != latest:
            CONSOLE.print(f"{output}: {cell.original}")
            latest = cell.original
        yield cell


if __name__ == "__main__":
    main()
