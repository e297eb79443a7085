"""``renditions failures``: show what failed, why, and what to do about it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from cli.aws.advice import advice
from cli.aws.failures import Failure, find_failures, parse_since
from cli.aws.sdk_errors import readable_aws_errors
from cli.aws.stack import StackChoice, find_stack
from cli.errors import ExitCode
from cli.show.console import open_consoles, print_json
from cli.show.wording import age, counted

LABEL = 10  # columns


def show_failures(choice: StackChoice, since: str, *, as_json: bool) -> ExitCode:
    """Show the executions that failed after ``since``. Returns OK if nothing is left to do for any of them."""
    begin = parse_since(since, datetime.now(UTC))
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), consoles.progress.status("Reading executions ..."):
        failures = sorted(find_failures(stack, begin), key=lambda one: one.stopped)
    if as_json:
        print_json(consoles.results, {"failures": [one.to_json() for one in failures]})
    else:
        for one in failures:
            for line in failure_lines(one, stack.console_link(one.arn)):
                consoles.results.print(line, soft_wrap=True)
        consoles.results.print(summary(failures), soft_wrap=True)
    return ExitCode.OK if all(one.repaired for one in failures) else ExitCode.IMAGE_FAILED


def failure_lines(failure: Failure, console_link: str | None) -> Iterator[Text]:
    """Yield the lines for one execution."""
    yield Text(failure.image or failure.arn, "bold")
    ended = Text.assemble(
        (failure.status, "bold red"), f" {age(failure.stopped, datetime.now(UTC))} ago", in_state(failure)
    )
    facts = (
        ("Execution", ended),
        ("", Text(failure.arn, "dim")),
        ("Error", Text(failure.error)),
        ("Cause", Text(failure.cause)),
        ("Console", Text(console_link or "")),
        ("Image", Text(failure.record.status if failure.record and not failure.repaired else "")),
        ("Now", Text(failure.repaired, "green")),
        ("To do", Text("" if failure.repaired else advice(failure.error_name), "yellow")),
    )
    for label, value in facts:
        if value.plain:
            yield Text.assemble((f"  {label:<{LABEL}}", "dim"), value)
    yield Text()


def in_state(failure: Failure) -> str:
    """Return `` in MakeRenditions / Watermark``."""
    return f" in {failure.where}" if failure.where else ""


def summary(failures: list[Failure]) -> Text:
    """Return the number of failures, and the next step."""
    left = sum(not one.repaired for one in failures)
    if not failures:
        return Text("No execution failed in this period.")
    if not left:
        return Text(f"{counted(len(failures), 'execution')} failed. Nothing is left to do.", "green")
    text = f"{counted(len(failures), 'execution')} failed, {left} not repaired. Fix the cause, then run"
    return Text(f"{text} `renditions redrive --all`.", "yellow")
