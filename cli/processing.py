"""Upload, wait, show progress, and find out what is behind a failure: the part that ``run`` and ``upload`` share."""

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from cli.aws.executions import read_execution
from cli.aws.outcomes import UNFINISHED, Outcome
from cli.aws.sdk_errors import clear_aws_errors
from cli.aws.stack import Stack
from cli.aws.waiting import upload_and_wait
from cli.files.originals import Original
from cli.show.progress import show_progress


def process(
    stack: Stack, originals: Sequence[Original], prefix: str, timeout: float, console: Console
) -> list[Outcome]:
    """What became of each file, in their order; a failure's reason names the error behind it."""
    with show_progress(console, originals) as changed:
        outcomes = upload_and_wait(stack, originals, prefix, timeout, changed)
    return [explained(stack, outcome) for outcome in outcomes]


def explained(stack: Stack, outcome: Outcome) -> Outcome:
    """The outcome with what its execution tells about a failure or a delay."""
    arn = outcome.record and outcome.record.execution_arn
    if outcome.status not in {"FAILED", UNFINISHED} or not arn:
        return outcome
    with clear_aws_errors():
        execution = read_execution(stack.step_functions(), arn)
    if execution is None:
        return outcome
    parts = [outcome.reason]
    if execution.where():
        parts.append(f"It was in {execution.where()}.")
    if execution.error:
        parts.append(f"{execution.error}: {execution.cause or 'no cause given'}")
    return replace(outcome, reason=" ".join(part for part in parts if part))
