"""``renditions upload``: put files into a stack's bucket and see what becomes of them."""

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from cli.aws.outcomes import exit_code
from cli.aws.stack import StackChoice, find
from cli.aws.waiting import upload
from cli.errors import ExitCode
from cli.files.originals import find_originals, refuse_long_keys
from cli.processing import process
from cli.show.console import print_json, screens
from cli.show.progress import show_progress
from cli.show.results_table import results_table


def upload_files(
    files: Sequence[Path], prefix: str, choice: StackChoice, timeout: float | None, *, as_json: bool
) -> ExitCode:
    """Upload ``files`` under ``prefix`` and wait at most ``timeout`` seconds for each, not at all when it is None."""
    originals = find_originals(files)
    refuse_long_keys(originals, prefix)
    stack = find(choice)
    screen = screens(as_json=as_json)
    if timeout is None:
        with show_progress(screen.progress, originals) as changed:
            outcomes = upload(stack, originals, prefix, changed)
    else:
        outcomes = process(stack, originals, prefix, timeout, screen.progress)
    if as_json:
        print_json(screen.results, {"images": [outcome.to_json() for outcome in outcomes]})
    else:
        screen.results.print(results_table(outcomes, screen.results.width))
        screen.results.print(Text(f"Originals       {stack.image_uri(prefix)}"), soft_wrap=True)
        screen.results.print(Text(f"Renditions      s3://{stack.outputs.renditions_bucket}/"), soft_wrap=True)
    return exit_code(outcomes)
