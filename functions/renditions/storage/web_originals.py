"""Requests to the uploads bucket on behalf of a user of the web page. They raise StorageUnavailable.

Signing sends no request: what is signed is used by the user's browser, within the rights of the function's role.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from renditions import aws
from renditions.storage import objects
from renditions.storage.objects import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_SECONDS: Final = 900
DOWNLOAD_SECONDS: Final = 300
_PAGE: Final = 1000  # keys, the most that S3 lists at once


@dataclass(frozen=True, slots=True)
class SignedForm:
    """A form with which one file can be uploaded: its URL, its fields, and until when, in UTC."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What a signed form allows: the largest file in bytes, its Content-Type, and its base64 SHA-256 or nothing.

    ``metadata`` is stored with the file.
    """

    bytes: int
    content_type: str
    checksum: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def sign_upload(s3: "S3Client", bucket: str, key: str, limits: UploadLimits) -> SignedForm:
    """Return a form that S3 accepts for this key and these limits only. A presigned PUT could not limit the size."""
    fields = {"Content-Type": limits.content_type}
    if limits.checksum:
        fields |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": limits.checksum}
    fields |= {f"x-amz-meta-{name}": text for name, text in limits.metadata.items()}
    conditions: list[Any] = [["content-length-range", 1, limits.bytes]]
    conditions += [{name: value} for name, value in fields.items()]
    signed = s3.generate_presigned_post(bucket, _literal(key), fields, conditions, ExpiresIn=UPLOAD_SECONDS)
    return SignedForm(signed["url"], signed["fields"], _in(UPLOAD_SECONDS))


def sign_download(s3: "S3Client", bucket: str, key: str, name: str) -> tuple[str, datetime]:
    """Return a URL that downloads an original, never shows it, whatever it contains; and until when it works."""
    url = s3.generate_presigned_url(
        "get_object",
        {
            "Bucket": bucket,
            "Key": key,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "ResponseContentType": "application/octet-stream",
        },
        ExpiresIn=DOWNLOAD_SECONDS,
    )
    return url, _in(DOWNLOAD_SECONDS)


def store(s3: "S3Client", bucket: str, key: str, data: bytes, limits: UploadLimits) -> StoredObject:
    """Write an original of this Content-Type with this metadata, and return it as S3 lists it."""
    with aws.retryable_errors("S3"):
        written = s3.put_object(
            Bucket=bucket, Key=key, Body=data, ContentType=limits.content_type, Metadata=limits.metadata
        )
    return StoredObject(key, written["ETag"].strip('"'), len(data), datetime.now(UTC))


def find(s3: "S3Client", bucket: str, key: str) -> StoredObject | None:
    """Return the current object, or None. A list request, which a role can be limited to a prefix for."""
    with aws.retryable_errors("S3"):
        listed = next(objects.pages(s3, bucket, key, "", 1), [])
    return next((one for one in listed if one.key == key), None)


def page(s3: "S3Client", bucket: str, prefix: str, after: str, size: int) -> list[StoredObject]:
    """Return the first ``size`` current objects after the key ``after``."""
    with aws.retryable_errors("S3"):
        return next(objects.pages(s3, bucket, prefix, after, size), [])


def has_at_least(s3: "S3Client", bucket: str, prefix: str, number: int) -> bool:
    """Return whether there are that many objects."""
    found = 0
    with aws.retryable_errors("S3"):
        for listed in objects.pages(s3, bucket, prefix, "", min(number, _PAGE)):
            found += len(listed)
            if found >= number:
                return True
    return False


def remove_all_versions(s3: "S3Client", bucket: str, key: str) -> int:
    """Delete every version of an object for good, and return how many there were.

    The oldest comes first. While the current version exists, the deletion machine sees an object and ends at once; the
    last deletion is the one that removes the renditions.
    """
    found: list[str] = []
    with aws.retryable_errors("S3"):
        for listed in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            versions: list[Any] = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
            versions.sort(key=lambda one: (one["LastModified"], one["IsLatest"]), reverse=True)
            found += [one["VersionId"] for one in versions if one["Key"] == key]
        for version in reversed(found):
            s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    return len(found)


def _literal(key: str) -> str:
    """The key itself: S3 and botocore would replace ``${filename}`` in it."""
    if "${filename}" in key:
        raise ValueError("A key of the web page never contains ${filename}.")
    return key


def _in(seconds: int) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
