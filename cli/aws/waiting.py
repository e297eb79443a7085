"""Upload files and wait for what becomes of each. Imports the AWS SDK: load it only in a command that needs it."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from mimetypes import guess_type
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cli.aws.images import ImageRecord, read_records
from cli.aws.outcomes import NOT_UPLOADED, UNFINISHED, UPLOADED, UPLOADING, WAITING, Outcome, Watcher
from cli.aws.sdk_errors import clear_aws_errors, not_sent, refused
from cli.aws.stack import Stack
from cli.files.originals import Original

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

SECONDS_BETWEEN_LOOKS = 0.25
# What stands where S3 told no version: a record not finished yet, an event without one, a bucket without versions.
NO_VERSION = (None, "", "null")
WORKERS = 8  # uploads at once: enough to fill a line, few enough for an emulator on a small machine


@dataclass(frozen=True, slots=True)
class Sent:
    """An uploaded file: which object it became. ``version_id`` is None in a bucket without versions.

    ``earlier`` is the execution that owned the record before the upload, None where there was no record;
    ``started`` is when the upload began, by the monotonic clock.
    """

    original: Original
    image_uri: str
    etag: str
    version_id: str | None
    earlier: str | None
    started: float

    def is_told_by(self, record: ImageRecord) -> bool:
        """Whether ``record`` is about this upload, and not about an older or newer one under the same key."""
        if record.etag != self.etag or record.execution_arn == self.earlier:
            return False
        known = {record.version_id, self.version_id}.isdisjoint(NO_VERSION)
        return not known or record.version_id == self.version_id

    def ended(self, status: str, reason: str = "", record: ImageRecord | None = None) -> Outcome:
        """What became of it, seen now."""
        return Outcome(self.original, self.image_uri, status, self.started, time.monotonic(), reason, record)


Sending = list["Future[Sent | Outcome]"]


def upload(stack: Stack, originals: Sequence[Original], prefix: str, changed: Watcher) -> list[Outcome]:
    """Upload without waiting for what comes of it; ``changed`` hears of every step."""
    with clear_aws_errors(), uploads(stack, originals, prefix, changed) as sending:
        found = [future.result() for future in sending]
    outcomes = [one if isinstance(one, Outcome) else one.ended(UPLOADED) for one in found]
    for outcome in outcomes:
        changed(outcome.original, outcome.status)
    return outcomes


def upload_and_wait(
    stack: Stack, originals: Sequence[Original], prefix: str, timeout: float, changed: Watcher
) -> list[Outcome]:
    """Upload, and wait for each image at most ``timeout`` seconds from its upload; ``changed`` hears of every step.

    Outcomes are in the order of ``originals``. Raises StackError if the records cannot be read.
    """
    watch = Watch(stack.dynamodb(), stack.outputs.images_table, timeout, changed)
    with clear_aws_errors(), uploads(stack, originals, prefix, changed) as sending:
        left = sending
        while left or watch.waiting:
            left = watch.take(left)
            watch.look()
            watch.give_up()
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return [watch.outcomes[original] for original in originals]


@contextmanager
def uploads(stack: Stack, originals: Sequence[Original], prefix: str, changed: Watcher) -> Iterator[Sending]:
    """All files on their way, WORKERS at a time; those not begun are dropped when the block is left early."""
    uris = {original: stack.image_uri(prefix + original.name) for original in originals}
    earlier = read_records(stack.dynamodb(), stack.outputs.images_table, list(uris.values()))
    s3 = stack.s3()
    pool = ThreadPoolExecutor(WORKERS)

    def send_one(original: Original) -> Sent | Outcome:
        changed(original, UPLOADING)
        owner = earlier.get(uris[original])
        return send(s3, original, uris[original], owner.execution_arn if owner else None)

    try:
        yield [pool.submit(send_one, original) for original in originals]
    finally:
        pool.shutdown(cancel_futures=True)


def send(s3: "S3Client", original: Original, uri: str, earlier: str | None) -> Sent | Outcome:
    """Upload one file. Its content type is a hint from its name: the pipeline looks at the content."""
    started = time.monotonic()
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    content_type = guess_type(original.name)[0] or "application/octet-stream"
    try:
        with original.path.open("rb") as body:
            answer = s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)
    except (ClientError, BotoCoreError, OSError) as error:
        return Outcome(original, uri, NOT_UPLOADED, started, time.monotonic(), why_not_uploaded(error))
    return Sent(original, uri, answer["ETag"].strip('"'), answer.get("VersionId"), earlier, started)


def why_not_uploaded(error: ClientError | BotoCoreError | OSError) -> str:
    """One sentence for a file that did not reach the bucket."""
    if isinstance(error, ClientError):
        return refused(error)
    if isinstance(error, BotoCoreError):
        return not_sent(error)
    return f"The file cannot be read: {error.strerror}."


@dataclass(slots=True)
class Watch:
    """The images of one command: those waited for, how they were last seen, what became of them."""

    dynamodb: "DynamoDBClient"
    table: str
    timeout: float
    changed: Watcher
    waiting: dict[str, Sent] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    records: dict[str, ImageRecord] = field(default_factory=dict)
    outcomes: dict[Original, Outcome] = field(default_factory=dict)

    def take(self, sending: Sending) -> Sending:
        """Begin to wait for each upload that is done. Returns those that are still under way."""
        left = []
        for future in sending:
            if future.done():
                self.begin(future.result())
            else:
                left.append(future)
        return left

    def begin(self, found: Sent | Outcome) -> None:
        """Wait for an upload, unless it has failed."""
        if isinstance(found, Outcome):
            self.end(found)
            return
        self.waiting[found.image_uri] = found
        self.say(found, WAITING)

    def look(self) -> None:
        """Read the records of all that is waited for."""
        for uri, record in read_records(self.dynamodb, self.table, list(self.waiting)).items():
            sent = self.waiting[uri]
            if not sent.is_told_by(record):
                continue
            self.records[uri] = record
            if record.is_final:
                self.end(sent.ended(record.status, record.reason or "", record))
            else:
                self.say(sent, record.status)

    def give_up(self) -> None:
        """End the wait for each image whose time is over."""
        now = time.monotonic()
        for sent in [one for one in self.waiting.values() if now - one.started > self.timeout]:
            state = self.states[sent.image_uri]
            reason = f"Still {state} after {self.timeout:g} s."
            self.end(sent.ended(UNFINISHED, reason, self.records.get(sent.image_uri)))

    def say(self, sent: Sent, state: str) -> None:
        """Tell the watcher, if the state is a new one."""
        if self.states.get(sent.image_uri) != state:
            self.states[sent.image_uri] = state
            self.changed(sent.original, state)

    def end(self, outcome: Outcome) -> None:
        """Keep what became of a file, and say so."""
        self.waiting.pop(outcome.image_uri, None)
        self.outcomes[outcome.original] = outcome
        self.changed(outcome.original, outcome.status)
