"""All that is known about one image, for the screen and for --json."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.executions import Execution, Visit
from cli.images import ImageRecord, rendition_uri
from cli.progress import STYLES
from cli.wording import clock_time, counted, duration, file_size, pixel_size

EXECUTION_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan"}


@dataclass(frozen=True, slots=True)
class Found:
    """An image's record, the execution that owns it, and where that is in the console; None where there is none."""

    record: ImageRecord
    execution: Execution | None
    console_link: str | None

    def to_json(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "image": self.record.to_json(),
            "execution": self.execution and self.execution.to_json(),
            "console_url": self.console_link,
        }


def report(found: Found) -> RenderableType:
    """The facts below each other, then the renditions and the states of the execution as tables."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True, min_width=11)
    facts.add_column(overflow="fold")
    for label, value in (*record_facts(found.record), *execution_facts(found)):
        facts.add_row(label, value)
    return Group(Text(found.record.image_uri, "bold"), facts, "")


def record_facts(record: ImageRecord) -> Iterator[tuple[str, RenderableType]]:
    """What the record says."""
    yield "Status", Text(record.status, STYLES.get(record.status, ""))
    if record.reason:
        yield "Reason", Text(f"{record.reason} ({record.reason_code})")
    if record.width is not None and record.height is not None:
        yield "Original", original_facts(record, pixel_size(record.width, record.height))
    if record.renditions:
        yield "Renditions", renditions_table(record)
    if record.started_at:
        yield "Started", record.started_at
    if record.completed_at:
        yield "Ended", record.completed_at


def original_facts(record: ImageRecord, pixels: str) -> str:
    """``2560 x 3837 JPEG, 476 kB``."""
    size = f", {file_size(record.bytes)}" if record.bytes is not None else ""
    frames = f", {counted(record.frames, 'frame')}" if (record.frames or 1) > 1 and record.frames else ""
    return f"{pixels} {record.format}{frames}{size}"


def renditions_table(record: ImageRecord) -> Table:
    """Each rendition with its size, and below it where it is."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in record.renditions:
        note = f", {one.note}" if one.note else ""
        size = f"{pixel_size(one.width, one.height)}, {file_size(one.bytes)}{note}"
        table.add_row(one.name, Text.assemble(size, "\n", (rendition_uri(one), "dim")))
    return table


def execution_facts(found: Found) -> Iterator[tuple[str, RenderableType]]:
    """What Step Functions says."""
    execution = found.execution
    if execution is None:
        yield "Execution", "Step Functions no longer knows it: it forgets after 90 days."
        return
    yield (
        "Execution",
        Text.assemble(
            (execution.status, EXECUTION_STYLES.get(execution.status, "bold red")), took(execution)
        ),
    )
    if execution.visits:
        yield "States", states_table(execution)
    if execution.error:
        yield "Error", Text(execution.error, "bold red")
    if execution.cause:
        yield "Cause", Text(execution.cause)
    yield "", Text(execution.arn, "dim")
    if found.console_link:
        yield "Console", Text(found.console_link, f"link {found.console_link}")


def took(execution: Execution) -> str:
    """``in 2.1 s``, or how long it has been running."""
    if execution.stopped is None:
        return f" for {duration(seconds_between(execution.started, datetime.now(execution.started.tzinfo)))}"
    return f" in {duration(seconds_between(execution.started, execution.stopped))}"


def seconds_between(begin: datetime, end: datetime) -> float:
    """Seconds."""
    return (end - begin).total_seconds()


def states_table(execution: Execution) -> Table:
    """Each state with the time of day at which it was entered and how long it took."""
    table = Table.grid(padding=(0, 2))
    for visit in execution.visits:
        table.add_row(Text(clock_time(visit.entered), "dim"), visit.state, stay(visit, execution))
    return table


def stay(visit: Visit, execution: Execution) -> Text:
    """How long the execution was in a state; where it is now; where it ended without leaving."""
    if visit.left is not None:
        return Text(duration(seconds_between(visit.entered, visit.left)))
    if execution.stopped is None:
        return Text("is here now", "cyan")
    if execution.status == "SUCCEEDED":
        return Text("ended here", "green")
    return Text("ended here", "bold red")
