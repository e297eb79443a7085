"""Upload files and wait for the outcome of each. Imports the AWS SDK: load it only in a command that needs it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions.contracts import bucket_and_key
from renditions.records import ImageRecord, batch_get
from renditions.storage import objects
from renditions_cli.aws.execution_history import current_states
from renditions_cli.aws.express import read_owner
from renditions_cli.aws.outcomes import DELETED, REPLACED, UNFINISHED, WAITING, Outcome, Watcher
from renditions_cli.aws.sdk_errors import concerns_every_request, readable_aws_errors
from renditions_cli.aws.stack import Stack
from renditions_cli.aws.uploading import NO_METADATA, NO_VERSION, Uploaded, Uploads, uploads
from renditions_cli.files.originals import Original

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

SECONDS_BETWEEN_CHECKS = 0.25
SECONDS_PER_IMAGE = 0.015  # more: on one machine, reading many records takes time from those who write them
MOST_SECONDS = 1.0
REASONS = {
    DELETED: "The image was deleted while this command waited.",
    REPLACED: "A newer upload with the same key replaced the image while this command waited.",
}


def upload_and_wait(
    stack: Stack,
    originals: Sequence[Original],
    prefix: str,
    timeout: float,
    changed: Watcher,
    metadata: Mapping[str, str] = NO_METADATA,
) -> list[Outcome]:
    """Upload, and wait for each image at most ``timeout`` seconds from its upload. Each step calls ``changed``.

    The outcomes are in the order of ``originals``. Raises StackError if the records cannot be read.
    """
    wait = Wait(stack.s3(), stack.dynamodb(), stack.outputs.images_table, timeout, changed)
    with readable_aws_errors(), uploads(stack, originals, prefix, changed, metadata) as uploading:
        remaining = uploading
        while remaining or wait.waiting:
            remaining = wait.take_finished(remaining)
            wait.check_records()
            wait.give_up()
            time.sleep(min(MOST_SECONDS, SECONDS_BETWEEN_CHECKS + SECONDS_PER_IMAGE * len(wait.waiting)))
    return [wait.outcomes[original] for original in originals]


def with_causes(stack: Stack, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Add to each failed or unfinished outcome the state and the error of its execution."""
    return [with_cause(stack, outcome) for outcome in outcomes]


def with_cause(stack: Stack, outcome: Outcome) -> Outcome:
    """Add the state and the error of the execution to one outcome, unless it is a good one."""
    if outcome.status not in {"FAILED", UNFINISHED} or outcome.record is None:
        return outcome
    with readable_aws_errors():
        try:
            execution = read_owner(stack, outcome.record)
        except ClientError as error:
            if concerns_every_request(error):
                raise
            return outcome
    if execution is None:
        return outcome
    parts = [outcome.reason]
    if states := current_states(execution.visits):
        parts.append(f"State: {states}.")
    if execution.error:
        parts.append(f"{execution.error}: {execution.cause or 'no cause given'}")
    return replace(outcome, reason=" ".join(part for part in parts if part))


@dataclass(slots=True)
class Wait:
    """The images of one command: those to wait for, their latest states and records, and the outcomes."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    table: str
    timeout: float
    changed: Watcher
    waiting: dict[str, Uploaded] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    records: dict[str, ImageRecord] = field(default_factory=dict)
    others: dict[str, ImageRecord] = field(default_factory=dict)
    outcomes: dict[Original, Outcome] = field(default_factory=dict)

    def take_finished(self, uploading: Uploads) -> Uploads:
        """Start to wait for each finished upload. Returns the others."""
        remaining = []
        for future in uploading:
            if future.done():
                self.begin(future.result())
            else:
                remaining.append(future)
        return remaining

    def begin(self, found: Uploaded | Outcome) -> None:
        """Wait for an upload, unless it has failed."""
        if isinstance(found, Outcome):
            self.end(found)
            return
        self.waiting[found.image_uri] = found
        self.report(found, WAITING)

    def check_records(self) -> None:
        """Read the records of all images that are waited for."""
        for uri, record in batch_get(self.dynamodb, self.table, list(self.waiting)).items():
            uploaded = self.waiting[uri]
            if not uploaded.matches(record):
                self.check_object(uploaded, record)
                continue
            self.records[uri] = record
            if record.is_final:
                reason = record.reason or REASONS.get(record.status, "")
                self.end(uploaded.ended(record.status, reason, record))
            else:
                self.report(uploaded, record.status)

    def check_object(self, uploaded: Uploaded, record: ImageRecord) -> None:
        """End the wait if the object is no longer the current one. Called with a record of another event.

        That event may be older than the upload, and arrive late. The record shows a newer one as soon as it changes.
        """
        uri = uploaded.image_uri
        known = self.others.get(uri)
        if record.execution_arn == uploaded.previous_execution or record == known:
            return
        self.others[uri] = record
        if status := what_happened(self.s3, uploaded):
            self.end(uploaded.ended(status, REASONS[status], self.records.get(uri)))

    def give_up(self) -> None:
        """End the wait for each image whose time is up."""
        now = time.monotonic()
        for uploaded in [one for one in self.waiting.values() if now - one.started > self.timeout]:
            state = self.states[uploaded.image_uri]
            reason = f"Still {state} after {self.timeout:g} s."
            self.end(uploaded.ended(UNFINISHED, reason, self.records.get(uploaded.image_uri)))

    def report(self, uploaded: Uploaded, state: str) -> None:
        """Call the watcher if the state is new."""
        if self.states.get(uploaded.image_uri) != state:
            self.states[uploaded.image_uri] = state
            self.changed(uploaded.original, state)

    def end(self, outcome: Outcome) -> None:
        """Store the outcome of a file, and call the watcher."""
        self.waiting.pop(outcome.image_uri, None)
        self.outcomes[outcome.original] = outcome
        self.changed(outcome.original, outcome.status)


def what_happened(s3: "S3Client", uploaded: Uploaded) -> str:
    """Return DELETED or REPLACED; an empty string if the object is still the current one, or S3 does not say."""
    bucket, key = bucket_and_key(uploaded.image_uri)
    try:
        current = objects.head(s3, bucket, key)
    except ClientError:
        return ""  # uploading needs no permission to read
    if current is None:
        return DELETED
    if {current.version_id, uploaded.version_id}.isdisjoint(NO_VERSION):
        return "" if current.version_id == uploaded.version_id else REPLACED
    return "" if current.etag == uploaded.etag else REPLACED
