"""What ``renditions render`` prints, row by row: a thousand files need no more memory than one."""

from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.show.wording import duration, file_size, noted, pixel_size

STYLES = {"COMPLETED": "green", "REJECTED": "yellow", "FAILED": "bold red"}
NARROWEST, WIDEST = 24, 40  # columns of a file's name and facts


@dataclass(frozen=True, slots=True)
class RenderingTable:
    """Rows that stand below each other, because every one has the same widths. ``longest`` is that of the names."""

    longest: int

    def heading(self) -> Table:
        """The names of the columns."""
        return self._table(show_header=True)

    def row(self, document: dict[str, Any]) -> Table:
        """One file: what it is, what became of it, and its renditions or the sentence that says why not."""
        table = self._table(show_header=False)
        original = Text.assemble(document["name"], "\n", (facts(document), "dim"))
        status = Text(document["status"], STYLES[document["status"]])
        table.add_row(original, status, result(document), duration(document["seconds"]))
        return table

    def _table(self, *, show_header: bool) -> Table:
        table = Table(box=None, pad_edge=False, show_header=show_header)
        width = min(max(self.longest, NARROWEST), WIDEST)
        table.add_column("Original", overflow="fold", width=width)
        table.add_column("Status", no_wrap=True, width=9)
        table.add_column("Renditions", width=36)
        table.add_column("Time", justify="right", no_wrap=True, width=6)
        return table


def facts(document: dict[str, Any]) -> str:
    """``2560 x 3837 JPEG, 476 kB``; of a file whose content was not understood only its bytes."""
    size = file_size(document["bytes"])
    if document["format"] is None:
        return size
    frames = f", {document['frames']} frames" if document["frames"] > 1 else ""
    return f"{pixel_size(document['width'], document['height'])} {document['format']}{frames}, {size}"


def result(document: dict[str, Any]) -> RenderableType:
    """Name, pixel size and bytes of each rendition, and what its note says."""
    if not document["renditions"]:
        return Text(document["reason"] or "")
    grid = Table.grid(padding=(0, 2))
    for width in (9, 11, 8):
        grid.add_column(no_wrap=True, width=width, justify="left" if width == 9 else "right")
    for name, one in document["renditions"].items():
        grid.add_row(name, pixel_size(one["width"], one["height"]), file_size(one["bytes"]))
    notes = noted((name, one["note"]) for name, one in document["renditions"].items())
    return Group(grid, *(Text(line, "dim") for line in notes))
