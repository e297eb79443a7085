"""``renditions redrive``: redrive failed executions from the state that failed."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renditions.records import batch_get
from renditions_cli.aws.failures import Failure, find_failures, read_failures
from renditions_cli.aws.redriven import RedriveAction, Redriven, exit_code, progress_row, rehearse
from renditions_cli.aws.redriving import redrive_all
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import STYLES, show_progress

REDRIVABLE = timedelta(days=14)  # the limit of Step Functions after the end of an execution


@dataclass(frozen=True, slots=True)
class Selection:
    """The executions to redrive: ``names`` of executions and images, or ``every`` failed execution."""

    names: tuple[str, ...]
    every: bool


def redrive(
    choice: StackChoice, selection: Selection, timeout: float, *, dry_run: bool, as_json: bool
) -> ExitCode:
    """Redrive, wait, and show the results. Returns OK if nothing is left to do."""
    if bool(selection.names) == selection.every:
        raise UsageError("Specify executions or images, or use --all.")
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors():
        failures = selected(stack, selection)
        if dry_run:
            results = [rehearse(one) for one in failures]
        else:
            with show_progress(consoles.progress, [progress_row(one) for one in failures]) as changed:
                results = redrive_all(stack, failures, timeout, changed)
    if as_json:
        print_json(consoles.results, {"executions": [one.to_json() for one in results]})
    elif results:
        consoles.results.print(results_table(results))
        for sentence in next_steps(results):
            consoles.results.print(Text(sentence, "yellow"), soft_wrap=True)
    else:
        consoles.results.print("No execution failed in the last 14 days.")
    return exit_code(results)


def selected(stack: Stack, selection: Selection) -> list[Failure]:
    """Return the selected executions, each once. Raises UsageError for an image of which nothing is known."""
    if selection.every:
        return find_failures(stack, datetime.now(UTC) - REDRIVABLE)
    arns = dict.fromkeys(one for one in selection.names if one.startswith("arn:"))
    uris = dict.fromkeys(stack.image_uri(one) for one in selection.names if not one.startswith("arn:"))
    return (
        [*read_failures(stack, arns), *of_images(stack, list(uris), arns)]
        if uris
        else read_failures(stack, arns)
    )


def of_images(stack: Stack, uris: Sequence[str], known: Container[str]) -> list[Failure]:
    """Return the failed executions of images, except those in ``known``. Without one, the owner of the record.

    A failed execution need not be the owner: a deletion that failed early has left the record to the upload.
    """
    failures = [one for one in find_failures(stack, datetime.now(UTC) - REDRIVABLE) if one.image in uris]
    records = batch_get(stack.dynamodb(), stack.outputs.images_table, uris)
    missing = set(uris) - set(records) - {one.image for one in failures}
    if missing:
        raise UsageError(
            f"There is no record of {', '.join(sorted(missing))}. `renditions reconcile` processes uploads without a "
            "record."
        )
    found = {one.image for one in failures}
    owners = [one.execution_arn for uri, one in records.items() if one.execution_arn and uri not in found]
    others = read_failures(stack, owners)
    return [one for one in (*failures, *others) if one.arn not in known]


def results_table(results: list[Redriven]) -> Table:
    """Return a table with one row per execution: image, action with its reason, and outcome."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Image", overflow="fold")
    table.add_column("Action", min_width=max(len(action) for action in RedriveAction))
    table.add_column("Outcome", no_wrap=True)
    for one in results:
        action = Text.assemble(one.action.value, (f"\n{visible(one.detail)}" if one.detail else "", "dim"))
        table.add_row(
            Text(visible(one.progress_row.name)), action, Text(one.outcome, STYLES.get(one.outcome, ""))
        )
    return table


def next_steps(results: list[Redriven]) -> Iterator[str]:
    """Yield what is left to do."""
    if any(one.action is RedriveAction.REFUSED for one in results):
        yield "Some executions were refused; the table says why."
    if any(one.outcome == "FAILED" for one in results):
        yield "Some executions failed again. See `renditions failures --since 1h`."
    if any(one.action is RedriveAction.WOULD_REDRIVE for one in results):
        yield "Dry run: nothing was redriven. Run the command without --dry-run to redrive."
