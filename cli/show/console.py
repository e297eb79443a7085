"""Where a command writes: results to standard output, everything else there too unless --json wants it alone."""

import json
import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any

from rich.console import Console

WIDE_ENOUGH = 100  # columns of a file or pipe, where nobody has said otherwise


@dataclass(frozen=True, slots=True)
class Screens:
    """``results`` for what was asked for, ``progress`` for what happens on the way there."""

    results: Console
    progress: Console


def screens(*, as_json: bool) -> Screens:
    """With ``as_json`` standard output stays free for the document."""
    results = console(stderr=False)
    return Screens(results, console(stderr=True) if as_json else results)


def console(*, stderr: bool) -> Console:
    """A rich console that leaves numbers and paths in their own colour.

    A character of a name that the encoding does not have becomes a question mark, instead of the end of the command.
    """
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = WIDE_ENOUGH
    return found


def print_json(screen: Console, document: Any) -> None:
    """One document, never broken or coloured."""
    screen.out(json.dumps(document, indent=2), highlight=False)
