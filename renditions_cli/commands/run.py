"""``renditions run``: start the local stack, process files, show the results, and stop the stack."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console

from renditions_cli.aws.outcomes import GOOD, NOT_DOWNLOADED, Outcome, exit_code
from renditions_cli.aws.sdk_errors import readable_aws_errors, response_error
from renditions_cli.aws.stack import Stack, stack_of
from renditions_cli.aws.waiting import upload_and_wait, with_causes
from renditions_cli.errors import ExitCode
from renditions_cli.files.downloads import Downloads, download
from renditions_cli.files.folders import prepare_folder
from renditions_cli.files.originals import Original, find_originals, refuse_long_keys, samples
from renditions_cli.local.stack import LocalStack
from renditions_cli.local.starting import private_folder, started
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.contact_sheet import write_contact_sheet
from renditions_cli.show.progress import show_progress
from renditions_cli.show.results_table import results_table
from renditions_cli.show.run_summary import RunSummary, RunTimes

CONTACT_SHEET = "contact-sheet.png"
GOOD_HERE = GOOD | {"REJECTED"}  # rejecting a bad file is a success of the pipeline


def run(
    images: Sequence[Path],
    out: Path,
    parameters: Mapping[str, str],
    port: int,
    timeout: float,
    *,
    as_json: bool,
) -> ExitCode:
    """Process ``images``, or the samples if there are none, on a new stack with ``parameters``.

    Returns the exit status.
    """
    begun = time.monotonic()
    originals = find_originals(images) if images else samples()
    refuse_long_keys(originals, prefix="")
    prepare_folder(out, originals)
    consoles = open_consoles(as_json=as_json)
    with (
        private_folder() as folder,
        started(LocalStack(port, parameters=parameters, directory=folder), consoles.progress) as local,
    ):
        times = RunTimes(begun, time.monotonic())
        outcomes, files = process(stack_of(local), originals, out, timeout, consoles.progress)
    contact_sheet = out / CONTACT_SHEET
    on_sheet = write_contact_sheet(outcomes, files, contact_sheet)
    summary = RunSummary(outcomes, files, out, contact_sheet, on_sheet, times)
    if as_json:
        print_json(consoles.results, summary.to_json())
    else:
        consoles.results.print(results_table(outcomes, consoles.results.width))
        for line in summary.lines():
            consoles.results.print(line, soft_wrap=True)
    return exit_code(outcomes, GOOD_HERE)


def process(
    stack: Stack, originals: Sequence[Original], out: Path, timeout: float, console: Console
) -> tuple[list[Outcome], Downloads]:
    """Upload the files, wait for their outcomes, and download the renditions to ``out``."""
    with show_progress(console, originals) as changed:
        outcomes = upload_and_wait(stack, originals, "", timeout, changed)
    outcomes = with_causes(stack, outcomes)
    renditions = {outcome.original.folder: outcome.renditions for outcome in outcomes}
    with readable_aws_errors():
        files, refused = download(stack.s3(), renditions, out, ClientError)
    return [with_refusal(outcome, refused.get(outcome.original.folder)) for outcome in outcomes], files


def with_refusal(outcome: Outcome, error: ClientError | None) -> Outcome:
    """Return the outcome of a file whose renditions S3 refused, or the same one if there was no error."""
    return replace(outcome, status=NOT_DOWNLOADED, reason=response_error(error)) if error else outcome
