"""The results of a command as one table."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.aws.outcomes import Outcome
from cli.show.progress import STYLES
from cli.show.wording import duration, file_size, noted, pixel_size
from renditions.contracts import Rendition

NARROWEST = 16  # columns for a name
RENDITIONS = 30  # columns of their grid
BETWEEN = 12  # columns between the others and at the edges


def results_table(outcomes: Sequence[Outcome], width: int) -> Table:
    """One row per file: original, status, each rendition with its size, or the sentence that says why not; time.

    ``width``: columns of the screen, of which long names get what the rest does not need.
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
    """The file's name, and below it what it is."""
    return Text.assemble(outcome.original.name, "\n", (facts(outcome), "dim"))


def facts(outcome: Outcome) -> str:
    """``2560 x 3837 JPEG, 476 kB``; of a file whose content was not understood only its bytes."""
    size = file_size(outcome.original.bytes)
    record = outcome.record
    if record is None or record.width is None or record.height is None:
        return size
    frames = f", {record.frames} frames" if (record.frames or 1) > 1 else ""
    return f"{pixel_size(record.width, record.height)} {record.format}{frames}, {size}"


def result_cell(outcome: Outcome) -> RenderableType:
    """The renditions of a completed image, and for any other one the sentence that says why there are none."""
    if outcome.record is None or not outcome.record.renditions:
        return Text(outcome.reason or "")
    renditions = outcome.record.renditions
    notes = [Text(line, "dim") for line in noted((one.name, one.note) for one in renditions)]
    return Group(renditions_grid(renditions), *notes)


def renditions_grid(renditions: Sequence[Rendition]) -> Table:
    """Name, pixel size and bytes of each, in columns that stand below each other from image to image."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, min_width=9)
    grid.add_column(no_wrap=True, min_width=11, justify="right")
    grid.add_column(no_wrap=True, min_width=6, justify="right")
    for one in renditions:
        grid.add_row(one.name, pixel_size(one.width, one.height), file_size(one.bytes))
    return grid
