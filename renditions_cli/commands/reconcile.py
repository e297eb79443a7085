"""``renditions reconcile``: start the executions that no event has started."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from renditions.reconciliation import (
    Action,
    Clients,
    Clock,
    Kind,
    Position,
    Reconciliation,
    Result,
    Walk,
    preview,
    start,
)
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import counted

# Columns of the longest label, and a gap.
ACTION = max(len(one) for one in Action) + 2
FINDING = max(len(one) for one in Kind) + 2
STYLES = {
    Action.STARTED: "green",
    Action.UNDER_WAY: "cyan",
    Action.WOULD_START: "cyan",
    Action.REPORTED: "yellow",
}
NEXT_STEPS = {
    Kind.FAILED: "See `renditions failures`, then run `renditions redrive --all`.",
    Kind.UNREADABLE: (
        "Probably encrypted with a key that is not available here, or a policy denies access. Grant access, or ask for "
        "another upload without that encryption."
    ),
    Kind.INCOMPLETE: (
        "The record names renditions of an earlier upload, which a rejected one has replaced. Upload the image again."
    ),
    Kind.ORPHANED: "No record names this file. If you do not need it, delete it with `aws s3 rm URI`.",
    Kind.FOREIGN: "Files that this stack has not made. They are ignored.",
    Kind.GONE: "This stack has no state machine for deletions, so the record of the deleted object stays.",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which images: the prefix of their keys and their minimum age in minutes; and how many executions at most."""

    prefix: str
    older_than: float
    at_most: int


def reconcile(choice: StackChoice, scope: Scope, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Compare, start executions (with ``dry_run``, only show them), and sum up. Returns OK if nothing is left to do."""
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    run = Reconciliation(
        walk(stack, scope), preview if dry_run else start, lambda so_far: so_far.started >= scope.at_most
    )
    with readable_aws_errors(), consoles.progress.status("Comparing uploads, records and renditions ..."):
        for result in run.run(Position()):
            if as_json:
                consoles.results.out(json.dumps(result.to_json()), highlight=False)
            else:
                consoles.results.print(line(result), soft_wrap=True)
    if as_json:
        consoles.results.out(json.dumps({"dry_run": dry_run, **run.to_json()}), highlight=False)
    else:
        print_summary(consoles.results, run, dry_run=dry_run)
    return exit_code(run)


def walk(stack: Stack, scope: Scope) -> Walk:
    """Return the comparison of the images of this stack."""
    stack.uri_prefix(scope.prefix)  # raises UsageError
    clients = Clients(stack.s3(), stack.dynamodb(), stack.step_functions())
    clock = Clock(datetime.now(UTC), timedelta(minutes=scope.older_than))
    return Walk(clients, stack.places, clock, scope.prefix, stack.wanted_keys)


def line(result: Result) -> Text:
    """Return ``started  no record  s3://…``: the action, the finding, the image, and a detail if there is one."""
    finding = result.finding
    action = (f"{result.action:<{ACTION}}", STYLES[result.action])
    text = Text.assemble(action, f"{finding.kind:<{FINDING}}", visible(finding.uri))
    return Text.assemble(text, (f"  {visible(finding.detail)}", "dim")) if finding.detail else text


def print_summary(console: Console, run: Reconciliation, *, dry_run: bool) -> None:
    """Print the findings by kind, how much was compared, and the next steps."""
    if run.counts:
        console.print(summary_table(run))
    seen = f"{counted(run.objects, 'object')} and {counted(run.records, 'record')} compared."
    console.print(seen if run.counts else f"{seen} Nothing is missing.", soft_wrap=True)
    for sentence in next_steps(run, dry_run=dry_run):
        console.print(Text(sentence, "yellow"), soft_wrap=True)


def summary_table(run: Reconciliation) -> Table:
    """Return the number of findings by kind and action."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Finding")
    for column in ("Images", *Action):
        table.add_column(column.capitalize(), justify="right", no_wrap=True)
    for kind in [one for one in Kind if any(found is one for found, _ in run.counts)]:
        numbers = [run.counts[kind, action] for action in Action]
        table.add_row(kind.capitalize(), str(sum(numbers)), *(str(number or "") for number in numbers))
    return table


def next_steps(run: Reconciliation, *, dry_run: bool) -> Iterator[str]:
    """Yield what is left to do, one sentence each."""
    for kind, sentence in NEXT_STEPS.items():
        if run.counts[kind, Action.REPORTED]:
            yield f"{kind.capitalize()}: {sentence}"
    if run.continuation is not None:
        yield "Stopped at the limit of --at-most. Run the command again when these images have been processed."
    if dry_run and run.started:
        yield "Dry run: nothing was started. Run the command without --dry-run to start the executions."


def exit_code(run: Reconciliation) -> ExitCode:
    """Return OK if an execution is repairing each finding. Foreign files are nobody's task."""
    left = sum(
        run.counts[kind, action] for kind, action in run.counts if action in LEFT and kind is not Kind.FOREIGN
    )
    return ExitCode.IMAGE_FAILED if left or run.continuation is not None else ExitCode.OK


LEFT = frozenset({Action.REPORTED, Action.WOULD_START})
