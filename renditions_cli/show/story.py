"""The story of one image on one screen."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from renditions.freshness import Freshness
from renditions_cli.aws.image_story import ImageStory, Notice
from renditions_cli.aws.image_versions import OriginalVersion
from renditions_cli.aws.images import record_json
from renditions_cli.aws.log_lines import LogLine
from renditions_cli.show.escaping import visible
from renditions_cli.show.explanation import Explanation, explain
from renditions_cli.show.report import Fact, execution_lines, record_facts, titled
from renditions_cli.show.wording import clock_time, counted, file_size

MOST_LINES = 8  # of the log: the screen has room for little more
LEVELS = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow"}


def story_json(story: ImageStory, explanation: Explanation) -> dict[str, object]:
    """Return the document for --json."""
    return {
        "image_uri": story.image_uri,
        "image": story.record and record_json(story.record),
        "freshness": story.freshness,
        "versions": [one.to_json() for one in story.versions],
        "executions": [one.to_json() for one in story.executions],
        "executions_not_examined": story.skipped,
        "notices": [one.to_json() for one in story.notices],
        "log": [one.to_json() for one in story.lines],
        "cost_dollars": round(story.dollars, 8),
        "explanation": explanation.to_json(),
        "problems": list(story.problems),
    }


def story_lines(story: ImageStory) -> Iterator[Text]:
    """Yield the lines to print. Print them without wrapping, so that URIs and ARNs can be copied."""
    yield Text(visible(story.image_uri), "bold")
    yield from titled(_facts(story))


def _facts(story: ImageStory) -> Iterator[Fact]:
    if story.record:
        yield from record_facts(story.record)
    if story.freshness is Freshness.STALE:
        yield "Stale", [Text("The settings of the stack would make other renditions now.", "yellow")]
    if story.versions:
        yield "Versions", [version_line(one) for one in story.versions]
    for number, execution in enumerate(story.executions):
        yield "Executions" if not number else "", execution_lines(execution, with_name=True)
    if story.skipped:
        yield "", [Text(f"{counted(story.skipped, 'other execution')} near these times not examined", "dim")]
    if story.notices:
        yield "Notices", [notice_line(one) for one in story.notices]
    if story.lines:
        yield "Log", list(log_extract(story))
    if story.executions:
        yield "Cost", [f"about ${story.dollars:.6f} at list prices, without storage and traffic"]
    explanation = explain(story, datetime.now(UTC))
    style = "green" if explanation.is_well else "yellow"
    yield "To do", [Text(visible(one), style) for one in explanation.sentences]
    if story.problems:
        yield "Not read", [Text(visible(one), "red") for one in story.problems]


def version_line(one: OriginalVersion) -> Text:
    """Return ``14:03:07.000  48 kB  3f9a…  current``."""
    what = "deleted" if one.bytes is None else f"{file_size(one.bytes)}, ETag {one.etag}"
    current = Text("  current", "green") if one.is_latest else Text()
    moment = one.modified.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return Text.assemble((moment, "dim"), f"  {what}", (f"  {one.version_id}", "dim"), current)


def notice_line(one: Notice) -> Text:
    """Return ``14:03:07.218  Renditions: image ready  (PublishCompletion)``."""
    return Text.assemble(
        (clock_time(one.time), "dim"), f"  {one.subject or one.state}", (f"  to {one.topic}", "dim")
    )


def log_extract(story: ImageStory) -> Iterator[Text]:
    """Yield the last messages of the functions, without tracebacks, and how many lines there are in all."""
    own = [one for one in story.lines if one.level and not one.is_platform]
    yield from map(log_line, own[-MOST_LINES:])
    if len(story.lines) > len(own[-MOST_LINES:]):
        yield Text(f"All {len(story.lines)} lines: renditions logs KEY", "dim")


def log_line(one: LogLine) -> Text:
    """Return a line of a log with its time and its function. A JSON line shows its message and its own fields."""
    head = ((clock_time(one.time), "dim"), f"  {one.function}  ")
    return Text.assemble(*head, (visible(message(one).expandtabs(2)), LEVELS.get(one.level, "")))


def message(one: LogLine) -> str:
    """Return what a line says: its message with the fields that are not the same in every line."""
    if "message" not in one.fields:
        return one.text
    own = [
        f"{name}={value}" for name, value in one.fields.items() if name not in COMMON and value is not None
    ]
    return " ".join([str(one.fields.get("level", "")), str(one.fields["message"]), *own]).strip()


COMMON = frozenset({
    "level", "location", "message", "timestamp", "service", "cold_start", "function_name", "function_memory_size",
    "function_arn", "function_request_id", "xray_trace_id", "image", "execution", "requestId", "logger",
})  # fmt: skip
