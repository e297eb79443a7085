"""The commands that look after a stack, and their arguments: its cost, its health, its subscribers."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, DryRun, Json, JsonLines, Timeout

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Upkeep"


class SizeMix(StrEnum):
    """Which of the benchmarks' originals are uploaded, each as often as the others."""

    PHOTOS = "photos"
    SMALL = "small"
    ALL = "all"


class Account(StrEnum):
    """Whose quotas."""

    LARGE = "large-region"
    OTHER = "other-region"
    NEW = "new"


VERIFY_EXIT_CODES = """
[bold]Exit status[/bold]

  0  everything is as recorded
  1  something differs; the output says what
  2  wrong usage
  3  the stack cannot be reached
130  interrupted with Ctrl-C; continue with --after
"""
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
SIMULATE_EXIT_CODES = """
[bold]Exit status[/bold]

  0  no upload would fail
  1  some would
  2  wrong usage
  3  the stack cannot be reached
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
        "  renditions cost --undeployed --images 20000\n  renditions cost --from-stack --days 7 --profile work\n"
        "  renditions cost --local --json | jq .sums\n"
    )
    app.command(epilog=EXAMPLES + examples + COST_EXIT_CODES, rich_help_panel=PANEL)(cost)
    examples = (
        "  renditions simulate --rate 1000/s --minutes 10\n"
        "  renditions simulate --rate 10000/m --minutes 1 --account new\n"
        "  renditions simulate --rate 500/m --from-stack --concurrency 50 --json | jq .seconds\n"
    )
    app.command(epilog=EXAMPLES + examples + SIMULATE_EXIT_CODES, rich_help_panel=PANEL)(simulate)
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
def simulate(  # noqa: PLR0913 - one for each option
    *,
    rate: Annotated[str, typer.Option(metavar="NUMBER/s", help="Uploads per s, m, h or d.")] = "10/s",
    minutes: Annotated[
        float, typer.Option(min=0.001, max=100_000, metavar="NUMBER", help="How long they come.")
    ] = 10,
    size_mix: Annotated[
        SizeMix, typer.Option(help="What is uploaded: originals of `make bench`.")
    ] = SizeMix.PHOTOS,
    account: Annotated[
        Account, typer.Option(help="Whose quotas: AWS's defaults, by region.")
    ] = Account.LARGE,
    concurrency: Annotated[
        int | None,
        typer.Option(
            min=1, max=1_000_000, metavar="NUMBER", help="Functions at once instead.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another one draws other numbers.")] = 1,
    from_stack: Annotated[
        bool,
        typer.Option("--from-stack", help="Use the definition and memory of a stack, not of this checkout."),
    ] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Simulate a burst: how long it takes with the quotas of an account, what it waits for, what it costs."""
    from renditions_cli.commands.simulate import SimulateOptions
    from renditions_cli.commands.simulate import simulate as command

    options = SimulateOptions(rate, minutes, size_mix.value, account.value, concurrency, seed, from_stack)
    raise typer.Exit(command(choice, options, as_json=json))


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
def verify(
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
    choice: "StackChoice",
    json: JsonLines = False,
) -> None:
    """Compare each original and its renditions with the record, and report every difference. Changes nothing."""
    from renditions_cli.aws.verification import Scope
    from renditions_cli.commands.verify import verify as command

    raise typer.Exit(command(choice, prefix, Scope(after, readers if content else 0), as_json=json))


@on_a_stack
def subscribe(  # noqa: PLR0913 - one for each option
    endpoint: Endpoint = "",
    *,
    status: Statuses = None,
    prefix: Annotated[str, typer.Option(help="Only images whose keys start with this prefix.")] = "",
    context: Contexts = None,
    every: Annotated[bool, typer.Option("--list", help="List the subscriptions instead.")] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Send the notices to a webhook, an e-mail address or a queue. Repeat it to change the filter."""
    from renditions_cli.commands.subscribe import Wanted, show_subscriptions
    from renditions_cli.commands.subscribe import subscribe as command
    from renditions_cli.errors import UsageError

    wanted = Wanted(endpoint, status or [], prefix, context or [])
    if every and wanted != Wanted("", [], "", []):
        raise UsageError("--list takes no endpoint, --status, --prefix or --context.")
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
