"""Requests to the uploads bucket."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Original, Upload
from renditions.errors import InvalidSettings, ObjectExists, SourceGone
from renditions.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

# What S3 answers for an object that does not exist. 405: the version is a delete marker.
_GONE: Final = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "MethodNotAllowed", "404", "412", "405"}

_LARGEST_FONT: Final = (
    33_554_432  # bytes: the largest collections for Chinese, Japanese and Korean have 20 MB
)


@dataclass(frozen=True, slots=True)
class DeleteMarker:
    """The version that hides a deleted object. ``modified``: the time of the deletion, in UTC."""

    version_id: str
    modified: datetime


def read(s3: "S3Client", upload: Upload) -> bytes:
    """Return the bytes of exactly the object in the event: by version ID, otherwise with If-Match on its ETag.

    Raises SourceGone if that object no longer exists, StorageUnavailable if S3 is unavailable.
    """
    request: GetObjectRequestTypeDef = {"Bucket": upload.bucket, "Key": upload.key}
    if upload.version_id is None:
        request["IfMatch"] = upload.etag
    else:
        request["VersionId"] = upload.version_id
    with aws.retryable_errors("S3"):
        try:
            return s3.get_object(**request)["Body"].read()
        except ClientError as error:
            code = aws.error_code(error)
            if code in _GONE:
                raise SourceGone(f"The original no longer exists. S3 answered {code}.") from error
            raise


def read_logo(s3: "S3Client", bucket: str, key: str) -> bytes:
    """Return the watermark's logo, which is in the uploads bucket unless a setting names another one.

    Raises ClientError if it is missing or access is denied, because that is for the operators to fix, and
    StorageUnavailable.
    """
    with aws.retryable_errors("S3"):
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def read_font(s3: "S3Client", bucket: str, key: str) -> bytes:
    """Return the font of the watermark. Raises InvalidSettings if it is too large, and the same as ``read_logo``."""
    with aws.retryable_errors("S3"):
        found = s3.get_object(Bucket=bucket, Key=key)
        if found["ContentLength"] > _LARGEST_FONT:
            raise InvalidSettings(
                f"The font of the watermark (WATERMARK_FONT_KEY) has {found['ContentLength']:,} bytes. "
                f"At most {_LARGEST_FONT:,} bytes are allowed. Use a font with fewer characters."
            )
        return found["Body"].read()


def confirm_deleted(s3: "S3Client", original: Original) -> None:
    """Return if the original's key has no current object. Raises ObjectExists if it has, or StorageUnavailable."""
    with aws.retryable_errors("S3"):
        try:
            found = s3.head_object(Bucket=original.bucket, Key=original.key)
        except ClientError as error:
            if aws.error_code(error) in _GONE:
                return
            raise
    raise ObjectExists(f"The key has an object, with the ETag {found['ETag']}.")


def delete_marker(s3: "S3Client", bucket: str, key: str) -> DeleteMarker | None:
    """Return the marker that hides an object. None: deleted permanently, or the bucket has no versioning.

    Raises botocore's errors.
    """
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1)
    for one in answer.get("DeleteMarkers", []):
        if one["Key"] == key and one["IsLatest"]:
            return DeleteMarker(one["VersionId"], one["LastModified"])
    return None


def find_shortened(s3: "S3Client", bucket: str, part: str) -> str | None:
    """Return the original key that ``part`` is the shortened form of, or None. Raises botocore's errors."""
    start, _, _ = part.rpartition("~")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=start).get("Contents", [])
    return next((one["Key"] for one in listed if keys.is_shortened_form(part, one["Key"])), None)
