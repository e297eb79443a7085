"""Requests that work on both buckets. They raise botocore's errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from renditions import aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What S3 answers for an object that does not exist. 405: the version is a delete marker.
GONE: Final = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed", "404", "412", "405"}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The current version of an object. ``etag`` has no quotation marks, ``modified`` is in UTC.

    ``version_id`` is empty in a list of objects, and in a bucket without versioning.
    """

    key: str
    etag: str
    bytes: int
    modified: datetime
    version_id: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it is what "Create folder" in the console makes. Such objects start nothing."""
        return self.bytes == 0 and self.key.endswith("/")


def pages(
    s3: "S3Client", bucket: str, prefix: str, after: str, page_size: int
) -> Iterator[list[StoredObject]]:
    """Yield the current objects after the key ``after``, a page at a time, in the byte order of their keys."""
    start: Any = {"StartAfter": after} if after else {}
    listed = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": page_size}, **start
    )
    for page in listed:
        yield [
            StoredObject(one["Key"], one["ETag"].strip('"'), one["Size"], one["LastModified"])
            for one in page.get("Contents", [])
        ]


def head(s3: "S3Client", bucket: str, key: str) -> StoredObject | None:
    """Return the object with its version, or None if there is no such object."""
    try:
        found = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if aws.is_not_found(error):
            return None
        raise
    return StoredObject(
        key,
        found["ETag"].strip('"'),
        found["ContentLength"],
        found["LastModified"],
        found.get("VersionId", ""),
    )


def exists(s3: "S3Client", bucket: str, key: str) -> bool:
    """Return whether the object exists. A list request, so that a role needs no permission to read renditions."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return bool(found) and found[0]["Key"] == key
