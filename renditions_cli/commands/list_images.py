"""``renditions list``: the images that have got a status since some time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.text import Text

from renditions_cli.aws.failures import parse_since
from renditions_cli.aws.image_index import STATUSES, Indexed, Search, counted_by_status, find_images
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import StackChoice, find_stack
from renditions_cli.errors import ExitCode, UsageError
from renditions_cli.show.console import open_consoles, print_json
from renditions_cli.show.escaping import visible
from renditions_cli.show.progress import STYLES
from renditions_cli.show.wording import counted

STATUS = max(map(len, STATUSES)) + 2


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the command line asks for. No ``statuses`` means all."""

    statuses: Sequence[str]
    since: str
    prefix: str
    at_most: int


def list_images(choice: StackChoice, criteria: Criteria, *, as_json: bool) -> ExitCode:
    """List the images, the newest change first."""
    since = parse_since(criteria.since, datetime.now(UTC))
    statuses = [parse_status(one) for one in dict.fromkeys(criteria.statuses)] or STATUSES
    stack = find_stack(choice)
    consoles = open_consoles(as_json=as_json)
    search = Search(statuses, since, stack.uri_prefix(criteria.prefix), criteria.at_most + 1)
    with readable_aws_errors(), consoles.progress.status("Reading the index ..."):
        found = find_images(stack.dynamodb(), stack.outputs.images_table, search)
    shown = found[: criteria.at_most]
    if as_json:
        document = {"images": [one.to_json() for one in shown], "is_complete": len(found) == len(shown)}
        print_json(consoles.results, document)
        return ExitCode.OK
    bucket = f"s3://{stack.outputs.uploads_bucket}/"
    if shown:  # in one call, which is much faster than one for each line
        consoles.results.print(*(line(one, bucket) for one in shown), sep="\n", soft_wrap=True)
    consoles.results.print(summary(shown, is_complete=len(found) == len(shown)), soft_wrap=True)
    return ExitCode.OK


def parse_status(text: str) -> str:
    """Return the status in upper case. Raises UsageError."""
    if text.upper() not in STATUSES:
        raise UsageError(f"--status {text} is not a status. Use {', '.join(STATUSES)}.")
    return text.upper()


def line(one: Indexed, bucket: str) -> Text:
    """Return ``2026-11-20 13:00:03  FAILED  scans/a.jpg  AccessDenied``."""
    status = one.record.status
    moment = datetime.fromisoformat(one.since).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    name = visible(one.record.image_uri.removeprefix(bucket))
    reason = (f"  {visible(one.record.reason_code)}", "dim") if one.record.reason_code else ""
    return Text.assemble((moment, "dim"), "  ", (f"{status:<{STATUS}}", STYLES.get(status, "")), name, reason)


def summary(found: Sequence[Indexed], *, is_complete: bool) -> Text:
    """Return the number of images by status, and whether there are more."""
    if not found:
        return Text("No image has got such a status since then. Look further back with --since.")
    more = "" if is_complete else " There are more: raise --at-most, or narrow the search."
    return Text(
        f"{counted(len(found), 'image')}: {counted_by_status(found)}.{more}", "" if is_complete else "yellow"
    )
