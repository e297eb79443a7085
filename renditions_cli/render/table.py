"""The output of ``renditions render``, row by row: a thousand files need no more memory than one."""

from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import (
    LONGEST_NAME,
    duration,
    file_size,
    frames_or_pages,
    grouped_notes,
    pixel_size,
)

STYLES = {"COMPLETED": "green", "REJECTED": "yellow", "FAILED": "bold red"}
LONGEST_TIME = len("59 min 59 s")
NARROWEST, WIDEST = 24, 40  # columns for the name and the facts of a file


@dataclass(frozen=True, slots=True)
class RenderTable:
    """Rows that align because all have the same widths. ``longest``: length of the longest name."""

    longest: int

    def heading(self) -> Table:
        """Return the names of the columns."""
        return self._table(show_header=True)

    def row(self, document: dict[str, Any]) -> Table:
        """Return the row of one file: facts, status, renditions or the reason why there are none, and time."""
        table = self._table(show_header=False)
        original = Text.assemble(visible(document["name"]), "\n", (facts(document), "dim"))
        status = Text(document["status"], STYLES[document["status"]])
        table.add_row(original, status, result(document), duration(document["seconds"]))
        return table

    def _table(self, *, show_header: bool) -> Table:
        table = Table(box=None, pad_edge=False, show_header=show_header)
        width = min(max(self.longest, NARROWEST), WIDEST)
        table.add_column("Original", overflow="fold", width=width)
        table.add_column("Status", no_wrap=True, width=9)
        table.add_column("Renditions", width=LONGEST_NAME + 27)
        table.add_column("Time", justify="right", no_wrap=True, width=LONGEST_TIME)
        return table


def facts(document: dict[str, Any]) -> str:
    """Return ``2560 x 3837 JPEG, 476 kB``, or only the size in bytes if the content is unknown."""
    size = file_size(document["bytes"])
    if document["format"] is None:
        return size
    several = frames_or_pages(document["format"], document["frames"])
    hdr = ", HDR" if document["hdr_stops"] else ""
    return f"{pixel_size(document['width'], document['height'])} {document['format']}{hdr}{several}, {size}"


def result(document: dict[str, Any]) -> RenderableType:
    """Return name, pixel size and bytes of each rendition with its note, or the reason why there are none."""
    if not document["renditions"]:
        return Text(visible(document["reason"] or ""))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, width=LONGEST_NAME)
    for width in (11, 8):
        grid.add_column(no_wrap=True, width=width, justify="right")
    for name, one in document["renditions"].items():
        grid.add_row(name, pixel_size(one["width"], one["height"]), file_size(one["bytes"]))
    notes = grouped_notes((name, one["note"]) for name, one in document["renditions"].items())
    return Group(grid, *(Text(line, "dim") for line in notes))
