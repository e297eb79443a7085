"""The commands that find and repair what went wrong, and their arguments."""

from typing import TYPE_CHECKING, Annotated

import typer

from renditions_cli.on_a_stack import on_a_stack
from renditions_cli.options import (
    EXAMPLES,
    RECOVERY_EXIT_CODES,
    DryRun,
    Json,
    JsonLines,
    OlderThan,
    Prefix,
    Timeout,
)

if TYPE_CHECKING:
    from renditions_cli.aws.stack import StackChoice

PANEL = "Troubleshooting"

dlq = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="List and replay the events in the dead-letter queues, which could not start an execution.",
    epilog=RECOVERY_EXIT_CODES,
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    app.add_typer(dlq, name="dlq", rich_help_panel=PANEL)
    commands = (
        (
            reconcile,
            "  renditions reconcile --dry-run\n  renditions reconcile --prefix 2026/ --older-than 60\n",
        ),
        (
            failures,
            "  renditions failures --local\n  renditions failures --since 7d --json | jq '.failures\\[].image'\n",
        ),
        (redrive, "  renditions redrive --all --dry-run\n  renditions redrive holiday/beach.jpg\n"),
    )
    for function, examples in commands:
        app.command(epilog=EXAMPLES + examples + RECOVERY_EXIT_CODES, rich_help_panel=PANEL)(function)


@dlq.command("list", epilog=EXAMPLES + "  renditions dlq list --profile work\n" + RECOVERY_EXIT_CODES)
@on_a_stack
def dlq_list(
    *,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """List the events in the dead-letter queues: the error, the rule, the image, and how long they have waited."""
    from renditions_cli.commands.dlq import show_dead_letters

    raise typer.Exit(show_dead_letters(choice, as_json=json))


@dlq.command(
    "replay",
    epilog=EXAMPLES + "  renditions dlq replay --dry-run\n  renditions dlq replay\n" + RECOVERY_EXIT_CODES,
)
@on_a_stack
def dlq_replay(
    *,
    dry_run: DryRun = False,
    choice: "StackChoice",
    json: JsonLines = False,
) -> None:
    """Start the execution for each event in the dead-letter queues, and delete the event from its queue.

    Safe to repeat: no event starts two executions.

    Messages that are not events of this stack move to the set-aside queue.
    """
    from renditions_cli.commands.dlq import replay_dead_letters

    raise typer.Exit(replay_dead_letters(choice, dry_run=dry_run, as_json=json))


@on_a_stack
def reconcile(
    *,
    dry_run: DryRun = False,
    older_than: OlderThan = 15,
    prefix: Prefix = "",
    at_most: Annotated[
        int,
        typer.Option(
            min=1,
            max=1_000_000,
            metavar="NUMBER",
            help="Start at most this many executions; run again for more.",
        ),
    ] = 1000,
    choice: "StackChoice",
    json: JsonLines = False,
) -> None:
    """Compare the uploads with the records and the renditions, and start the missing executions.

    Use it when events were lost. Safe to repeat: nothing is started twice.
    """
    from renditions_cli.commands.reconcile import Scope
    from renditions_cli.commands.reconcile import reconcile as command

    raise typer.Exit(command(choice, Scope(prefix, older_than, at_most), dry_run=dry_run, as_json=json))


@on_a_stack
def failures(
    *,
    since: Annotated[
        str,
        typer.Option(
            metavar="WHEN", help="Only executions that ended after this: 90m, 24h, 7d, or 2026-11-20T03:00."
        ),
    ] = "24h",
    every: Annotated[
        bool, typer.Option("--all", help="Also list the executions of which nothing is left to do.")
    ] = False,
    choice: "StackChoice",
    json: Json = False,
) -> None:
    """List the executions that failed, timed out or were aborted and need something: state, cause, what to do."""
    from renditions_cli.commands.failures import show_failures

    raise typer.Exit(show_failures(choice, since, every=every, as_json=json))


@on_a_stack
def redrive(
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EXECUTION|IMAGE...",
            help="Execution ARNs, keys in the uploads bucket, or s3://bucket/key.",
            show_default=False,
        ),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="All executions that failed in the last 14 days.")
    ] = False,
    dry_run: DryRun = False,
    choice: "StackChoice",
    timeout: Timeout = 300,
    json: Json = False,
) -> None:
    """Redrive failed executions from the state that failed, and wait for the results.

    If Step Functions cannot redrive an execution, a new execution starts with the same input.
    """
    from renditions_cli.commands.redrive import Selection
    from renditions_cli.commands.redrive import redrive as command

    selection = Selection(tuple(which or ()), every)
    raise typer.Exit(command(choice, selection, timeout, dry_run=dry_run, as_json=json))
