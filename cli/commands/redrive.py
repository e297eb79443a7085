"""``renditions redrive``: failed executions go on where they failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.aws.failures import Failure, find_failures, read_failures
from cli.aws.images import read_records
from cli.aws.redriving import Done, Redriven, exit_code, redrive_all, shown, why_not
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.stack import Stack, StackChoice, find
from cli.errors import ExitCode, UsageError
from cli.show.console import print_json, screens
from cli.show.progress import STYLES, show_progress

REDRIVABLE = timedelta(days=14)  # Step Functions redrives no execution that ended longer ago


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: executions and images, or ``every`` failed one; ``rehearse`` to only say so."""

    names: tuple[str, ...]
    every: bool
    rehearse: bool


def redrive(choice: StackChoice, asked: Asked, timeout: float, *, as_json: bool) -> ExitCode:
    """Redrive, wait, and show what came of each. OK if every image is well at the end."""
    if bool(asked.names) == asked.every:
        raise UsageError("Name executions or images, or say --all.")
    stack = find(choice)
    screen = screens(as_json=as_json)
    with clear_aws_errors():
        failures = chosen(stack, asked)
        if asked.rehearse:
            results = [rehearsed(one) for one in failures]
        else:
            with show_progress(screen.progress, [shown(one) for one in failures]) as changed:
                results = redrive_all(stack, failures, timeout, changed)
    if as_json:
        print_json(screen.results, {"executions": [one.to_json() for one in results]})
    elif results:
        screen.results.print(results_table(results))
        for sentence in next_steps(results):
            screen.results.print(Text(sentence, "yellow"), soft_wrap=True)
    else:
        screen.results.print("No execution failed in the last 14 days.")
    return exit_code(results)


def chosen(stack: Stack, asked: Asked) -> list[Failure]:
    """The executions that are meant, each once. Raises UsageError for an image without a record."""
    if asked.every:
        return [*find_failures(stack, datetime.now(UTC) - REDRIVABLE)]
    arns = [one for one in asked.names if one.startswith("arn:")]
    uris = [stack.image_uri(one) for one in asked.names if not one.startswith("arn:")]
    records = read_records(stack.dynamodb(), stack.outputs.images_table, list(dict.fromkeys(uris)))
    missing = [uri for uri in uris if uri not in records]
    if missing:
        raise UsageError(
            f"There is no record of {', '.join(missing)}. `renditions reconcile` starts what was never begun."
        )
    owners = [record.execution_arn for record in records.values() if record.execution_arn]
    return read_failures(stack, dict.fromkeys([*arns, *owners]))


def rehearsed(failure: Failure) -> Redriven:
    """What would be done."""
    reason = why_not(failure)
    return Redriven(failure, Done.SKIPPED if reason else Done.WOULD_REDRIVE, failure.arn, reason)


def results_table(results: list[Redriven]) -> Table:
    """One row per execution: image, what was done and why, what came of it."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Image", overflow="fold")
    table.add_column("Done")
    table.add_column("Outcome", no_wrap=True)
    for one in results:
        done = Text.assemble(one.done.value, (f"\n{one.detail}" if one.detail else "", "dim"))
        table.add_row(Text(one.row.name), done, Text(one.outcome, STYLES.get(one.outcome, "")))
    return table


def next_steps(results: list[Redriven]) -> Iterator[str]:
    """What is left to do."""
    if any(one.outcome == "FAILED" for one in results):
        yield "Some failed again: `renditions failures --since 1h` says why."
    if any(one.done is Done.WOULD_REDRIVE for one in results):
        yield "Nothing was done. Call without --dry-run to do it."
