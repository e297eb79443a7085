"""``renditions upload``: upload files to a stack and show the result for each."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text

from renditions.presets import PRESET
from renditions_cli.aws.outcomes import exit_code
from renditions_cli.aws.resources import read_parameters, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.aws.uploading import upload
from renditions_cli.aws.waiting import upload_and_wait, with_causes
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.files.originals import find_originals, refuse_long_keys
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import show_progress
from renditions_cli.show.results_table import results_table


def upload_files(
    files: Sequence[Path],
    prefix: str,
    metadata: Mapping[str, str],
    choice: StackChoice,
    timeout: float | None,
    *,
    as_json: bool,
) -> ExitCode:
    """Upload ``files`` under ``prefix`` with ``metadata``.

    Waits at most ``timeout`` seconds for each; None means not to wait.
    """
    originals = find_originals(files)
    refuse_long_keys(originals, prefix)
    stack = find_stack(choice)
    refuse_what_is_ignored(stack, choice, [prefix + one.name for one in originals], metadata)
    consoles = open_consoles(as_json=as_json)
    with show_progress(consoles.progress, originals) as changed:
        if timeout is None:
            outcomes = upload(stack, originals, prefix, changed, metadata)
        else:
            outcomes = upload_and_wait(stack, originals, prefix, timeout, changed, metadata)
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


def refuse_what_is_ignored(
    stack: Stack, choice: StackChoice, keys: Sequence[str], metadata: Mapping[str, str]
) -> None:
    """Raise UsageError for a preset that the stack would ignore, and for keys that are not its business."""
    if ignored := [key for key in keys if key not in stack.wanted_keys]:
        raise UsageError(
            f"IncludeKeys or ExcludeKeys of the stack leave {visible(ignored[0]):.80} out: it would not be processed. "
            "Name the other files only, or choose another --prefix."
        )
    if PRESET not in metadata:
        return
    with readable_aws_errors():
        parameters = read_parameters(stack.session, stack_name(choice))
    if parameters.get("PresetByMetadata") != "on":
        raise UsageError(
            "The stack ignores --preset: its parameter PresetByMetadata is off. Leave --preset out, or switch it on."
        )
