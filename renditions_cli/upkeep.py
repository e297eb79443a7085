"""The commands that look after a stack, and their arguments: its cost, its health, its subscribers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, DryRun, Json, Timeout

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
COST_EXIT_CODES = """
[bold]Exit status[/bold]

  0  done
  2  wrong usage, or the price file cannot be used
  3  the stack cannot be reached
"""
FORGET_EXIT_CODES = """
[bold]Exit status[/bold]

  0  nothing of the images is left in the stack
  1  something is left, was refused or uploaded again; the output says what
  2  wrong usage
  3  the stack cannot be reached, or does not let you look
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


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = (
        "  renditions cost --undeployed --images 20000\n  renditions cost --from-stack --days 7 --profile work\n"
        "  renditions cost --local --json | jq .sums\n"
    )
    app.command(epilog=EXAMPLES + examples + COST_EXIT_CODES, rich_help_panel=PANEL)(cost)
    examples = (
        "  renditions doctor --profile work\n  renditions doctor --local --json | jq '.findings\\[].text'\n"
    )
    app.command(epilog=EXAMPLES + examples + DOCTOR_EXIT_CODES, rich_help_panel=PANEL)(doctor)
    examples = (
        "  renditions subscribe https://example.org/notices --status FAILED\n"
        "  renditions subscribe arn:aws:sqs:eu-central-1:123456789012:scans --prefix scans/\n"
        "  renditions subscribe me@example.org\n"
        "  renditions subscribe --list --json | jq '.subscriptions\\[].endpoint'\n"
    )
    app.command(epilog=EXAMPLES + examples + SUBSCRIBE_EXIT_CODES, rich_help_panel=PANEL)(subscribe)
    examples = (
        "  renditions forget holiday/beach.jpg --dry-run\n  renditions forget holiday/beach.jpg\n"
        "  renditions forget --yes --json a.jpg b.jpg | jq '.images\\[].left'\n"
    )
    app.command(epilog=EXAMPLES + examples + FORGET_EXIT_CODES, rich_help_panel=PANEL)(forget)
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
def cost(  # noqa: PLR0913 - one for each option
    *,
    images: Annotated[float, typer.Option(min=0, max=1e9, metavar="NUMBER", help="Uploads a day.")] = 1000,
    from_stack: Annotated[
        bool, typer.Option("--from-stack", help="Count what the stack did in the last days instead.")
    ] = False,
    days: Annotated[float, typer.Option(min=0.05, max=400, help="With --from-stack: how many days.")] = 7,
    undeployed: Annotated[
        bool, typer.Option("--undeployed", help="Without a stack: the defaults of this checkout.")
    ] = False,
    prices: Annotated[
        Path | None, typer.Option(help="Price file, for another region or for your discounts.")
    ] = None,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Show what the stack costs, item by item, at list prices: 1,000 images, a day, a month."""
    from renditions_cli.commands.cost import CostOptions, show_cost
    from renditions_cli.errors import UsageError

    if undeployed and (from_stack or choice.local):
        raise UsageError("--undeployed looks at no stack: leave out --from-stack and --local.")
    options = CostOptions(images, days, from_stack, undeployed, prices)
    raise typer.Exit(show_cost(choice, options, as_json=json))


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
def subscribe(
    endpoint: Endpoint = "",
    *,
    status: Statuses = None,
    prefix: Annotated[str, typer.Option(help="Only images whose keys start with this prefix.")] = "",
    every: Annotated[bool, typer.Option("--list", help="List the subscriptions instead.")] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Send the notices to a webhook, an e-mail address or a queue. Repeat it to change the filter."""
    from renditions_cli.commands.subscribe import Wanted, show_subscriptions
    from renditions_cli.commands.subscribe import subscribe as command
    from renditions_cli.errors import UsageError

    wanted = Wanted(endpoint, status or [], prefix)
    if every and wanted != Wanted("", [], ""):
        raise UsageError("--list takes no endpoint, --status or --prefix.")
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
