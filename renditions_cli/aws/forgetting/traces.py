"""Everything that a stack has of one image. Only looks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from renditions import aws, records
from renditions.contracts import bucket_and_key
from renditions.errors import StorageUnavailable
from renditions.records import ImageRecord
from renditions.storage import keys
from renditions_cli.aws.dead_letters import DeadLetter
from renditions_cli.aws.queues import receive, release
from renditions_cli.aws.replay import replayed_queues
from renditions_cli.aws.sdk_errors import MESSAGES, response_error
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one object. A delete marker has no ``bytes`` and no ``etag``."""

    key: str
    version_id: str
    modified: datetime
    is_latest: bool
    bytes: int | None = None
    etag: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What no other version in the bucket has: the key and the version ID."""
        return self.key, self.version_id

    @property
    def is_marker(self) -> bool:
        """Whether this is a delete marker."""
        return self.bytes is None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A multipart upload that nobody has completed. S3 lists it nowhere else."""

    bucket: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found. ``originals``: the oldest first. ``locks``: version ID → why S3 will not delete it."""

    image_uri: str
    record: ImageRecord | None
    renditions: tuple[Version, ...]
    originals: tuple[Version, ...]
    unfinished: tuple[Unfinished, ...]
    letters: tuple[DeadLetter, ...]
    locks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.record or self.renditions or self.originals or self.unfinished or self.letters)

    def counts(self) -> dict[str, int]:
        """Return how many of each kind there are, for --json."""
        return {
            "originals": sum(not one.is_marker for one in self.originals),
            "original_bytes": sum(one.bytes or 0 for one in self.originals),
            "delete_markers": sum(one.is_marker for one in (*self.originals, *self.renditions)),
            "renditions": sum(not one.is_marker for one in self.renditions),
            "rendition_bytes": sum(one.bytes or 0 for one in self.renditions),
            "unfinished_uploads": len(self.unfinished),
            "records": int(self.record is not None),
            "dead_letters": len(self.letters),
        }


def find_all_traces(
    stack: Stack, uris: Sequence[str], letters: Sequence[DeadLetter]
) -> tuple[list[Traces], dict[str, str]]:
    """Return everything that the stack has of the images, and those that cannot be inspected: URI → why.

    Raises botocore's error if every image would cause it, such as invalid credentials.
    """
    found: list[Traces] = []
    unseen: dict[str, str] = {}
    for uri in uris:
        try:
            found.append(find_traces(stack, uri, letters))
        except StorageUnavailable as error:
            unseen[uri] = str(error)
        except ClientError as error:
            if aws.error_code(error) in MESSAGES:
                raise
            unseen[uri] = response_error(error)
    return found, unseen


def find_traces(stack: Stack, image_uri: str, letters: Sequence[DeadLetter] = ()) -> Traces:
    """Return everything that the stack has of an image, and those of ``letters`` that are about it.

    Raises botocore's errors, and StorageUnavailable.

    Renditions are listed before originals. So none of them comes from an original that is missing in the list, which
    somebody uploads meanwhile.
    """
    s3, outputs = stack.s3(), stack.outputs
    bucket, key = bucket_and_key(image_uri)
    renditions = tuple(rendition_versions(s3, outputs.renditions_bucket, key))
    originals = tuple(original_versions(s3, bucket, key))
    return Traces(
        image_uri,
        records.get(stack.dynamodb(), outputs.images_table, image_uri),
        renditions,
        originals,
        (
            *_unfinished(s3, bucket, key, lambda one: one == key),
            *_unfinished(
                s3,
                outputs.renditions_bucket,
                keys.common_prefix(key),
                lambda one: keys.is_rendition_of(key, one),
            ),
        ),
        tuple(one for one in letters if one.image == image_uri),
        _locks(s3, bucket, originals),
    )


def original_versions(s3: "S3Client", bucket: str, key: str) -> list[Version]:
    """Return all versions and delete markers of an object, the oldest first. Raises ClientError."""
    found: list[Version] = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        versions = list(_versions(page))
        found += [one for one in versions if one.key == key]
        if any(one.key != key for one in versions):
            break  # S3 lists in the order of keys, and the key itself comes first
    return sorted(found, key=lambda one: (one.is_latest, one.modified))


def rendition_versions(s3: "S3Client", bucket: str, key: str) -> Iterator[Version]:
    """Yield all versions and delete markers of all renditions of an original. Raises ClientError."""
    prefix = keys.common_prefix(key)
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from (one for one in _versions(page) if keys.is_rendition_of(key, one.key))


def _versions(page: Mapping[str, Any]) -> Iterator[Version]:
    for one in page.get("Versions", []):
        facts = (one["Key"], one["VersionId"], one["LastModified"], one["IsLatest"])
        yield Version(*facts, one["Size"], one["ETag"].strip('"'))
    for one in page.get("DeleteMarkers", []):
        yield Version(one["Key"], one["VersionId"], one["LastModified"], one["IsLatest"])


def _unfinished(
    s3: "S3Client", bucket: str, prefix: str, is_about: Callable[[str], bool]
) -> Iterator[Unfinished]:
    # XML cannot hold every character of a key. Of this list, botocore decodes nothing.
    pages = s3.get_paginator("list_multipart_uploads").paginate(
        Bucket=bucket, Prefix=prefix, EncodingType="url"
    )
    for page in pages:
        for one in page.get("Uploads", []):
            key = unquote_plus(one["Key"]) if page.get("EncodingType") == "url" else one["Key"]
            if is_about(key):
                yield Unfinished(bucket, key, one["UploadId"])


def read_letters(stack: Stack) -> list[DeadLetter]:
    """Return the messages in the dead-letter queues and in SetAsideQueue. They stay there."""
    sqs = stack.sqs()
    letters: list[DeadLetter] = []
    try:
        letters.extend(receive(sqs, *replayed_queues(stack), stack.outputs.set_aside_queue))
    finally:
        release(sqs, letters)
    return letters


def _locks(s3: "S3Client", bucket: str, originals: tuple[Version, ...]) -> dict[str, str]:
    """Return why S3 will not delete versions: Object Lock. What may not be looked at counts as free."""
    if not _answer(lambda: s3.get_object_lock_configuration(Bucket=bucket)):
        return {}
    found = {}
    for one in originals:
        where: Any = {"Bucket": bucket, "Key": one.key, "VersionId": one.version_id}
        hold = _answer(partial(s3.get_object_legal_hold, **where))
        retention = _answer(partial(s3.get_object_retention, **where)).get("Retention", {})
        if hold.get("LegalHold", {}).get("Status") == "ON":
            found[one.version_id] = "a legal hold, until somebody removes it"
        elif retention and retention["RetainUntilDate"] > datetime.now(retention["RetainUntilDate"].tzinfo):
            found[one.version_id] = f"{retention['Mode']} until {retention['RetainUntilDate']:%Y-%m-%d}"
    return found


def _answer(request: Callable[[], Any]) -> dict[str, Any]:
    """Return the answer to a request; nothing if S3 refuses it, because there is no lock or it may not be seen."""
    try:
        return {**request()}
    except ClientError:
        return {}
