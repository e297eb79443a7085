"""``renditions upload``: upload files to a stack and show the result for each."""

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from renditions.framing import Framing
from renditions_cli.aws.outcomes import exit_code
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.aws.uploading import upload
from renditions_cli.aws.waiting import upload_and_wait, with_causes
from renditions_cli.errors import ExitCode
from renditions_cli.files.originals import find_originals, refuse_long_keys
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import show_progress
from renditions_cli.show.results_table import results_table


def upload_files(
    files: Sequence[Path],
    prefix: str,
    framing: Framing,
    choice: StackChoice,
    timeout: float | None,
    *,
    as_json: bool,
) -> ExitCode:
    """Upload ``files`` under ``prefix``, and wait at most ``timeout`` seconds for each; None means not to wait."""
    originals = find_originals(files)
    refuse_long_keys(originals, prefix)
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    with show_progress(consoles.progress, originals) as changed:
        if timeout is None:
            outcomes = upload(stack, originals, prefix, changed, framing)
        else:
            outcomes = upload_and_wait(stack, originals, prefix, timeout, changed, framing)
    outcomes = with_causes(stack, outcomes)
    if as_json:
        print_json(consoles.results, {"images": [outcome.to_json() for outcome in outcomes]})
    else:
        consoles.results.print(results_table(outcomes, consoles.results.width))
        consoles.results.print(Text(f"Originals       {visible(stack.uri_prefix(prefix))}"), soft_wrap=True)
        consoles.results.print(
            Text(f"Renditions      s3://{stack.outputs.renditions_bucket}/"), soft_wrap=True
        )
    return exit_code(outcomes)
