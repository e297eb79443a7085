"""``renditions backfill``: its commands and their arguments."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import EXAMPLES, DryRun, Json, JsonLines, OlderThan, Prefix

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Upkeep"
EXIT_CODES = """
[bold]Exit status[/bold]

  0  done
  1  an image failed, was rejected or is not processed yet; the output says which
  2  wrong usage, or there is no such plan
  3  the stack cannot be reached, or has no backfill
130  interrupted with Ctrl-C; what was started goes on
"""

backfill = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Process images that are already there: missing ones, and those that a changed setting made stale. "
    "Needs a stack with Backfill=on: docs/backfill.md.",
    epilog=EXIT_CODES,
)


class Only(StrEnum):
    """What a plan can have."""

    MISSING = "missing"
    STALE = "stale"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


Plan = Annotated[
    str, typer.Argument(metavar="PLAN", help="ID of the plan, as `plan` prints it.", show_default=False)
]
Concurrency = Annotated[
    int, typer.Option(min=1, max=10_000, metavar="NUMBER", help="Images in work at once.")
]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the end. Ctrl-C ends only the waiting.")]
Force = Annotated[
    bool, typer.Option("--force", help="Even if that leaves uploads less than half of the functions.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(backfill, name="backfill", rich_help_panel=PANEL)


def _example(text: str) -> str:
    return EXAMPLES + text + EXIT_CODES


@backfill.command(
    "plan",
    epilog=_example(
        "  renditions backfill plan\n  renditions backfill plan --prefix scans/ --only stale --concurrency 50\n"
        "  renditions backfill plan --dry-run --json | jq .counts\n"
    ),
)
@on_a_stack
def make_plan(  # noqa: PLR0913 - one for each option
    *,
    prefix: Prefix = "",
    only: Annotated[
        list[Only] | None,
        typer.Option(help="Only these. Can be repeated.", show_default="missing, stale and failed"),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(min=1, max=10_000, metavar="NUMBER", help="For the estimate: images in work at once."),
    ] = 10,
    older_than: OlderThan = 15,
    dry_run: DryRun = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Find what is to be processed, say how long it takes and what it costs, and keep that as a plan.

    Starts nothing. --dry-run keeps no plan, and works without Backfill=on.
    """
    from renditions_cli.commands.backfill import PlanOptions
    from renditions_cli.commands.backfill import plan as command

    states = tuple(one.value for one in only or ())
    options = PlanOptions(prefix, states, older_than, concurrency, dry_run)
    raise typer.Exit(command(choice, options, as_json=json))


@backfill.command(
    "run",
    epilog=_example(
        "  renditions backfill run 20261129-145447-3f2a\n"
        "  renditions backfill run 20261129-145447-3f2a --concurrency 50 --wait\n"
    ),
)
@on_a_stack
def run(
    plan: Plan,
    *,
    concurrency: Concurrency = 10,
    force: Force = False,
    wait: Wait = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Process the images of a plan. Safe to repeat: no image of a plan starts twice."""
    from renditions_cli.commands.backfill_runs import RunOptions, run_plan

    raise typer.Exit(run_plan(choice, plan, RunOptions(concurrency, force, wait), as_json=json))


@backfill.command(
    "status",
    epilog=_example(
        "  renditions backfill status\n  renditions backfill status --all --json | jq '.plans\\[].id'\n"
    ),
)
@on_a_stack
def status(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="ID of a plan. Default: the one that ran last.")
    ] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="List the plans of the stack instead.")] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Show how far a backfill is, and when it will end."""
    from renditions_cli.commands.backfill_runs import show_plans, show_status
    from renditions_cli.errors import UsageError

    if every and plan:
        raise UsageError("--all lists every plan. Leave out the plan, or --all.")
    raise typer.Exit(show_plans(choice, as_json=json) if every else show_status(choice, plan, as_json=json))


@backfill.command("throttle", epilog=_example("  renditions backfill throttle 5\n"))
@on_a_stack
def throttle(
    concurrency: Annotated[
        int,
        typer.Argument(
            metavar="NUMBER", min=1, max=10_000, help="Images in work at once.", show_default=False
        ),
    ],
    *,
    force: Force = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Change how many images of the running backfill are in work at once. What is in work finishes."""
    from renditions_cli.commands.backfill_runs import throttle as command

    raise typer.Exit(command(choice, concurrency, force=force, as_json=json))


@backfill.command("pause", epilog=_example("  renditions backfill pause\n"))
@on_a_stack
def pause(*, choice: "StackChoice", json: Json = False) -> None:
    """Start no further image of the running backfill. Those in work finish."""
    from renditions_cli.commands.backfill_runs import pause as command

    raise typer.Exit(command(choice, as_json=json))


@backfill.command("resume", epilog=_example("  renditions backfill resume --concurrency 5\n"))
@on_a_stack
def resume(
    *,
    concurrency: Annotated[
        int,
        typer.Option(
            min=0,
            max=10_000,
            metavar="NUMBER",
            help="Images in work at once; 0: as many as before.",
        ),
    ] = 0,
    force: Force = False,
    wait: Wait = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """Continue the backfill that ran last, with the images that are left."""
    from renditions_cli.commands.backfill_runs import RunOptions
    from renditions_cli.commands.backfill_runs import resume as command

    raise typer.Exit(command(choice, RunOptions(concurrency, force, wait), as_json=json))


@backfill.command(
    "report",
    epilog=_example(
        "  renditions backfill report 20261129-145447-3f2a --out report.csv\n"
        "  renditions backfill report 20261129-145447-3f2a --json | jq 'select(.outcome == \"failed\").key'\n"
    ),
)
@on_a_stack
def report(
    plan: Plan,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the CSV to this file.", show_default=False)
    ] = None,
    choice: "StackChoice",
    json: JsonLines = False,
) -> None:
    """Say what became of each image of a plan, as CSV: key, outcome, reason."""
    from renditions_cli.commands.backfill_report import report as command

    raise typer.Exit(command(choice, plan, out, as_json=json))


@backfill.command("retry", epilog=_example("  renditions backfill retry 20261129-145447-3f2a\n"))
@on_a_stack
def retry(plan: Plan, *, choice: "StackChoice", json: Json = False) -> None:
    """Make a new plan with the images of a plan that failed or did not start. Starts nothing."""
    from renditions_cli.commands.backfill import retry as command

    raise typer.Exit(command(choice, plan, as_json=json))
