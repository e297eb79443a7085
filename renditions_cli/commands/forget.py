"""``renditions forget``: remove everything of an image, for good, and say what is kept elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from botocore.exceptions import ClientError
from rich.text import Text

from renditions import delivery
from renditions.contracts import Original, bucket_and_key
from renditions_cli.aws.forgetting.elsewhere import Keeper, keepers
from renditions_cli.aws.forgetting.forgotten import Forgotten
from renditions_cli.aws.forgetting.removal import Removal, remove_all
from renditions_cli.aws.forgetting.running import Running
from renditions_cli.aws.forgetting.traces import Traces, find_all_traces, read_letters
from renditions_cli.aws.resources import read_parameters, read_resources, stack_name
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.show.console import Consoles, open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.wording import counted, file_size

LABEL = 20  # columns
NOT_INSPECTED = "Cannot be inspected, so nothing of it is removed:"
# kind → what one is, of what, and the kind that has the bytes
KINDS = {
    "originals": ("version", " of the original", "original_bytes"),
    "delete_markers": ("delete marker", "", ""),
    "renditions": ("version", " of renditions", "rendition_bytes"),
    "unfinished_uploads": ("unfinished upload", "", ""),
    "records": ("record", "", ""),
    "dead_letters": ("dead letter", "", ""),
}


@dataclass(frozen=True, slots=True)
class ForgetOptions:
    """How to run: whether to ask first, whether to change nothing, the seconds to wait for executions of an image."""

    is_confirmed: bool
    dry_run: bool
    timeout: float


def forget(choice: StackChoice, images: Sequence[str], options: ForgetOptions, *, as_json: bool) -> ExitCode:
    """Show what there is, ask, remove it, and show what is kept elsewhere. Returns OK if nothing is left."""
    if as_json and not (options.is_confirmed or options.dry_run):
        raise UsageError("With --json the command cannot ask. Add --yes, or look first with --dry-run.")
    stack = find_stack(choice)
    uris = list(dict.fromkeys(own_uri(stack, one) for one in images))
    consoles = open_consoles(as_json=as_json)
    running = Running(stack)
    with readable_aws_errors():
        with consoles.progress.status("Looking for the images ..."):
            letters = read_letters(stack)
            found, unseen = find_all_traces(stack, uris, letters)
            busy = {one.image_uri: running.about(one.image_uri) for one in found}
        if not as_json:
            show_lines(consoles, (line for one in found for line in traces_lines(one, busy[one.image_uri])))
            show_lines(consoles, unseen_lines(unseen))
        if options.dry_run or not may_begin(found, options):
            results = []
        else:
            with consoles.progress.status("Removing ..."):
                removals = [
                    Removal(stack, one, running, options.timeout, Forgotten(one.image_uri)) for one in found
                ]
                results = remove_all(removals)
                forget_at_edges(stack, choice, results)
        elsewhere = keepers(stack, read_parameters(stack.session, stack_name(choice)), uris)
    if as_json:
        print_json(consoles.results, document(found, unseen, results, elsewhere, options))
    else:
        show_lines(consoles, (*result_lines(results, options), *elsewhere_lines(elsewhere)))
    return ExitCode.IMAGE_FAILED if unseen else exit_code(found, results)


def own_uri(stack: Stack, image: str) -> str:
    """Return the URI of an image of this stack. Raises UsageError for one in another bucket."""
    uri = stack.image_uri(image)
    if bucket_and_key(uri)[0] != stack.outputs.uploads_bucket:
        raise UsageError(
            f"{visible(uri):.80} is not in the uploads bucket of this stack, {stack.outputs.uploads_bucket}."
        )
    return uri


def may_begin(found: Sequence[Traces], options: ForgetOptions) -> bool:
    """Return whether there is anything to remove, and the user agrees. Ends the command if not."""
    if all(one.is_empty for one in found):
        return True
    return options.is_confirmed or typer.confirm("Remove all of this for good?", abort=True)


def forget_at_edges(stack: Stack, choice: StackChoice, results: Sequence[Forgotten]) -> None:
    """Let CloudFront drop the renditions, if it delivers them. What it refuses is added to what is left."""
    resources = read_resources(stack.session, stack_name(choice)).physical
    if not (distribution := resources.get("DeliveryDistribution")):
        return
    for one in results:
        original = Original(*bucket_and_key(one.image_uri))
        try:
            is_accepted = delivery.forget(stack.cloudfront(), distribution, original)
        except ClientError:
            is_accepted = False
        if not is_accepted:
            one.left.append(
                "What edge locations of CloudFront have, for up to a day. To drop it now: aws cloudfront "
                f"create-invalidation --distribution-id {distribution} --paths '{delivery.path_of(original)}'"
            )


def show_lines(consoles: Consoles, lines: Iterator[Text] | Sequence[Text]) -> None:
    """Print lines as they are, however long."""
    for line in lines:
        consoles.results.print(line, soft_wrap=True)


def traces_lines(found: Traces, busy: Sequence[str]) -> Iterator[Text]:
    """Yield the lines about an image: what there is of it."""
    yield Text(visible(found.image_uri), "bold")
    counts = found.counts()
    if found.is_empty:
        yield Text("  Nothing of it is here.")
    if found.record:
        yield labelled("record", found.record.status)
    for kind in KINDS:
        if kind != "records" and counts[kind]:
            yield labelled(kind, amount(kind, counts))
    if busy:
        yield labelled("in work", f"{counted(len(busy), 'execution')}; the command waits for the end")
    for version, lock in found.locks.items():
        yield labelled("locked", f"version {version}: {lock}. It stays, behind a delete marker", "yellow")


def unseen_lines(unseen: Mapping[str, str]) -> Iterator[Text]:
    """Yield the lines about the images that cannot be inspected, of which nothing is removed."""
    for uri, reason in unseen.items():
        yield Text(visible(uri), "bold")
        yield Text(f"  {NOT_INSPECTED} {visible(reason)}", "bold red")


def amount(kind: str, counts: Mapping[str, int]) -> str:
    """Return ``3 versions of the original, 12 MB``; without the bytes if ``counts`` does not have them."""
    noun, of, size = KINDS[kind]
    text = f"{counted(counts[kind], noun)}{of}"
    return f"{text}, {file_size(counts[size])}" if size in counts else text


def labelled(label: str, text: str, style: str = "") -> Text:
    """Return an indented line with a label."""
    shown = label.replace("_", " ").capitalize()
    return Text.assemble((f"  {shown:<{LABEL}}", "dim"), (visible(text), style))


def result_lines(results: Sequence[Forgotten], options: ForgetOptions) -> Iterator[Text]:
    """Yield the lines about what was removed and what is left."""
    if options.dry_run:
        yield Text("Dry run: nothing was removed.", "yellow")
    for one in results:
        removed = ", ".join(amount(kind, one.removed) for kind in KINDS if kind in one.removed)
        yield Text.assemble((f"{visible(one.image_uri)}: ", "bold"), f"removed {removed or 'nothing'}.")
        if one.is_replaced:
            yield Text("  Somebody uploaded it again meanwhile. The new image was kept.", "yellow")
        for sentence in one.left:
            yield Text(f"  Left: {visible(sentence)}", "bold red")


def elsewhere_lines(elsewhere: Sequence[Keeper]) -> Iterator[Text]:
    """Yield the lines about what is kept elsewhere."""
    yield Text("Kept elsewhere, where this command removes nothing:")
    for one in elsewhere:
        yield Text.assemble((f"  {one.where}: ", "bold"), visible(one.what), (f"; {one.until}", "dim"))


def document(
    found: Sequence[Traces],
    unseen: Mapping[str, str],
    results: Sequence[Forgotten],
    elsewhere: Sequence[Keeper],
    options: ForgetOptions,
) -> dict[str, Any]:
    """Return the document for --json."""
    by_uri = {one.image_uri: one for one in results}
    images = []
    for one in found:
        result = by_uri.get(one.image_uri, Forgotten(one.image_uri))
        images.append(image_document(result, one.counts(), one.locks))
    for uri, reason in unseen.items():
        images.append(image_document(Forgotten(uri, left=[f"{NOT_INSPECTED} {reason}"]), {}, {}))
    return {
        "dry_run": options.dry_run,
        "images": images,
        "elsewhere": [one.to_json() for one in elsewhere],
    }


def image_document(result: Forgotten, counts: Mapping[str, int], locks: Mapping[str, str]) -> dict[str, Any]:
    """Return the part of --json about one image. ``counts`` is empty if it cannot be inspected."""
    return {
        "image_uri": result.image_uri,
        "found": dict(counts),
        "locked": dict(locks),
        "removed": result.removed,
        "left": result.left,
        "is_replaced": result.is_replaced,
    }


def exit_code(found: Sequence[Traces], results: Sequence[Forgotten]) -> ExitCode:
    """Return OK if nothing of the images is left in the stack."""
    if not results:
        return ExitCode.OK if all(one.is_empty for one in found) else ExitCode.IMAGE_FAILED
    return ExitCode.IMAGE_FAILED if any(one.left or one.is_replaced for one in results) else ExitCode.OK
