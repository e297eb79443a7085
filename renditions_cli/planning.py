"""The commands that say what a stack costs and how much it takes, and their arguments."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, Json

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Upkeep"
Preset = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="All images have this preset of this checkout: what it leaves out is not made.",
        show_default=False,
    ),
]


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
    LOCAL = "local"


class Workflow(StrEnum):
    """The type of the workflow that uploads start."""

    STANDARD = "standard"
    EXPRESS = "express"


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


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = (
        "  renditions cost --undeployed --images 20000\n"
        "  renditions cost --workflow express --images 500000\n"
        "  renditions cost --from-stack --days 7 --profile work\n"
        "  renditions cost --local --json | jq .sums\n"
    )
    app.command(epilog=EXAMPLES + examples + COST_EXIT_CODES, rich_help_panel=PANEL)(cost)
    examples = (
        "  renditions simulate --rate 1000/s --minutes 10\n"
        "  renditions simulate --rate 10000/m --minutes 1 --account new\n"
        "  renditions simulate --rate 500/m --from-stack --concurrency 50 --json | jq .seconds\n"
    )
    app.command(epilog=EXAMPLES + examples + SIMULATE_EXIT_CODES, rich_help_panel=PANEL)(simulate)


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
    preset: Preset = None,
    workflow: Annotated[
        Workflow | None, typer.Option(help="Estimate for this type of workflow instead.", show_default=False)
    ] = None,
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
    if preset is not None and from_stack:
        raise UsageError("--from-stack counts what was done, whatever the presets. Leave --preset out.")
    if workflow and from_stack:
        raise UsageError("--workflow is for an estimate: leave out --from-stack.")
    options = CostOptions(images, days, from_stack, undeployed, prices, preset, workflow and workflow.value)
    raise typer.Exit(show_cost(choice, options, as_json=json))


@on_a_stack
def simulate(  # noqa: PLR0913 - one for each option
    *,
    rate: Annotated[str, typer.Option(metavar="NUMBER/s", help="Uploads per s, m, h or d.")] = "10/s",
    minutes: Annotated[
        float, typer.Option(min=0.001, max=100_000, metavar="NUMBER", help="Length of the burst.")
    ] = 10,
    size_mix: Annotated[
        SizeMix, typer.Option(help="What is uploaded: originals of `make bench`.")
    ] = SizeMix.PHOTOS,
    account: Annotated[
        Account, typer.Option(help="Whose quotas: AWS's defaults, by region; local: the local stack.")
    ] = Account.LARGE,
    concurrency: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            metavar="NUMBER",
            help="Functions at once, instead of the quota.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=1_000_000, metavar="NUMBER", help="Seed of the random numbers.")
    ] = 1,
    from_stack: Annotated[
        bool,
        typer.Option("--from-stack", help="Use the definition and memory of a stack, not of this checkout."),
    ] = False,
    preset: Preset = None,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Simulate a burst: how long it takes with the quotas of an account, what it waits for, what it costs."""
    from renditions_cli.commands.simulate import SimulateOptions
    from renditions_cli.commands.simulate import simulate as command

    options = SimulateOptions(
        rate, minutes, size_mix.value, account.value, concurrency, seed, from_stack, preset
    )
    raise typer.Exit(command(choice, options, as_json=json))
