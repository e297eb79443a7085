"""The consoles of a command: results on standard output, progress too unless --json needs it for the document."""

import json
import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any

from rich.console import Console

DEFAULT_WIDTH = 100  # columns, for a file or pipe


@dataclass(frozen=True, slots=True)
class Consoles:
    """``results`` for the output of the command, ``progress`` for what happens until then."""

    results: Console
    progress: Console


def open_consoles(*, as_json: bool) -> Consoles:
    """Return the consoles. With ``as_json``, progress goes to standard error."""
    results = open_console(stderr=False)
    return Consoles(results, open_console(stderr=True) if as_json else results)


def open_console(*, stderr: bool) -> Console:
    """Return a rich console that does not highlight numbers and paths.

    A character that the encoding of the output lacks becomes a question mark, so that it does not end the command.
    """
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = DEFAULT_WIDTH
    return console


def print_json(console: Console, document: Any) -> None:
    """Print one document, without line breaks or colours from rich."""
    console.out(json.dumps(document, indent=2), highlight=False)
