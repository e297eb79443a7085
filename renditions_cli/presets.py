"""The commands for presets, and their arguments."""

from pathlib import Path
from typing import Annotated

import typer

from renditions_cli.options import EXAMPLES, Json

PANEL = "Upkeep"
EXIT_CODES = """
[bold]Exit status[/bold]

  0  the file is correct
  2  wrong usage, or the file has faults; the output says which, and what to do
"""
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="Another file than presets.toml in the package, for example before it is put there.",
        show_default=False,
    ),
]

presets = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="rich",
    help="List the presets, and explain which one an original gets. Checks presets.toml.",
    epilog=EXAMPLES
    + "  renditions presets\n  renditions presets --file draft.toml\n"
    + "  renditions presets explain products/chair.jpg\n"
    + EXIT_CODES,
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(presets, name="presets", rich_help_panel=PANEL)


@presets.callback()
def list_them(ctx: typer.Context, *, file: File = None, json: Json = False) -> None:
    """List the presets, and explain which one an original gets. Checks presets.toml."""
    from renditions_cli.commands.presets import list_presets

    ctx.obj = file
    if ctx.invoked_subcommand is None:
        raise typer.Exit(list_presets(file, as_json=json))


@presets.command(epilog=EXAMPLES + "  renditions presets explain products/chair.jpg\n" + EXIT_CODES)
def explain(
    ctx: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="Key in the uploads bucket, or s3://bucket/key.", show_default=False
        ),
    ],
    *,
    file: File = None,
    json: Json = False,
) -> None:
    """Show which preset an original with this key gets, why, and what it changes. The object need not exist."""
    from renditions_cli.commands.presets import explain_key

    raise typer.Exit(explain_key(key, file or ctx.obj, as_json=json))
