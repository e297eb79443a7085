"""The commands that look after a stack, and their arguments: its health and its subscribers."""

from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, Json, Prefix

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Upkeep"


SUBSCRIBE_EXIT_CODES = """
[bold]Exit status[/bold]

  0  done; a subscription that its owner must confirm counts as done
  1  a queue receives nothing; the output says what its policy lacks
  2  wrong usage, or there is no such subscription
  3  the stack cannot be reached
"""
DOCTOR_EXIT_CODES = """
[bold]Exit status[/bold]

  0  all is well
  1  something needs doing; the output says what
  2  something could not be looked at, such as the whole stack; or wrong usage
"""
Endpoint = Annotated[
    str,
    typer.Argument(
        metavar="ENDPOINT", help="https://…, an e-mail address, or the ARN of a queue.", show_default=False
    ),
]
Statuses = Annotated[
    list[str] | None,
    typer.Option(
        metavar="STATUS",
        help="Only these notices: COMPLETED, REJECTED, FAILED or DELETED. Can be repeated.",
        show_default=False,
    ),
]
Contexts = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Only images with this context (ContextKeys). Repeat it: one name, either value; two names, both.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = (
        "  renditions doctor --profile work\n  renditions doctor --local --json | jq '.findings\\[].text'\n"
    )
    app.command(epilog=EXAMPLES + examples + DOCTOR_EXIT_CODES, rich_help_panel=PANEL)(doctor)
    examples = (
        "  renditions subscribe https://example.org/notices --status FAILED\n"
        "  renditions subscribe arn:aws:sqs:eu-central-1:123456789012:scans --prefix scans/\n"
        "  renditions subscribe me@example.org --context tenant=acme\n"
        "  renditions subscribe --list --json | jq '.subscriptions\\[].endpoint'\n"
    )
    app.command(epilog=EXAMPLES + examples + SUBSCRIBE_EXIT_CODES, rich_help_panel=PANEL)(subscribe)
    examples = "  renditions unsubscribe https://example.org/notices\n"
    app.command(epilog=EXAMPLES + examples + SUBSCRIBE_EXIT_CODES, rich_help_panel=PANEL)(unsubscribe)


@on_a_stack
def doctor(
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Look at everything that the stack needs, and say what needs doing. Changes nothing."""
    from renditions_cli.commands.doctor import show_health

    raise typer.Exit(show_health(choice, as_json=json))


@on_a_stack
def subscribe(  # noqa: PLR0913 - one for each option
    endpoint: Endpoint = "",
    *,
    status: Statuses = None,
    prefix: Prefix = "",
    context: Contexts = None,
    backfill: Annotated[
        bool | None,
        typer.Option(
            help="Whether notices of a backfill come too. Without it, they come to programs and not to people.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--list", help="List the subscriptions instead.")] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Send the notices to a webhook, an e-mail address or a queue. Repeat it to change the filter."""
    from renditions_cli.commands.subscribe import Wanted, show_subscriptions
    from renditions_cli.commands.subscribe import subscribe as command
    from renditions_cli.errors import UsageError

    wanted = Wanted(endpoint, status or [], prefix, context or [], backfill)
    if every and wanted != Wanted("", [], "", []):
        raise UsageError("--list takes no endpoint, --status, --prefix, --context or --backfill.")
    if every:
        raise typer.Exit(show_subscriptions(choice, as_json=json))
    if not endpoint:
        raise UsageError(
            "Name an endpoint: https://…, an e-mail address, or the ARN of a queue. Or use --list."
        )
    raise typer.Exit(command(choice, wanted, as_json=json))


@on_a_stack
def unsubscribe(
    endpoint: Annotated[
        str,
        typer.Argument(
            metavar="ENDPOINT", help="The endpoint, or the ARN of the subscription.", show_default=False
        ),
    ],
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Stop sending the notices to an endpoint."""
    from renditions_cli.commands.subscribe import unsubscribe as command

    raise typer.Exit(command(choice, endpoint, as_json=json))
