"""The commands that look after a stack, and their arguments: its cost, its health, its subscribers."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import EXAMPLES, Json, Local, Profile, Region, StackName

PANEL = "Upkeep"
COST_EXIT_CODES = """
[bold]Exit status[/bold]

  0  done
  2  wrong usage, or the price file cannot be used
  3  the stack cannot be reached
"""


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    examples = (
        "  renditions cost --undeployed --images 20000\n  renditions cost --from-stack --days 7 --profile work\n"
        "  renditions cost --local --json | jq .sums\n"
    )
    app.command(epilog=EXAMPLES + examples + COST_EXIT_CODES, rich_help_panel=PANEL)(cost)


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
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    json: Json = False,
) -> None:
    """Show what the stack costs, item by item, at list prices: 1,000 images, a day, a month."""
    from cli.aws.stack import StackChoice
    from cli.commands.cost import CostOptions, show_cost
    from cli.errors import UsageError

    if undeployed and (from_stack or local):
        raise UsageError("--undeployed looks at no stack: leave out --from-stack and --local.")
    choice = StackChoice(stack_name, profile, region, local)
    options = CostOptions(images, days, from_stack, undeployed, prices)
    raise typer.Exit(show_cost(choice, options, as_json=json))
