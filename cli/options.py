"""Options that several commands share, and what their help has in common."""

from collections.abc import Iterable
from typing import Annotated

import typer

from cli.errors import UsageError

EXAMPLES = "[bold]Examples[/bold]\n\n"
EXIT_CODES = """
[bold]Exit status[/bold]

  0  every image completed; for `run`: completed, or rejected with its reason
  1  an image failed, was rejected (not with `run`), or did not finish in time
  2  wrong usage, or a file is missing (with `render` it has failed: 1)
  3  the stack cannot be reached, started or deployed
130  stopped by Ctrl-C
"""
OPERATING_EXIT_CODES = """
[bold]Exit status[/bold]

  0  nothing is left to do
  1  something is left for you: each line says what
  2  wrong usage
  3  the stack cannot be reached
130  stopped by Ctrl-C; the same command goes on from there
"""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead, with plain numbers.")]
Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Where AWS listens on this machine; 0: any free port.")
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="A parameter of template.yaml that is not to have its default, for example AvifInput=on. May be repeated.",
        show_default=False,
    ),
]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds to wait for each image after its upload.")]
StackName = Annotated[str, typer.Option(help="Name of the CloudFormation stack.")]
Profile = Annotated[str | None, typer.Option(help="AWS profile; default: as the AWS CLI chooses it.")]
Region = Annotated[str | None, typer.Option(help="AWS region; default: as the AWS CLI chooses it.")]
Local = Annotated[bool, typer.Option("--local", help="The stack of `renditions up` on this machine.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def read_parameters(chosen: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE`` of each parameter as a mapping. Raises UsageError."""
    parameters: dict[str, str] = {}
    for one in chosen:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"--parameter {one} is not NAME=VALUE. docs/settings.md lists the parameters.")
        parameters[name] = value
    return parameters
