"""``renditions failures``: show what failed, why, and what is left to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rich.text import Text

from renditions_cli.aws.executions import read_failed_states
from renditions_cli.aws.failures import Failure, find_failures, parse_since
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import age, counted

LABEL = 10  # columns


def show_failures(choice: StackChoice, since: str, *, every: bool, as_json: bool) -> ExitCode:
    """Show the executions that failed after ``since`` and need something; with ``every``, the others after them.

    Returns OK if nothing is left to do for any of them.
    """
    begin = parse_since(since, datetime.now(UTC))
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading executions ..."):
        failures = find_failures(stack, begin)
        left = [one for one in failures if not one.repaired]
        others = [one for one in failures if one.repaired and every]
        shown = with_states(stack, [*left, *others])
    if as_json:
        print_json(consoles.results, {"failures": [one.to_json() for one in shown]})
    else:
        for one in shown:
            for line in failure_lines(one, stack.console_link(one.arn)):
                consoles.results.print(line, soft_wrap=True)
        consoles.results.print(summary(failures, every=every), soft_wrap=True)
    return ExitCode.IMAGE_FAILED if left else ExitCode.OK


def with_states(stack: Stack, failures: Sequence[Failure]) -> list[Failure]:
    """Add the states in which the executions ended."""
    client = stack.step_functions()
    return [replace(one, where=read_failed_states(client, one.arn, one.status)) for one in failures]


def failure_lines(failure: Failure, console_link: str | None) -> Iterator[Text]:
    """Yield the lines for one execution."""
    yield Text(visible(failure.image or failure.arn), "bold")
    ended = Text.assemble(
        (failure.status, "bold red"), f" {age(failure.stopped, datetime.now(UTC))} ago", in_state(failure)
    )
    facts = (
        ("Execution", ended),
        ("", Text(failure.arn, "dim")),
        ("Error", Text(visible(failure.error))),
        ("Cause", Text(visible(failure.cause))),
        ("Console", Text(console_link or "")),
        ("Image", Text("" if failure.repaired else image_status(failure))),
        ("Now", Text(failure.repaired, "green")),
        ("To do", Text("" if failure.repaired else failure.advice, "yellow")),
    )
    for label, value in facts:
        if value.plain:
            yield Text.assemble((f"  {label:<{LABEL}}", "dim"), value)
    yield Text()


def image_status(failure: Failure) -> str:
    """Return the status in the record, and what it lacks."""
    if failure.record is None:
        return "no record" if failure.image else ""
    if failure.facts.is_unpublished:
        return f"{failure.record.status}, but its notice may not have been sent"
    if failure.facts.is_record_older:
        return f"{failure.record.status}, from an earlier event"
    return failure.record.status


def in_state(failure: Failure) -> str:
    """Return `` in MakeRenditions / Watermark``."""
    return f" in {failure.where}" if failure.where else ""


def summary(failures: Sequence[Failure], *, every: bool) -> Text:
    """Return the number of failures, and the next step."""
    left = sum(not one.repaired for one in failures)
    hidden = "" if every or left == len(failures) else " Use --all to list the others too."
    if not failures:
        return Text("No execution failed in this period.")
    failed = f"{counted(len(failures), 'execution')} failed"
    if not left:
        hidden = "" if every else " Use --all to list them."
        return Text(f"{failed}. Nothing is left to do.{hidden}", "green")
    text = f"{failed}, {left} not repaired. Fix the cause, then run `renditions redrive --all`."
    return Text(text + hidden, "yellow")
