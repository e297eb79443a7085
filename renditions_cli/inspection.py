"""The commands that show images and their executions, and their arguments."""

from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import (
    EXAMPLES,
    INSPECTION_EXIT_CODES,
    LISTING_EXIT_CODES,
    Json,
    JsonStream,
    Prefix,
)

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Inspection"
Image = Annotated[
    str,
    typer.Argument(
        metavar="IMAGE", help="Key in the uploads bucket, or s3://bucket/key.", show_default=False
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    commands = (
        (
            show,
            "  renditions show --local holiday.jpg\n  renditions show holiday.jpg --json | jq .explanation\n",
        ),
        (watch, "  renditions watch --local\n  renditions watch scans/ --json\n"),
        (explain, "  renditions explain holiday.jpg --profile work\n"),
        (
            list_,
            "  renditions list --status FAILED --since 2d --prefix scans/\n  renditions list --since 10m --json\n",
        ),
        (logs, "  renditions logs holiday.jpg\n  renditions logs holiday.jpg --json | jq -r .text\n"),
    )
    for function, examples in commands:
        exit_codes = INSPECTION_EXIT_CODES if function in {show, explain} else LISTING_EXIT_CODES
        app.command(
            function.__name__.rstrip("_"),
            epilog=EXAMPLES + examples + exit_codes,
            rich_help_panel=PANEL,
        )(function)


@on_a_stack
def show(
    image: Image,
    *,
    picture: Annotated[
        bool, typer.Option("--picture/--no-picture", help="Show the thumbnail in a terminal with colours.")
    ] = True,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Show everything about one image: record, versions, executions, notices, log, cost, and what to do."""
    from renditions_cli.commands.show import show_image

    raise typer.Exit(show_image(choice, image, with_picture=picture, as_json=json))


@on_a_stack
def watch(
    prefix: Annotated[
        str, typer.Argument(help="Only images whose keys start with this prefix.", show_default=False)
    ] = "",
    *,
    choice: "StackChoice",
    json: JsonStream = False,
) -> None:
    """Show images as they change, one line for each, with rates, until Ctrl-C."""
    from renditions_cli.commands.watch import watch as command

    raise typer.Exit(command(choice, prefix, as_json=json))


@on_a_stack
def explain(
    image: Image,
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Say in three sentences what happened to an image, why, and what to do."""
    from renditions_cli.commands.explain import explain_image

    raise typer.Exit(explain_image(choice, image, as_json=json))


@on_a_stack
def logs(
    image: Image,
    *,
    choice: "StackChoice",
    json: JsonStream = False,
) -> None:
    """Print every log line of every function about an image, in order."""
    from renditions_cli.commands.logs import show_logs

    raise typer.Exit(show_logs(choice, image, as_json=json))


@on_a_stack
def list_(
    *,
    status: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS",
            help="PROCESSING, COMPLETED, REJECTED, FAILED, DELETING or DELETED. Can be "
            "repeated. Default: all.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="Only images that got their status after this: 90m, 24h, 7d, or 2026-11-20T03:00.",
        ),
    ] = "24h",
    prefix: Prefix = "",
    at_most: Annotated[
        int, typer.Option(min=1, max=1_000_000, metavar="NUMBER", help="List at most this many, the newest.")
    ] = 1000,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """List images by status and time, the newest change first."""
    from renditions_cli.commands.list_images import Criteria, list_images

    criteria = Criteria(status or (), since, prefix, at_most)
    raise typer.Exit(list_images(choice, criteria, as_json=json))
