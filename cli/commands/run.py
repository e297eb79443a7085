"""``renditions run``: start the local stack, process files, show everything, stop it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.aws.outcomes import GOOD, Outcome, exit_code
from cli.aws.stack import started_here
from cli.errors import ExitCode
from cli.files.downloads import download
from cli.files.folders import prepare_folder
from cli.files.originals import find_originals, refuse_long_keys, samples
from cli.local.stack import LocalStack
from cli.local.starting import own_folder, started
from cli.processing import process
from cli.show.console import print_json, screens
from cli.show.contact_sheet import write_contact_sheet
from cli.show.results_table import results_table
from cli.show.wording import counted, duration

CONTACT_SHEET = "contact-sheet.png"
GOOD_HERE = GOOD | {"REJECTED"}  # a verdict with its reason is all that the pipeline owes a bad file


@dataclass(frozen=True, slots=True)
class Times:
    """Moments of a run by the monotonic clock: the command's start, and when the stack was ready."""

    begun: float
    ready: float

    def to_json(self, outcomes: Sequence[Outcome]) -> dict[str, float]:
        """Seconds from the start of the command."""
        ended = [outcome.ended - self.begun for outcome in outcomes]
        seconds = {
            "stack_ready": self.ready - self.begun,
            "first_image": min(ended),
            "all_images": max(ended),
        }
        return {name: round(value, 3) for name, value in seconds.items()}


def run(
    images: Sequence[Path],
    out: Path,
    parameters: Mapping[str, str],
    port: int,
    timeout: float,
    *,
    as_json: bool,
) -> ExitCode:
    """Process ``images``, or the samples when there are none, on a stack of its own with ``parameters``.

    Returns the exit status.
    """
    begun = time.monotonic()
    originals = find_originals(images) if images else samples()
    refuse_long_keys(originals, prefix="")
    prepare_folder(out, originals)
    screen = screens(as_json=as_json)
    local_stack = partial(LocalStack, port, parameters=parameters)
    with own_folder() as folder, started(local_stack(directory=folder), screen.progress) as local:
        times = Times(begun, time.monotonic())
        stack = started_here(local)
        outcomes = process(stack, originals, "", timeout, screen.progress)
        files = download(stack.s3(), outcomes, out)
    shown = write_contact_sheet(outcomes, files, out / CONTACT_SHEET)
    if as_json:
        print_json(screen.results, document(outcomes, files, out, times))
    else:
        screen.results.print(results_table(outcomes, screen.results.width))
        say_where(screen.results, outcomes, out, shown)
        say_when(screen.results, outcomes, times)
    return exit_code(outcomes, GOOD_HERE)


def say_where(console: Console, outcomes: Sequence[Outcome], out: Path, shown: int) -> None:
    """Where the files are."""
    made = sum(bool(outcome.record and outcome.record.renditions) for outcome in outcomes)
    left_out = len(outcomes) - shown
    console.print(
        Text(f"Renditions      {out}/  ({counted(made, 'folder')}, one for each image)"), soft_wrap=True
    )
    console.print(Text(f"Contact sheet   {out / CONTACT_SHEET}"), soft_wrap=True)
    if left_out:
        console.print(
            Text(f"                without the last {counted(left_out, 'image')}: it would be too tall")
        )


def say_when(console: Console, outcomes: Sequence[Outcome], times: Times) -> None:
    """How long it took, from the start of the command."""
    seconds = times.to_json(outcomes)
    console.print(
        Text(
            f"Time            stack ready after {duration(seconds['stack_ready'])}, "
            f"first image after {duration(seconds['first_image'])}, all after {duration(seconds['all_images'])}"
        ),
        soft_wrap=True,
    )


def document(
    outcomes: Sequence[Outcome], files: Mapping[str, Mapping[str, Path]], out: Path, times: Times
) -> dict[str, Any]:
    """What --json prints."""
    return {
        "images": [with_files(outcome, files[outcome.original.name]) for outcome in outcomes],
        "out": str(out),
        "contact_sheet": str(out / CONTACT_SHEET),
        "seconds": times.to_json(outcomes),
    }


def with_files(outcome: Outcome, files: Mapping[str, Path]) -> dict[str, Any]:
    """One image, each rendition with the file into which it was written."""
    found = outcome.to_json()
    for name, rendition in found["renditions"].items():
        rendition["file"] = str(files[name])
    return found
