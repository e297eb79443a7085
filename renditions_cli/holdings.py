"""The commands that check and erase what a stack holds, and their arguments."""

from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, DryRun, Json, JsonLines, Timeout

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Upkeep"
VERIFY_EXIT_CODES = """
[bold]Exit status[/bold]

  0  everything is as recorded
  1  something differs; the output says what
  2  wrong usage
  3  the stack cannot be reached
130  interrupted with Ctrl-C; continue with --after
"""
FORGET_EXIT_CODES = """
[bold]Exit status[/bold]

  0  nothing of the images is left in the stack
  1  something is left, was refused or uploaded again; the output says what
  2  wrong usage
  3  the stack cannot be reached, or does not let you look
"""


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = (
        "  renditions forget holiday/beach.jpg --dry-run\n  renditions forget holiday/beach.jpg\n"
        "  renditions forget --yes --json a.jpg b.jpg | jq '.images\\[].left'\n"
    )
    app.command(epilog=EXAMPLES + examples + FORGET_EXIT_CODES, rich_help_panel=PANEL)(forget)
    examples = (
        "  renditions verify\n  renditions verify scans/1912/ --content --profile work\n"
        "  renditions verify --content --json > findings.jsonl\n"
    )
    app.command(epilog=EXAMPLES + examples + VERIFY_EXIT_CODES, rich_help_panel=PANEL)(verify)


@on_a_stack
def forget(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGES...", help="Keys in the uploads bucket, or s3://bucket/key.", show_default=False
        ),
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryRun = False,
    choice: "StackChoice",
    timeout: Timeout = 300,
    json: Json = False,
) -> None:
    """Remove everything of an image for good: the original in all versions, the renditions, the record.

    Shows what there is and asks first. Then says what is kept elsewhere, such as in logs, and for how long. Safe to
    repeat.
    """
    from renditions_cli.commands.forget import ForgetOptions
    from renditions_cli.commands.forget import forget as command

    raise typer.Exit(command(choice, images, ForgetOptions(yes, dry_run, timeout), as_json=json))


@on_a_stack
def verify(  # noqa: PLR0913 - one for each option
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="Only images whose keys start with this prefix.")
    ] = "",
    *,
    content: Annotated[
        bool,
        typer.Option(
            "--content", help="Read each original and compare its SHA-256; also the types of renditions."
        ),
    ] = False,
    readers: Annotated[
        int, typer.Option(min=1, max=64, metavar="NUMBER", help="With --content: originals read at a time.")
    ] = 4,
    after: Annotated[
        str, typer.Option(metavar="KEY", help="Continue after this key, as an interrupted run says.")
    ] = "",
    stale: Annotated[
        bool,
        typer.Option(
            "--stale", help="Also report images of which the settings would make other renditions now."
        ),
    ] = False,
    choice: "StackChoice",
    json: JsonLines = False,
) -> None:
    """Compare each original and its renditions with the record, and report every difference. Changes nothing."""
    from renditions_cli.aws.verification import Scope
    from renditions_cli.commands.verify import verify as command

    raise typer.Exit(command(choice, prefix, Scope(after, readers if content else 0, stale), as_json=json))
