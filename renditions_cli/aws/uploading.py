"""Upload files, several at a time. Imports the AWS SDK: load it only in a command that needs it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from mimetypes import guess_type
from types import MappingProxyType
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from renditions.contracts import bucket_and_key
from renditions.records import ImageRecord, batch_get
from renditions_cli.aws.outcomes import NOT_UPLOADED, UPLOADED, UPLOADING, Outcome, Watcher
from renditions_cli.aws.sdk_errors import readable_aws_errors, request_error, response_error
from renditions_cli.aws.stack import Stack
from renditions_cli.files.originals import Original

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_METADATA: Mapping[str, str] = MappingProxyType({})
# A version id that says nothing: the record is not finished, the event had none, or the bucket has no versioning.
NO_VERSION = (None, "", "null")
WORKERS = 8  # uploads at once: enough to use the line, few enough for an emulator on a small machine


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An uploaded file and the object that it became. ``version_id`` is None in a bucket without versioning.

    ``previous_execution`` owned the record before the upload; None if there was no record. ``started`` is the start of
    the upload by the monotonic clock.
    """

    original: Original
    image_uri: str
    etag: str
    version_id: str | None
    previous_execution: str | None
    started: float

    def matches(self, record: ImageRecord) -> bool:
        """Whether ``record`` is about this upload, and not about an older or newer one with the same key."""
        if record.etag != self.etag or record.execution_arn == self.previous_execution:
            return False
        known = {record.version_id, self.version_id}.isdisjoint(NO_VERSION)
        return not known or record.version_id == self.version_id

    def ended(self, status: str, reason: str = "", record: ImageRecord | None = None) -> Outcome:
        """Return the outcome, with the current time as its end."""
        return Outcome(self.original, self.image_uri, status, self.started, time.monotonic(), reason, record)


Uploads = list["Future[Uploaded | Outcome]"]


def upload(
    stack: Stack,
    originals: Sequence[Original],
    prefix: str,
    changed: Watcher,
    metadata: Mapping[str, str] = NO_METADATA,
) -> list[Outcome]:
    """Upload with this user metadata, without waiting for the results. Each step calls ``changed``."""
    with readable_aws_errors(), uploads(stack, originals, prefix, changed, metadata) as futures:
        found = [future.result() for future in futures]
    outcomes = [one if isinstance(one, Outcome) else one.ended(UPLOADED) for one in found]
    for outcome in outcomes:
        changed(outcome.original, outcome.status)
    return outcomes


@contextmanager
def uploads(
    stack: Stack, originals: Sequence[Original], prefix: str, changed: Watcher, metadata: Mapping[str, str]
) -> Iterator[Uploads]:
    """Upload all files, WORKERS at a time. Files that have not started are dropped if the block ends early."""
    uris = {original: stack.image_uri(prefix + original.name) for original in originals}
    earlier = batch_get(stack.dynamodb(), stack.outputs.images_table, list(uris.values()))
    s3 = stack.s3()
    pool = ThreadPoolExecutor(WORKERS)

    def upload_one(original: Original) -> Uploaded | Outcome:
        changed(original, UPLOADING)
        owner = earlier.get(uris[original])
        return put(s3, original, uris[original], owner.execution_arn if owner else None, metadata)

    try:
        yield [pool.submit(upload_one, original) for original in originals]
    finally:
        pool.shutdown(cancel_futures=True)


def put(
    s3: "S3Client",
    original: Original,
    uri: str,
    previous_execution: str | None,
    metadata: Mapping[str, str] = NO_METADATA,
) -> Uploaded | Outcome:
    """Upload one file. The content type comes from its name; the pipeline only looks at the content."""
    started = time.monotonic()
    bucket, key = bucket_and_key(uri)
    content_type = guess_type(original.name)[0] or "application/octet-stream"
    try:
        with original.path.open("rb") as body:
            answer = s3.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType=content_type, Metadata=dict(metadata)
            )
    except (ClientError, BotoCoreError, OSError) as error:
        return Outcome(original, uri, NOT_UPLOADED, started, time.monotonic(), why_not_uploaded(error))
    return Uploaded(
        original, uri, answer["ETag"].strip('"'), answer.get("VersionId"), previous_execution, started
    )


def why_not_uploaded(error: ClientError | BotoCoreError | OSError) -> str:
    """Return the sentence for a file that did not reach the bucket."""
    if isinstance(error, ClientError):
        return response_error(error)
    if isinstance(error, BotoCoreError):
        return request_error(error)
    return f"Cannot read the file: {error.strerror}."
