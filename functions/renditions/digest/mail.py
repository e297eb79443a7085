"""The text of the digest, for a phone as for a desk: no line is longer than 78 characters."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from renditions.contracts import bucket_and_key
from renditions.digest.summary import COMPLETED, DELETED, FAILED, REJECTED, Notice, Summary

WIDTH: Final = 78
LISTED: Final = 20  # images of a status; the e-mail says how to see the others
WORDS: Final = {COMPLETED: "ready", REJECTED: "rejected", FAILED: "failed", DELETED: "deleted"}
# How far back the commands in the e-mail look: a period more than it covers.
SINCE: Final = {"hourly": "2h", "daily": "2d"}


@dataclass(frozen=True, slots=True)
class Mail:
    """``subject``: ASCII and less than 100 characters, as SNS demands."""

    subject: str
    text: str


def compose(summary: Summary, period: str) -> Mail:
    """Return the e-mail. ``period``: hourly or daily."""
    counts = summary.counts()
    said = [f"{counts[status]} {word}" for status, word in WORDS.items() if counts[status]]
    if not said:
        said = [f"backfill of {summary.backfilled().total()}"]
    return Mail(f"Renditions: {', '.join(said)}", "\n".join([*_lines(summary, SINCE[period]), ""]))


def _lines(summary: Summary, since: str) -> Iterator[str]:
    counts = summary.counts()
    yield f"From {_minute(summary.first)} to {_minute(summary.last)} UTC:"
    yield ""
    width = len(str(max(counts.values(), default=0)))
    yield from (f"{counts[status]:>{width}} {word}" for status, word in WORDS.items() if counts[status])
    if backfilled := summary.backfilled():
        said = [f"{backfilled[status]:,} {status.lower()}" for status in WORDS if backfilled[status]]
        yield f"Backfill: {', '.join(said)}"
    for status in (FAILED, REJECTED):
        if counts[status]:
            yield from ("", f"{WORDS[status].capitalize()}:", "")
            yield from _listed(summary.with_status(status)[:LISTED])
            if counts[status] > LISTED:
                yield from ("", f"... and {counts[status] - LISTED} more. All of them:")
                yield f"renditions list --status {status} --since {since}"
    if counts[FAILED]:
        yield from ("", "Causes and remedies of failed images:", f"renditions failures --since {since}")
    yield from ("", "The renditions of an image and where they are:", "renditions status KEY")


def _listed(notices: list[Notice]) -> Iterator[str]:
    for notice in notices:
        yield from _wrapped_key(notice.uri)
        yield from textwrap.wrap(
            printable(f"{notice.code}: {notice.sentence}"),
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
        )


def _wrapped_key(uri: str) -> Iterator[str]:
    """Yield the key of the image, a long one in several lines, all but the first indented further."""
    key = printable(bucket_and_key(uri)[1])
    yield key[:WIDTH]
    rest = WIDTH - 4
    yield from (f"    {key[start : start + rest]}" for start in range(WIDTH, len(key), rest))


def printable(text: str) -> str:
    """Return ``text`` with every character that could move others escaped: controls, line ends, bidi marks.

    Whoever uploads chooses the key, and would otherwise write lines of their own into the e-mail.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _minute(time: str) -> str:
    """Return ``2026-11-29 06:00`` of ``2026-11-29T06:00:12.345Z``."""
    return printable(time)[:16].replace("T", " ")
