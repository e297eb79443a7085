"""``renditions backfill report``: what became of each image of a plan."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

from renditions_cli.aws.backfill.connection import Connection
from renditions_cli.aws.backfill.outcomes import Outcome, Result
from renditions_cli.aws.backfill.plans import manifest
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import Consoles, open_console, open_consoles
from renditions_cli.show.escaping import visible

FORMULA = ("=", "+", "-", "@")  # what a spreadsheet takes for the start of a formula
WELL = frozenset({Outcome.COMPLETED, Outcome.REPLACED})


def report(choice: StackChoice, plan_id: str, out: Path | None, *, as_json: bool) -> ExitCode:
    """Write a line for each image, and sum up. Returns OK if nothing of the plan is left to do or to look at."""
    connection = Connection.open(find_stack(choice))
    consoles = open_consoles(as_json=as_json)
    with readable_aws_errors(), opened(out) as file:
        plan = connection.plans.read(plan_id)
        results = connection.outcomes.of(connection.plans.lines(manifest(plan.id)))
        counts = write_json(consoles, results) if as_json else write_csv(file, results)
    summary = {outcome.value: counts[outcome] for outcome in Outcome if counts[outcome]}
    if as_json:
        consoles.results.out(json.dumps({"plan": plan.id, **summary}), highlight=False)
    else:  # on standard error, so that standard output is a CSV
        words = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in summary.items())
        open_console(stderr=True).print(f"{plan.id}: {words or 'no images'}.", soft_wrap=True)
    return ExitCode.OK if set(counts) <= WELL else ExitCode.IMAGE_FAILED


def opened(out: Path | None) -> AbstractContextManager[TextIO]:
    """Open the file of the CSV, or standard output."""
    return out.open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout)


def write_csv(file: TextIO, results: Iterable[Result]) -> Counter[Outcome]:
    """Write key, outcome and reason of each image as it can be shown, also in a spreadsheet."""
    writer, counts = csv.writer(file), Counter[Outcome]()
    writer.writerow(("key", "outcome", "reason"))
    for one in results:
        counts[one.outcome] += 1
        writer.writerow((cell(one.line.key), one.outcome, cell(one.reason)))
    return counts


def cell(text: str) -> str:
    """Return ``text`` without hidden characters, and with an apostrophe where a spreadsheet would calculate."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def write_json(consoles: Consoles, results: Iterable[Result]) -> Counter[Outcome]:
    """Print one document for each image."""
    counts = Counter[Outcome]()
    for one in results:
        counts[one.outcome] += 1
        consoles.results.out(json.dumps(one.to_json()), highlight=False)
    return counts
