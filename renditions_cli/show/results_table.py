"""The results of a command as a table."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from renditions.contracts import Rendition
from renditions_cli.aws.outcomes import Outcome
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import STYLES
from renditions_cli.show.wording import (
    LONGEST_NAME,
    duration,
    file_size,
    frames_or_pages,
    grouped_notes,
    pixel_size,
)

NARROWEST = 16  # columns for a name
RENDITIONS = LONGEST_NAME + 21  # columns for the grid of renditions
BETWEEN = 12  # columns between the others and at the edges


def results_table(outcomes: Sequence[Outcome], width: int) -> Table:
    """Return a table with one row per file: original, status, renditions or the reason why there are none, and time.

    ``width``: columns of the console. Names get what the other columns do not need.
    """
    statuses = [Text(outcome.status, STYLES.get(outcome.status, "")) for outcome in outcomes]
    times = [duration(outcome.seconds) for outcome in outcomes]
    widths = max(len(status) for status in statuses), max(len(time) for time in times)
    rest = RENDITIONS + sum(widths) + BETWEEN
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Original", overflow="fold", max_width=max(width - rest, NARROWEST))
    table.add_column("Status", no_wrap=True)
    table.add_column("Renditions")
    table.add_column("Time", justify="right", no_wrap=True)
    for outcome, status, time in zip(outcomes, statuses, times, strict=True):
        table.add_row(original_cell(outcome), status, result_cell(outcome), time)
        table.add_section()
    return table


def original_cell(outcome: Outcome) -> Text:
    """Return the name of the file, with its facts on the next line."""
    return Text.assemble(visible(outcome.original.name), "\n", (facts(outcome), "dim"))


def facts(outcome: Outcome) -> str:
    """Return ``2560 x 3837 JPEG, 476 kB``, or only the size in bytes if the content is unknown."""
    size = file_size(outcome.original.bytes)
    record = outcome.completed
    if record is None or record.width is None or record.height is None:
        return size
    several = frames_or_pages(record.format, record.frames)
    return f"{pixel_size(record.width, record.height)} {record.format}{several}, {size}"


def result_cell(outcome: Outcome) -> RenderableType:
    """Return the renditions with their notes, and the reason why there are none or they are not here."""
    reason = Text(visible(outcome.reason))
    if not outcome.renditions:
        return reason
    notes = [
        Text(visible(line), "dim")
        for line in grouped_notes((one.name, one.note) for one in outcome.renditions)
    ]
    if outcome.skipped:
        notes.append(Text(f"{', '.join(outcome.skipped)}: skipped by the preset", "dim"))
    return Group(renditions_grid(outcome.renditions), *notes, *([reason] if reason else []))


def renditions_grid(renditions: Sequence[Rendition]) -> Table:
    """Return name, pixel size and bytes of each rendition, in columns that align from image to image."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, min_width=LONGEST_NAME)
    grid.add_column(no_wrap=True, min_width=11, justify="right")
    grid.add_column(no_wrap=True, min_width=6, justify="right")
    for one in renditions:
        grid.add_row(one.name, pixel_size(one.width, one.height), file_size(one.bytes))
    return grid
