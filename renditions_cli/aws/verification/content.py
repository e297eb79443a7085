"""The bytes of one original, and the type of one rendition. Both raise botocore's errors."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from renditions import aws
from renditions.errors import StorageUnavailable
from renditions.storage.objects import GONE, StoredObject
from renditions_cli.aws.verification.differences import Content

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART = 1 << 20  # bytes that are in memory at a time, for each original
ATTEMPTS = 3  # botocore tries a request again, but not a body that breaks off


def read(s3: "S3Client", bucket: str, stored: StoredObject, count: Callable[[int], None]) -> Content | None:
    """Read an original to the end, without keeping it. None if it is no longer there, or was replaced.

    ``count`` gets the number of bytes of each part. Raises StorageUnavailable if S3 is unavailable.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with aws.retryable_errors("S3"):
                return _read(s3, bucket, stored, count)
        except StorageUnavailable:
            if attempt == ATTEMPTS:
                raise
        except ClientError as error:
            if aws.error_code(error) in GONE:
                return None
            raise
    raise AssertionError("unreachable")


def _read(s3: "S3Client", bucket: str, stored: StoredObject, count: Callable[[int], None]) -> Content:
    answer = s3.get_object(Bucket=bucket, Key=stored.key, IfMatch=stored.etag)
    digest, size = hashlib.sha256(), 0
    for part in answer["Body"].iter_chunks(PART):
        digest.update(part)
        size += len(part)
        count(len(part))
    return Content(digest.hexdigest(), size, answer.get("VersionId", ""))


def media_type(s3: "S3Client", bucket: str, key: str) -> str | None:
    """Return the Content-Type of a file, or None if there is none."""
    try:
        return s3.head_object(Bucket=bucket, Key=key).get("ContentType", "")
    except ClientError as error:
        if aws.is_not_found(error):
            return None
        raise
