"""The options that several commands share, and the common parts of their help."""

import math
from collections.abc import Iterable
from typing import Annotated

import typer

from renditions.errors import InvalidFraming
from renditions.framing import Framing
from renditions_cli.errors import UsageError

LONGEST_WAIT = 86_400.0  # seconds
MOST_MINUTES = 10 * 366 * 24 * 60.0  # ten years


def finite(value: float) -> float:
    """Return ``value``. Raises BadParameter if it is not a number, which passes every comparison with a limit."""
    if not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number.")
    return value


EXAMPLES = "[bold]Examples[/bold]\n\n"
EXIT_CODES = """
[bold]Exit status[/bold]

  0  all images completed; with `run`, rejected images count as success
  1  an image failed, was rejected (except with `run`), was deleted or replaced
     meanwhile, or did not finish in time
  2  wrong usage, or a file does not exist (`render` counts that as failed: 1)
  3  the stack cannot be reached, started or deployed
130  interrupted with Ctrl-C
"""
SERVING_EXIT_CODES = """
[bold]Exit status[/bold]

  0  stopped with Ctrl-C
  2  wrong usage
  3  the stack cannot be reached, started or deployed
"""
RECOVERY_EXIT_CODES = """
[bold]Exit status[/bold]

  0  nothing is left to do
  1  something needs your attention; the output says what
  2  wrong usage
  3  the stack cannot be reached
130  interrupted with Ctrl-C; run the command again to continue
"""
INSPECTION_EXIT_CODES = """
[bold]Exit status[/bold]

  0  nothing is left to do
  1  an image needs your attention; the output says why
  2  wrong usage
  3  the stack cannot be reached
130  interrupted with Ctrl-C
"""

LISTING_EXIT_CODES = """
[bold]Exit status[/bold]

  0  done; also if `watch` ends with Ctrl-C
  2  wrong usage
  3  the stack cannot be reached
"""

# One rule for all commands: those that print results as they come print JSON Lines, all others one document.
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text: one document.")]
JsonLines = Annotated[
    bool,
    typer.Option("--json", help="Print JSON instead of text: one document per line, the summary last."),
]
JsonStream = Annotated[
    bool, typer.Option("--json", help="Print JSON instead of text: one document per line.")
]
Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port on which the stack listens; 0 picks a free port.")
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="Override a parameter of template.yaml, for example AvifInput=on. Can be repeated.",
        show_default=False,
    ),
]
Timeout = Annotated[
    float, typer.Option(min=1, max=LONGEST_WAIT, callback=finite, help="Seconds to wait for each image.")
]
Focus = Annotated[
    str,
    typer.Option(
        metavar="X,Y",
        help="Point that renditions which cover their shape keep, in fractions of the upright image: 0.4,0.3",
        show_default=False,
    ),
]
Crop = Annotated[
    str,
    typer.Option(
        metavar="X,Y,W,H",
        help="Part of the image that all renditions show, in fractions of it: 0.1,0.2,0.5,0.5",
        show_default=False,
    ),
]
Preset = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Preset that the images get, if the stack has PresetByMetadata=on.",
        show_default=False,
    ),
]
Metadata = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata",
        metavar="NAME=VALUE",
        help="User metadata of the originals, such as those of ContextKeys. Can be repeated.",
        show_default=False,
    ),
]
Prefix = Annotated[str, typer.Option(help="Only images whose keys start with this prefix.")]
OlderThan = Annotated[
    float,
    typer.Option(
        min=0,
        max=MOST_MINUTES,
        callback=finite,
        metavar="MINUTES",
        help="Skip newer objects, whose events may still arrive.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done without doing it.")]


def read_framing(focus: str, crop: str) -> Framing:
    """Check --focus and --crop. Raises UsageError."""
    try:
        return Framing.parse(focus, crop, "--")
    except InvalidFraming as error:
        raise UsageError(str(error)) from error


def read_parameters(arguments: Iterable[str]) -> dict[str, str]:
    """Parse ``NAME=VALUE`` arguments into a mapping. Raises UsageError."""
    parameters: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            raise UsageError(
                f"--parameter {argument} is not NAME=VALUE. docs/settings.md lists the parameters."
            )
        parameters[name] = value
    return parameters
