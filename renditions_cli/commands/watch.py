"""``renditions watch``: the images of a stack as they change, one line for each."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from renditions_cli.aws.image_index import STATUSES, Indexed, Search, counted_by_status, find_images
from renditions_cli.aws.remaining import IN_WORK
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import LINES_AROUND, STYLES
from renditions_cli.show.wording import counted, duration

SECONDS_BETWEEN_READS = 2.0
OVERLAP = timedelta(seconds=10)  # the index follows the table a little later, and clocks differ
MINUTE = timedelta(minutes=1)  # the period of the rates
MOST = 1000  # images of one reading, and lines kept


def watch(choice: StackChoice, prefix: str, *, as_json: bool) -> ExitCode:
    """Show the images that change, and how many in a minute, until Ctrl-C. Returns OK."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    board = Board(consoles.results, f"s3://{stack.outputs.uploads_bucket}/", datetime.now(UTC))
    display = json_lines if as_json else live if consoles.results.is_terminal else text_lines
    with suppress(KeyboardInterrupt), readable_aws_errors(), display(board) as changed:
        for entries in readings(stack, stack.uri_prefix(prefix)):
            changed(board.update(entries))
    if not as_json:
        consoles.results.print(board.summary(datetime.now(UTC)))
    return ExitCode.OK


def readings(stack: Stack, uri_prefix: str) -> Iterator[list[Indexed]]:
    """Yield the newest changes again and again, the first time those of the last minute."""
    dynamodb, since = stack.dynamodb(), datetime.now(UTC) - MINUTE
    while True:
        begun = datetime.now(UTC)
        search = Search(STATUSES, since, uri_prefix, MOST)
        yield find_images(dynamodb, stack.outputs.images_table, search)
        since = begun - OVERLAP
        time.sleep(SECONDS_BETWEEN_READS)


Changed = Callable[[Sequence[Indexed]], None]


@dataclass(slots=True)
class Board:
    """The images that have changed since ``begun``, and the table that shows them."""

    console: Console
    bucket: str
    begun: datetime
    images: dict[str, Indexed] = field(default_factory=dict)

    def update(self, entries: Sequence[Indexed]) -> list[Indexed]:
        """Take the newest changes. Return those that are new, the oldest first."""
        new = []
        for one in reversed(entries):
            known = self.images.get(one.record.image_uri)
            if known is None or known.since < one.since:
                self.images.pop(one.record.image_uri, None)
                self.images[one.record.image_uri] = one
                new.append(one)
        for uri in list(self.images)[:-MOST]:
            del self.images[uri]
        return new

    def name(self, one: Indexed) -> str:
        """Return the key."""
        return visible(one.record.image_uri.removeprefix(self.bucket))

    def visible_images(self) -> list[Indexed]:
        """Return the images that fit the terminal: those in work first, then the newest."""
        newest = sorted(self.images.values(), key=lambda one: one.since, reverse=True)
        newest.sort(key=lambda one: one.record.status not in IN_WORK)
        return newest[: max(self.console.height - LINES_AROUND, 1)]

    def __rich__(self) -> RenderableType:
        now = datetime.now(UTC)
        table = Table.grid(padding=(0, 2))
        for one in self.visible_images():
            status, reason = one.record.status, one.record.reason_code or ""
            table.add_row(
                Text(self.name(one)), Text(status, STYLES.get(status, "")), age_of(one, now), visible(reason)
            )
        return Group(table, self.summary(now))

    def summary(self, now: datetime) -> Text:
        """Return ``12 images: 3 PROCESSING, 9 COMPLETED. In the last minute: 9 COMPLETED (0.2/s)``."""
        parts = counted_by_status(self.images.values())
        total = f"{counted(len(self.images), 'image')}{': ' if parts else ''}{parts}."
        recent = Counter(one.record.status for one in self.images.values() if now - moment_of(one) <= MINUTE)
        rates = ", ".join(
            f"{recent[status] / MINUTE.total_seconds():.2f} {status} per second"
            for status in STATUSES
            if recent[status] and status not in IN_WORK
        )
        return Text(f"{total} {f'In the last minute: {rates}.' if rates else ''}".rstrip(), "dim")


def moment_of(one: Indexed) -> datetime:
    """Return since when the image has its status."""
    return datetime.fromisoformat(one.since)


def age_of(one: Indexed, now: datetime) -> str:
    """Return how long an image has been in work, or how long ago it ended."""
    seconds = max((now - moment_of(one)).total_seconds(), 0)
    return duration(seconds) if one.record.status in IN_WORK else f"{duration(seconds)} ago"


@contextmanager
def live(board: Board) -> Iterator[Changed]:
    """Redraw the table in place."""
    with Live(board, console=board.console, transient=True, refresh_per_second=4):
        yield lambda _new: None


@contextmanager
def text_lines(board: Board) -> Iterator[Changed]:
    """Print one line for each change."""

    def changed(new: Sequence[Indexed]) -> None:
        for one in new:
            status, reason = one.record.status, one.record.reason_code or ""
            line = f"{one.since}  {status:<10}  {board.name(one)}  {visible(reason)}"
            board.console.print(Text(line.rstrip()), soft_wrap=True)

    yield changed


@contextmanager
def json_lines(board: Board) -> Iterator[Changed]:
    """Print one document for each change."""

    def changed(new: Sequence[Indexed]) -> None:
        for one in new:
            board.console.out(json.dumps(one.to_json()), highlight=False)

    yield changed
