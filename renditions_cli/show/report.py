"""The report on one image, for the console and for --json."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions_cli.aws.causes import shortened
from renditions_cli.aws.execution_history import StateVisit, VisitStatus
from renditions_cli.aws.executions import Execution
from renditions_cli.aws.images import in_reading_order, record_json, rendition_uri
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import STYLES
from renditions_cli.show.wording import clock_time, counted, duration, file_size, pixel_size

EXECUTION_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan"}
LABEL = 12  # columns
LONGEST_CAUSE = 300  # bytes, beside a state

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
        yield Text(visible(report.message), "yellow")
        return
    yield Text(visible(report.image_uri), "bold")
    yield from titled((*record_facts(report.record), *execution_facts(report)))
    yield Text()


def titled(facts: Iterable[Fact]) -> Iterator[Text]:
    """Yield the lines of each fact, the first one after its label."""
    for label, lines in facts:
        for number, line in enumerate(lines):
            yield Text.assemble((f"  {'' if number else label:<{LABEL}}", "dim"), line)


def record_facts(record: ImageRecord) -> Iterator[Fact]:
    """Yield the facts of the record."""
    yield "Status", [Text(record.status, STYLES.get(record.status, ""))]
    if record.origin and record.origin != "upload":
        yield "Origin", [visible(record.origin)]
    if record.reason:
        yield "Reason", [visible(f"{record.reason} ({record.reason_code})")]
    if record.context:
        yield "Context", [visible(f"{name}: {value}") for name, value in record.context.items()]
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
        is_same = record.served_etag == record.etag
        earlier = "What was made of this upload before" if is_same else "An earlier upload"
        yield "Served", [f"{earlier}, until a newer one is completed."]
        yield "Its ETag", [record.served_etag or "unknown"]
    if record.width is not None and record.height is not None:
        yield "Original", [original_facts(record, pixel_size(record.width, record.height))]
    if record.focus:
        yield "Focus", [visible(record.focus)]
    if record.crop:
        yield "Crop", [visible(record.crop)]
    if record.preset:
        yield "Preset", [visible(record.preset)]
    if record.renditions:
        lines = [line for one in in_reading_order(record.renditions) for line in rendition_lines(one)]
        yield "Renditions", [*lines, *(f"{name:<10} skipped by the preset" for name in record.skipped)]
    if record.release:
        yield "Made by", [visible(f"Renditions {record.release}")]


def original_facts(record: ImageRecord, pixels: str) -> str:
    """Return ``2560 x 3837 JPEG, 476 kB``."""
    frames = f", {counted(record.frames, 'frame')}" if record.frames and record.frames > 1 else ""
    size = f", {file_size(record.bytes)}" if record.bytes is not None else ""
    return f"{pixels} {record.format}{frames}{size}"


def rendition_lines(one: Rendition) -> Iterator[Text]:
    """Yield a rendition with its size, its URI, and its note."""
    yield Text(f"{one.name:<10} {pixel_size(one.width, one.height)}, {file_size(one.bytes)}")
    yield Text(f"{'':<10} {visible(rendition_uri(one))}", "dim")
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
    [status, arn, *others] = execution_lines(execution)
    yield "Execution", [status, arn]
    if execution.visits:
        yield "States", others
    if execution.error:
        yield "Error", [Text(visible(execution.error), "bold red")]
    if execution.cause:
        yield "Cause", [visible(execution.cause)]
    if report.console_link:
        yield "Console", [report.console_link]


def execution_lines(execution: Execution, *, with_name: bool = False) -> list[Text]:
    """Return the status of an execution, its ARN, and its states; ``with_name`` adds when it started and of what."""
    status = (execution.status, EXECUTION_STYLES.get(execution.status, "bold red"))
    moment = execution.started.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    name = (f"{moment}  {execution.machine}  ", "") if with_name else ""
    longest = max((len(indented(visit)) for visit in execution.visits), default=0)
    return [
        Text.assemble(name, status, run_time(execution)),
        Text(execution.arn, "dim"),
        *(line for visit in execution.visits for line in visit_lines(visit, execution, longest)),
    ]


def run_time(execution: Execution) -> str:
    """Return `` in 2.1 s``, or `` for 2.1 s`` while it runs."""
    if execution.stopped is None:
        return f" for {elapsed(execution.started, datetime.now(execution.started.tzinfo))}"
    return f" in {elapsed(execution.started, execution.stopped)}"


def elapsed(begin: datetime, end: datetime) -> str:
    """Return ``420 ms``, ``2.1 s``."""
    seconds = (end - begin).total_seconds()
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else duration(seconds)


def indented(visit: StateVisit) -> str:
    """Return the name of a state, moved to the right inside a Parallel state."""
    return f"  {visit.name}" if visit.within else visit.name


def visit_lines(visit: StateVisit, execution: Execution, longest: int) -> Iterator[Text]:
    """Yield a state with the time of day at which it was entered and how long it took, and what went wrong in it.

    ``longest``: the length of the longest name of a state.
    """
    state = f"  {indented(visit):<{longest}}  "
    retries = f", {visit.retries} {'retry' if visit.retries == 1 else 'retries'}" if visit.retries else ""
    yield Text.assemble((clock_time(visit.entered), "dim"), state, time_in_state(visit, execution), retries)
    if visit.error:
        text = f"{visit.error}: {visit.cause}" if visit.cause else visit.error
        style = "dim" if visit.status is VisitStatus.SUCCEEDED else "yellow"
        yield Text(f"{'':>14}{visible(' '.join(shortened(text, LONGEST_CAUSE).split()))}", style)


def time_in_state(visit: StateVisit, execution: Execution) -> Text:
    """Return how long the execution was in a state, or that it is still there, or that it ended there."""
    if visit.exited is not None:
        return Text(elapsed(visit.entered, visit.exited))
    if execution.stopped is None:
        return Text("running", "cyan")
    if visit.status is VisitStatus.ABORTED and execution.status == "FAILED":
        return Text("stopped, because another branch failed", "dim")
    return Text("ended here", "green" if execution.status == "SUCCEEDED" else "bold red")
