"""``.venv/bin/python -m benchmarks.drawings``: bytes and CPU of drawings and scans in all output formats.

Compares with the same renditions encoded as if they were photographs, and with sharp at the same quality, if
`make bench` has installed it. Takes two minutes; with names of formats as arguments only those.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import geometric_mean

from benchmarks.contestants import FUNCTION_ENVIRONMENT, OURS, ROOT, Contestant, Request, Server, contestants
from benchmarks.drawn import make_drawings

SCRATCH = ROOT / ".local/bench"
OUTPUTS = {"webp": "WebP", "jpeg": "JPEG", "png": "PNG", "avif": "AVIF"}
SIZES = {"thumbnail": 200, "medium": 800, "large": 1600}
PHOTOGRAPHS, PEER = "as photographs", "sharp"
AS_PHOTOGRAPHS = Contestant(
    PHOTOGRAPHS,
    (str(ROOT / ".venv/bin/python"), "-m", "benchmarks.peers.as_photographs"),
    FUNCTION_ENVIRONMENT,
)

Cell = dict[str, dict[str, float]]  # contestant → cpu and bytes
Cells = dict[tuple[str, str], list[Cell]]  # by kind and output format


def main() -> None:
    """Print a row for each kind."""
    rivals = {name: one for name, one in contestants(SCRATCH).items() if name in (OURS, PEER)}
    if PEER not in rivals:
        sys.stderr.write("sharp is not installed and is left out. `make bench` installs it.\n")
    outputs = {name: title for name, title in OUTPUTS.items() if name in (sys.argv[1:] or OUTPUTS)}
    kinds = make_drawings(SCRATCH / "drawings")
    servers = {name: Server(one) for name, one in (rivals | {PHOTOGRAPHS: AS_PHOTOGRAPHS}).items()}
    try:
        cells = {
            (kind, output): [_cell(servers, file, output, name) for file in files for name in SIZES]
            for kind, files in kinds.items()
            for output in outputs
        }
    finally:
        for server in servers.values():
            server.stop()
    sys.stdout.write("\n".join((*table(cells, outputs), "", *summary(cells, kinds, outputs), "")))


def _cell(servers: dict[str, Server], file: Path, output: str, name: str) -> Cell:
    request = Request(str(file), name, SIZES[name], output, "", str(SCRATCH / "drawing.out"))
    return {contestant: server.ask(request) for contestant, server in servers.items()}


def table(cells: Cells, outputs: dict[str, str]) -> Iterator[str]:
    """Yield rows of Markdown: bytes as geometric means, against photographs' encodings / against the peer."""
    yield f"| | {' | '.join(outputs.values())} |"
    yield f"|---|{'---:|' * len(outputs)}"
    for kind in dict.fromkeys(kind for kind, _ in cells):
        yield f"| {kind} | {' | '.join(_ratios(cells[kind, output]) for output in outputs)} |"
    everything = {
        output: [one for (_, found), some in cells.items() if found == output for one in some]
        for output in outputs
    }
    yield f"| **all** | {' | '.join(f'**{_ratios(everything[output])}**' for output in outputs)} |"


def _ratios(cells: list[Cell]) -> str:
    rivals = [name for name in (PHOTOGRAPHS, PEER) if name in cells[0]]
    return " / ".join(
        f"{geometric_mean(cell[OURS]['bytes'] / cell[rival]['bytes'] for cell in cells):.2f}"
        for rival in rivals
    )


def summary(cells: Cells, kinds: dict[str, list[Path]], outputs: dict[str, str]) -> Iterator[str]:
    """Yield a line per format: CPU against photographs' encodings, and renditions with more bytes than the original."""
    for output, title in outputs.items():
        some = [
            (cell, file)
            for kind, files in kinds.items()
            for cell, file in _with_files(cells[kind, output], files)
        ]
        cpu = sum(cell[OURS]["cpu"] for cell, _ in some) / sum(cell[PHOTOGRAPHS]["cpu"] for cell, _ in some)
        larger = {
            name: sum(cell[name]["bytes"] > file.stat().st_size for cell, file in some)
            for name in (PHOTOGRAPHS, OURS)
        }
        yield (
            f"{title}: {cpu:.2f} of the CPU; {larger[OURS]} of {len(some)} have more bytes than their original, "
            f"as photographs {larger[PHOTOGRAPHS]}."
        )


def _with_files(cells: list[Cell], files: list[Path]) -> Iterator[tuple[Cell, Path]]:
    return zip(cells, (file for file in files for _ in SIZES), strict=True)


if __name__ == "__main__":
    main()
