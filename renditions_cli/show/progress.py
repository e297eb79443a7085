"""The progress of each file: a live table in a terminal, one line per change elsewhere."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from renditions_cli.aws.outcomes import ENDS, Watcher
from renditions_cli.files.originals import Original
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import counted, duration

STYLES = {
    "COMPLETED": "green",
    "UPLOADED": "green",
    "REJECTED": "yellow",
    "FAILED": "bold red",
    "NOT UPLOADED": "bold red",
    "UNFINISHED": "bold red",
    "NOT DOWNLOADED": "bold red",
    "REPLACED": "yellow",
    "PROCESSING": "cyan",
    "DELETING": "cyan",
    "DELETED": "dim",
}
LONGEST_STATE = max(len(state) for state in ENDS)
LONGEST_TIME = len("59 min 59 s")
LINES_AROUND = 4  # the summary, the line about hidden rows, and empty lines


def show_progress(console: Console, originals: Sequence[Original]) -> AbstractContextManager[Watcher]:
    """Return a watcher that shows each change on ``console``."""
    return live_progress(console, originals) if console.is_terminal else line_progress(console)


@contextmanager
def line_progress(console: Console) -> Iterator[Watcher]:
    """Print one line per change."""
    begun: dict[Original, float] = {}
    lock = threading.Lock()

    def changed(original: Original, state: str) -> None:
        with lock:  # uploads report from their own threads
            now = time.monotonic()
            elapsed = now - begun.setdefault(original, now)
            line = f"{duration(elapsed):>{LONGEST_TIME}}  {state:<{LONGEST_STATE}}  {visible(original.name)}"
            console.print(Text(line), soft_wrap=True)

    yield changed


@contextmanager
def live_progress(console: Console, originals: Sequence[Original]) -> Iterator[Watcher]:
    """Show a table that is redrawn in place, and removed at the end, where the results follow."""
    board = Board(console, {original: Row() for original in originals})
    with Live(board, console=console, transient=True, refresh_per_second=10):
        yield board.changed


@dataclass(slots=True)
class Row:
    """One file: its state, and its start and end by the monotonic clock."""

    state: str = ""
    begun: float | None = None
    ended: float | None = None

    def enter(self, state: str) -> None:
        """Set the state."""
        self.state = state
        self.begun = self.begun or time.monotonic()
        if state in ENDS:
            self.ended = time.monotonic()

    def elapsed(self) -> str:
        """Return the time until now or until the end; an empty string before the upload."""
        if self.begun is None:
            return ""
        return duration((self.ended or time.monotonic()) - self.begun)


@dataclass(slots=True)
class Board:
    """The table of all files, drawn whenever rich asks for it."""

    console: Console
    rows: dict[Original, Row]
    spinner: Spinner = field(default_factory=lambda: Spinner("dots", style="cyan"))

    def changed(self, original: Original, state: str) -> None:
        """Update a row. This is the watcher."""
        self.rows[original].enter(state)

    def __rich__(self) -> RenderableType:
        rows = self.visible_rows()
        table = Table.grid(padding=(0, 2))
        for original, row in rows:
            state = Text(row.state, STYLES.get(row.state, ""))
            table.add_row(self.icon(row), Text(visible(original.name)), state, row.elapsed())
        hidden = len(self.rows) - len(rows)
        rest = [Text(f"… and {counted(hidden, 'more image')}", "dim")] if hidden else []
        return Group(table, *rest, self.summary())

    def visible_rows(self) -> list[tuple[Original, Row]]:
        """Return the rows that fit the terminal. If there are too many, unfinished ones come first."""
        room = max(self.console.height - LINES_AROUND, 1)
        rows = list(self.rows.items())
        if len(rows) <= room:
            return rows
        begun = [one for one in rows if one[1].begun and not one[1].ended]
        ended = [one for one in rows if one[1].ended]
        return [*begun, *reversed(ended)][:room]

    def icon(self, row: Row) -> RenderableType:
        """Return the icon in front of a row: a spinner until the end."""
        if row.ended is None:
            return self.spinner if row.begun else ""
        return Text("✓" if STYLES.get(row.state) == "green" else "✗", STYLES.get(row.state, ""))

    def summary(self) -> Text:
        """Return ``2 of 6 done, 4 PROCESSING``."""
        states = Counter(row.state for row in self.rows.values() if row.ended is None and row.state)
        done = sum(row.ended is not None for row in self.rows.values())
        parts = [f"{done} of {len(self.rows)} done", *(f"{count} {state}" for state, count in states.items())]
        return Text(", ".join(parts), "dim")
