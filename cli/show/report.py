"""The report on one image, for the console and for --json."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from cli.aws.execution_history import StateVisit
from cli.aws.executions import Execution
from cli.aws.images import in_reading_order, record_json, rendition_uri
from cli.show.progress import STYLES
from cli.show.wording import clock_time, counted, duration, file_size, pixel_size
from renditions.contracts import Rendition
from renditions.records import ImageRecord

EXECUTION_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan"}
LABEL = 12  # columns

Fact = tuple[str, Sequence[str | Text]]  # a label and its lines


@dataclass(frozen=True, slots=True)
class ImageReport:
    """The record of an image, the execution that owns it, and its link to the console; None if there is none.

    ``message``: why there is no record, or why the execution cannot be shown.
    """

    image_uri: str
    record: ImageRecord | None
    execution: Execution | None = None
    console_link: str | None = None
    message: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the document for --json."""
        return {
            "image_uri": self.image_uri,
            "image": self.record and record_json(self.record),
            "execution": self.execution and self.execution.to_json(),
            "console_url": self.console_link,
            "message": self.message or None,
        }


def report_lines(report: ImageReport) -> Iterator[Text]:
    """Yield the lines to print. Print them without wrapping, so that URIs and ARNs can be copied."""
    if report.record is None:
        yield Text(report.message, "yellow")
        return
    yield Text(report.image_uri, "bold")
    for label, lines in (*record_facts(report.record), *execution_facts(report)):
        for number, line in enumerate(lines):
            yield Text.assemble((f"  {'' if number else label:<{LABEL}}", "dim"), line)
    yield Text()


def record_facts(record: ImageRecord) -> Iterator[Fact]:
    """Yield the facts of the record."""
    yield "Status", [Text(record.status, STYLES.get(record.status, ""))]
    if record.reason:
        yield "Reason", [f"{record.reason} ({record.reason_code})"]
    yield from served_facts(record)
    if record.deleted_at:
        yield "Deleted", [record.deleted_at]
    if record.started_at:
        yield "Started", [record.started_at]
    if record.completed_at:
        yield "Ended", [record.completed_at]


def served_facts(record: ImageRecord) -> Iterator[Fact]:
    """Yield the image that is served: the newest upload if it is completed, otherwise the one before it."""
    if record.status != "COMPLETED" and record.renditions:
        yield "Served", ["An earlier upload, until a newer one is completed."]
        yield "Its ETag", [record.served_etag or "unknown"]
    if record.width is not None and record.height is not None:
        yield "Original", [original_facts(record, pixel_size(record.width, record.height))]
    if record.renditions:
        lines = [line for one in in_reading_order(record.renditions) for line in rendition_lines(one)]
        yield "Renditions", lines


def original_facts(record: ImageRecord, pixels: str) -> str:
    """Return ``2560 x 3837 JPEG, 476 kB``."""
    frames = f", {counted(record.frames, 'frame')}" if record.frames and record.frames > 1 else ""
    size = f", {file_size(record.bytes)}" if record.bytes is not None else ""
    return f"{pixels} {record.format}{frames}{size}"


def rendition_lines(one: Rendition) -> Iterator[Text]:
    """Yield a rendition with its size, its URI, and its note."""
    yield Text(f"{one.name:<10} {pixel_size(one.width, one.height)}, {file_size(one.bytes)}")
    yield Text(f"{'':<10} {rendition_uri(one)}", "dim")
    if one.note:
        yield Text(f"{'':<10} {one.note}", "dim")


def execution_facts(report: ImageReport) -> Iterator[Fact]:
    """Yield the facts of the execution."""
    execution = report.execution
    if report.message:
        yield "Execution", [report.message]
        return
    if execution is None:
        yield "Execution", ["Not available. Step Functions deletes executions 90 days after their end."]
        return
    status = Text.assemble(
        (execution.status, EXECUTION_STYLES.get(execution.status, "bold red")), run_time(execution)
    )
    yield "Execution", [status, Text(execution.arn, "dim")]
    if execution.visits:
        longest = max(len(visit.name) for visit in execution.visits)
        yield "States", [visit_line(visit, execution, longest) for visit in execution.visits]
    if execution.error:
        yield "Error", [Text(execution.error, "bold red")]
    if execution.cause:
        yield "Cause", [execution.cause]
    if report.console_link:
        yield "Console", [report.console_link]


def run_time(execution: Execution) -> str:
    """Return `` in 2.1 s``, or `` for 2.1 s`` while it runs."""
    if execution.stopped is None:
        return f" for {elapsed(execution.started, datetime.now(execution.started.tzinfo))}"
    return f" in {elapsed(execution.started, execution.stopped)}"


def elapsed(begin: datetime, end: datetime) -> str:
    """Return ``420 ms``, ``2.1 s``."""
    seconds = (end - begin).total_seconds()
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else duration(seconds)


def visit_line(visit: StateVisit, execution: Execution, longest: int) -> Text:
    """Return a state with the time of day at which it was entered, and how long it took.

    ``longest``: the length of the longest name of a state.
    """
    state = f"  {visit.name:<{longest}}  "
    return Text.assemble((clock_time(visit.entered), "dim"), state, time_in_state(visit, execution))


def time_in_state(visit: StateVisit, execution: Execution) -> Text:
    """Return how long the execution was in a state, or that it is still there, or that it ended there."""
    if visit.exited is not None:
        return Text(elapsed(visit.entered, visit.exited))
    if execution.stopped is None:
        return Text("running", "cyan")
    return Text("ended here", "green" if execution.status == "SUCCEEDED" else "bold red")
