"""The executions of one image. Step Functions cannot search for an input, so they are found by their times.

An event arrives within seconds of its upload or deletion, so an execution that starts soon after one of these is looked
at. The record names its owner, whenever that started.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.records import ImageRecord
from renditions_cli.aws.dead_letters import image_of, parse_event
from renditions_cli.aws.failures import FAILED_STATUSES, list_recent
from renditions_cli.aws.sdk_errors import concerns_every_request
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

BEFORE, AFTER = timedelta(seconds=2), timedelta(seconds=60)  # S3 gives the second of an upload, not more
MOST_LISTED = 10_000  # executions of each state machine, the newest
MOST_DESCRIBED = 200  # Step Functions grants 300 requests at once, and then 15 a second
AT_ONCE = 8

Listed = Mapping[str, Any]  # an execution as ListExecutions returns it


@dataclass(frozen=True, slots=True)
class FoundExecutions:
    """The ARNs of an image's executions, the oldest first. ``skipped``: how many others may be about it as well."""

    arns: tuple[str, ...]
    skipped: int = 0


def find_executions(
    stack: Stack, image_uri: str, record: ImageRecord | None, moments: Iterable[datetime]
) -> FoundExecutions:
    """Return the executions of an image that was uploaded or deleted at ``moments``. Raises botocore's errors."""
    client, outputs = stack.step_functions(), stack.outputs
    times = sorted({*moments, *_times_of(record)})
    known = {arn for arn in (record.execution_arn, record.settled_by) if arn} if record else set()
    machines = [one for one in (outputs.image_pipeline, outputs.image_deleted) if one]
    nearby = [one for machine in machines for one in _started_after(client, machine, times)]
    examined = sorted(nearby, key=lambda one: _distance(one, times))[:MOST_DESCRIBED]
    about = [one for one in _described(client, examined) if image_of(parse_event(one["input"])) == image_uri]
    failed = [one for one in about if one["status"] in FAILED_STATUSES]
    reports = list(_reports(client, outputs.execution_failed, failed))
    starts = {one["executionArn"]: one["startDate"] for one in (*about, *reports)}
    late = [arn for arn in known if arn not in starts]
    return FoundExecutions((*late, *sorted(starts, key=lambda arn: starts[arn])), len(nearby) - len(examined))


def _times_of(record: ImageRecord | None) -> Iterator[datetime]:
    for text in (record.first_uploaded_at, record.started_at) if record else ():
        if text:
            yield datetime.fromisoformat(text)


def _started_after(client: "SFNClient", machine: str, times: Sequence[datetime]) -> list[Listed]:
    """Return the executions of a state machine that started soon after one of ``times``."""
    if not times:
        return []
    recent = islice(list_recent(client, machine, None, times[0] - BEFORE), MOST_LISTED)
    return [one for one in recent if any(-BEFORE <= one["startDate"] - moment <= AFTER for moment in times)]


def _distance(one: Listed, times: Sequence[datetime]) -> timedelta:
    started: datetime = one["startDate"]
    return min(abs(started - moment) for moment in times)


def _described(client: "SFNClient", listed: Sequence[Listed]) -> list[Listed]:
    """Return these executions with their inputs, without those that Step Functions does not describe."""

    def describe(one: Listed) -> Listed | None:
        try:
            found = client.describe_execution(executionArn=one["executionArn"])
        except ClientError as error:
            if concerns_every_request(error):
                raise
            return None
        return {**found, "input": found.get("input") or ""}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for one in pool.map(describe, listed) if one]


def _reports(client: "SFNClient", machine: str, failed: Sequence[Listed]) -> Iterator[Listed]:
    """Yield the executions of execution_failed that reported the end of one of ``failed``."""
    arns = {one["executionArn"] for one in failed}
    ends = sorted(one["stopDate"] for one in failed if "stopDate" in one)
    for one in _described(client, _started_after(client, machine, ends)[-MOST_DESCRIBED:]):
        detail = (parse_event(one["input"]) or {}).get("detail")
        if isinstance(detail, dict) and detail.get("executionArn") in arns:
            yield one
