"""The commands with which an operator looks after a stack, and their arguments."""

from typing import Annotated

import typer

from cli.options import (
    EXAMPLES,
    OPERATING_EXIT_CODES,
    DryRun,
    Json,
    Local,
    Profile,
    Region,
    StackName,
    Timeout,
)

PANEL = "When something went wrong"
JsonLines = Annotated[
    bool, typer.Option("--json", help="Print JSON documents instead, one a line, the summary last.")
]

dlq = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Events that could not start an execution: EventBridge put them into a dead-letter queue.",
    epilog=OPERATING_EXIT_CODES,
)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of ``app``."""
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
        app.command(epilog=EXAMPLES + examples + OPERATING_EXIT_CODES, rich_help_panel=PANEL)(function)


@dlq.command("list", epilog=EXAMPLES + "  renditions dlq list --profile work\n" + OPERATING_EXIT_CODES)
def dlq_list(
    *,
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    json: Json = False,
) -> None:
    """Show each waiting event: why it could not be delivered, by which rule, for which image, since when."""
    from cli.aws.stack import StackChoice
    from cli.commands.dlq import show_dead_letters

    choice = StackChoice(stack_name, profile, region, local)
    raise typer.Exit(show_dead_letters(choice, as_json=json))


@dlq.command(
    "replay",
    epilog=EXAMPLES + "  renditions dlq replay --dry-run\n  renditions dlq replay\n" + OPERATING_EXIT_CODES,
)
def dlq_replay(
    *,
    dry_run: DryRun = False,
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    json: JsonLines = False,
) -> None:
    """Start what each waiting event should have started, and take it out of its queue.

    A second replay starts nothing twice. What is no event of this stack moves to the queue for unusable messages.
    """
    from cli.aws.stack import StackChoice
    from cli.commands.dlq import replay_dead_letters

    choice = StackChoice(stack_name, profile, region, local)
    raise typer.Exit(replay_dead_letters(choice, dry_run=dry_run, as_json=json))


def reconcile(  # noqa: PLR0913 - one for each option
    *,
    dry_run: DryRun = False,
    older_than: Annotated[
        float,
        typer.Option(min=0, metavar="MINUTES", help="Leave alone what is younger: its event may still come."),
    ] = 15,
    prefix: Annotated[str, typer.Option(help="Only images whose keys begin with this.")] = "",
    at_most: Annotated[
        int,
        typer.Option(min=1, metavar="NUMBER", help="Start at most so many executions; call again for more."),
    ] = 1000,
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    json: JsonLines = False,
) -> None:
    """Compare the uploads with the records and the renditions, and start what is missing.

    For events that never came. Safe to repeat: the same thing is not started twice.
    """
    from cli.aws.stack import StackChoice
    from cli.commands.reconcile import Scope
    from cli.commands.reconcile import reconcile as command

    choice = StackChoice(stack_name, profile, region, local)
    raise typer.Exit(command(choice, Scope(prefix, older_than, at_most), dry_run=dry_run, as_json=json))


def failures(
    *,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="Ended since then: 90m, 24h, 7d, or 2026-11-20T03:00.")
    ] = "24h",
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    json: Json = False,
) -> None:
    """List the executions that failed, timed out or were stopped: where, why, and what to do about it."""
    from cli.aws.stack import StackChoice
    from cli.commands.failures import show_failures

    choice = StackChoice(stack_name, profile, region, local)
    raise typer.Exit(show_failures(choice, since, as_json=json))


def redrive(  # noqa: PLR0913 - one for each option
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EXECUTION|IMAGE...",
            help="ARNs of executions, keys of images, or s3://bucket/key.",
            show_default=False,
        ),
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that failed in the last 14 days.")] = False,
    dry_run: DryRun = False,
    stack_name: StackName = "renditions",
    profile: Profile = None,
    region: Region = None,
    local: Local = False,
    timeout: Timeout = 300,
    json: Json = False,
) -> None:
    """Let failed executions go on where they failed, and wait for what comes of it.

    Where Step Functions cannot do that, a new execution starts with the same input.
    """
    from cli.aws.stack import StackChoice
    from cli.commands.redrive import Asked
    from cli.commands.redrive import redrive as command

    choice = StackChoice(stack_name, profile, region, local)
    asked = Asked(tuple(which or ()), every, dry_run)
    raise typer.Exit(command(choice, asked, timeout, as_json=json))
