"""The bytes of one original, or of one rendition. Both raise botocore's errors."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from renditions import aws
from renditions.errors import StorageUnavailable
from renditions.storage.objects import GONE, StoredObject
from renditions_cli.aws.verification.differences import Content, StoredRendition

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Answer = TypeVar("Answer")
PART = 1 << 20  # bytes that are in memory at a time, for each original
ATTEMPTS = 3  # botocore tries a request again, but not a body that breaks off


def read(s3: "S3Client", bucket: str, stored: StoredObject, count: Callable[[int], None]) -> Content | None:
    """Read an original to the end, without keeping it. None if it is no longer there, or was replaced.

    ``count`` gets the number of bytes of each part. Raises StorageUnavailable if S3 is unavailable.
    """

    def request() -> Content:
        answer = s3.get_object(Bucket=bucket, Key=stored.key, IfMatch=stored.etag)
        digest = _digest(answer, count)
        return Content(digest, answer["ContentLength"], answer.get("VersionId", ""))

    return _repeated(request)


def read_rendition(
    s3: "S3Client", bucket: str, key: str, count: Callable[[int], None]
) -> StoredRendition | None:
    """Read a rendition to the end, as ``read`` does an original. None if there is none."""

    def request() -> StoredRendition:
        answer = s3.get_object(Bucket=bucket, Key=key)
        digest, stated = _digest(answer, count), answer["Metadata"]
        kind = answer.get("ContentType", "")
        return StoredRendition(kind, digest, stated.get("version", ""), stated.get("sha256", ""))

    return _repeated(request)


def _repeated(request: Callable[[], Answer]) -> Answer | None:
    """Return the answer to a request, tried again while S3 is unavailable; None if there is no such object."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with aws.retryable_errors("S3"):
                return request()
        except StorageUnavailable:
            if attempt == ATTEMPTS:
                raise
        except ClientError as error:
            if aws.error_code(error) in GONE:
                return None
            raise
    raise AssertionError("unreachable")


def _digest(answer: Any, count: Callable[[int], None]) -> str:
    """Return the SHA-256 of a body, read part by part. botocore notices a body that breaks off."""
    digest = hashlib.sha256()
    for part in answer["Body"].iter_chunks(PART):
        digest.update(part)
        count(len(part))
    return digest.hexdigest()
