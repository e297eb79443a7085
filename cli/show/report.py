"""All that is known about one image, for the screen and for --json."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from cli.aws.executions import Execution, Visit
from cli.aws.images import ImageRecord, rendition_uri
from cli.show.progress import STYLES
from cli.show.wording import clock_time, counted, duration, file_size, pixel_size
from renditions.contracts import Rendition

EXECUTION_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan"}
LABEL = 12  # columns

Fact = tuple[str, Sequence[str | Text]]  # a label and the lines beside it


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


def report(found: Found) -> Iterator[Text]:
    """The lines to print, none of them to be broken: URIs and ARNs are there to be copied."""
    yield Text(found.record.image_uri, "bold")
    for label, lines in (*record_facts(found.record), *execution_facts(found)):
        for number, line in enumerate(lines):
            yield Text.assemble((f"  {'' if number else label:<{LABEL}}", "dim"), line)
    yield Text()


def record_facts(record: ImageRecord) -> Iterator[Fact]:
    """What the record says."""
    yield "Status", [Text(record.status, STYLES.get(record.status, ""))]
    if record.reason:
        yield "Reason", [f"{record.reason} ({record.reason_code})"]
    if record.width is not None and record.height is not None:
        yield "Original", [original_facts(record, pixel_size(record.width, record.height))]
    if record.renditions:
        yield "Renditions", [line for one in record.renditions for line in rendition_lines(one)]
    if record.deleted_at:
        yield "Deleted", [record.deleted_at]
    if record.started_at:
        yield "Started", [record.started_at]
    if record.completed_at:
        yield "Ended", [record.completed_at]


def original_facts(record: ImageRecord, pixels: str) -> str:
    """``2560 x 3837 JPEG, 476 kB``."""
    frames = f", {counted(record.frames, 'frame')}" if record.frames and record.frames > 1 else ""
    size = f", {file_size(record.bytes)}" if record.bytes is not None else ""
    return f"{pixels} {record.format}{frames}{size}"


def rendition_lines(one: Rendition) -> Iterator[Text]:
    """A rendition with its size, where it is, and what was left out."""
    yield Text(f"{one.name:<10} {pixel_size(one.width, one.height)}, {file_size(one.bytes)}")
    yield Text(f"{'':<10} {rendition_uri(one)}", "dim")
    if one.note:
        yield Text(f"{'':<10} {one.note}", "dim")


def execution_facts(found: Found) -> Iterator[Fact]:
    """What Step Functions says."""
    execution = found.execution
    if execution is None:
        yield "Execution", ["Step Functions no longer knows it: it forgets after 90 days."]
        return
    status = Text.assemble(
        (execution.status, EXECUTION_STYLES.get(execution.status, "bold red")), took(execution)
    )
    yield "Execution", [status, Text(execution.arn, "dim")]
    if execution.visits:
        yield "States", [visit_line(visit, execution) for visit in execution.visits]
    if execution.error:
        yield "Error", [Text(execution.error, "bold red")]
    if execution.cause:
        yield "Cause", [execution.cause]
    if found.console_link:
        yield "Console", [found.console_link]


def took(execution: Execution) -> str:
    """``in 2.1 s``, or how long it has been running."""
    if execution.stopped is None:
        return f" for {between(execution.started, datetime.now(execution.started.tzinfo))}"
    return f" in {between(execution.started, execution.stopped)}"


def between(begin: datetime, end: datetime) -> str:
    """``420 ms``, ``2.1 s``."""
    seconds = (end - begin).total_seconds()
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else duration(seconds)


def visit_line(visit: Visit, execution: Execution) -> Text:
    """A state with the time of day at which it was entered and how long it took."""
    return Text.assemble((clock_time(visit.entered), "dim"), f"  {visit.state:<18} ", stay(visit, execution))


def stay(visit: Visit, execution: Execution) -> Text:
    """How long the execution was in a state; where it is now; where it ended without leaving."""
    if visit.left is not None:
        return Text(between(visit.entered, visit.left))
    if execution.stopped is None:
        return Text("is here now", "cyan")
    return Text("ended here", "green" if execution.status == "SUCCEEDED" else "bold red")
