"""``renditions failures``: what failed, why, and what to do about it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text

from cli.aws.advice import advice
from cli.aws.failures import Failure, find_failures, parse_since
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.stack import StackChoice, find
from cli.errors import ExitCode
from cli.show.console import print_json, screens
from cli.show.wording import age, counted

LABEL = 10  # columns


def show_failures(choice: StackChoice, since: str, *, as_json: bool) -> ExitCode:
    """Show what ended badly since then. OK if every image of it is well by now."""
    begin = parse_since(since, datetime.now(UTC))
    stack = find(choice)
    screen = screens(as_json=as_json)
    with clear_aws_errors(), screen.progress.status("Reading executions ..."):
        found = sorted(find_failures(stack, begin), key=lambda one: one.stopped)
    if as_json:
        print_json(screen.results, {"failures": [one.to_json() for one in found]})
    else:
        for one in found:
            for line in entry(one, stack.console_link(one.arn)):
                screen.results.print(line, soft_wrap=True)
        screen.results.print(last_line(found), soft_wrap=True)
    return ExitCode.OK if all(one.repaired for one in found) else ExitCode.IMAGE_FAILED


def entry(failure: Failure, console_link: str | None) -> Iterator[Text]:
    """One execution."""
    yield Text(failure.image or failure.arn, "bold")
    ended = Text.assemble(
        (failure.status, "bold red"), f" {age(failure.stopped, datetime.now(UTC))} ago", inside(failure)
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


def inside(failure: Failure) -> str:
    """`` in MakeRenditions / Watermark``."""
    return f" in {failure.where}" if failure.where else ""


def last_line(found: list[Failure]) -> Text:
    """How many, and what is next."""
    left = sum(not one.repaired for one in found)
    if not found:
        return Text("No execution failed in this time.")
    if not left:
        return Text(
            f"{counted(len(found), 'execution')} failed, and every image of them is well by now.", "green"
        )
    text = f"{counted(len(found), 'execution')} failed, {left} not repaired. Remove the cause, then"
    return Text(f"{text} `renditions redrive --all`.", "yellow")
