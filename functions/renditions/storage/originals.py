"""Requests to the uploads bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Original, Upload
from renditions.errors import ImageRejected, InvalidSettings, ObjectArchived, ObjectEncrypted, SourceGone
from renditions.framing import Framing
from renditions.storage import keys, objects, scans
from renditions.storage.objects import GONE, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

# What S3 answers to a HeadObject without the key of SSE-C. The response has no body, so that there is only the status.
_BAD_REQUEST: Final = {"400", "InvalidRequest"}

# What S3 answers to a GetObject that only the uploader can make succeed. InvalidRequest: the key of SSE-C is missing.
_UNREADABLE: Final[dict[str, ImageRejected]] = {
    "InvalidObjectState": ObjectArchived(
        "The file is in an archive storage class and cannot be read. Upload it again in a storage class with immediate "
        "access, such as S3 Standard."
    ),
    "InvalidRequest": ObjectEncrypted(
        "The file is encrypted with a key of your own (SSE-C) and cannot be read. Upload it again without SSE-C."
    ),
}

# Bytes. The largest collections for Chinese, Japanese and Korean have 20 MB.
_LARGEST_FONT: Final = 33_554_432


class Stored(NamedTuple):
    """The bytes of an object, its user metadata (names without the prefix ``x-amz-meta-``), and its version, if any."""

    data: bytes
    metadata: Mapping[str, str]
    version_id: str | None

    def framing(self) -> Framing:
        """Return where the uploader wants people to look. Raises InvalidFraming."""
        return Framing.of_metadata(self.metadata)


@dataclass(frozen=True, slots=True)
class DeleteMarker:
    """The version that hides a deleted object. ``modified``: the time of the deletion, in UTC."""

    version_id: str
    modified: datetime


def read(s3: "S3Client", upload: Upload) -> bytes:
    """Return the bytes of exactly the object in the event: by version ID, otherwise with If-Match on its ETag.

    Raises SourceGone if that object no longer exists, ObjectArchived or ObjectEncrypted if nobody but the uploader can
    read it, StorageUnavailable if S3 is unavailable.
    """
    return read_with_metadata(s3, upload).data


def read_with_metadata(s3: "S3Client", upload: Upload) -> Stored:
    """Return the same bytes as ``read``, and their metadata. Raises the same errors."""
    if upload.version_id is None:
        return _read(s3, {"Bucket": upload.bucket, "Key": upload.key, "IfMatch": upload.etag})
    return _read(s3, {"Bucket": upload.bucket, "Key": upload.key, "VersionId": upload.version_id})


def read_unless_deleted(s3: "S3Client", upload: Upload) -> Stored:
    """Return the same as ``read_with_metadata``, but only if the key has an object. Raises the same errors.

    The version of a deleted object can still be read if only a delete marker hides it. If the event of that deletion
    came first, it found no record and changed nothing, so nobody else would notice.
    """
    try:
        found = _read(s3, {"Bucket": upload.bucket, "Key": upload.key, "IfMatch": upload.etag})
    except SourceGone:
        if upload.version_id is None:
            raise
        confirm_exists(s3, upload)  # replaced: its own version is still complete
        return read_with_metadata(s3, upload)
    # Copied onto itself since, with other metadata: the same bytes have the same ETag.
    is_other = upload.version_id is not None and upload.version_id != found.version_id
    return read_with_metadata(s3, upload) if is_other else found


def confirm_exists(s3: "S3Client", upload: Upload) -> None:
    """Return if the key of the upload has an object, in whatever version. Raises SourceGone, StorageUnavailable."""
    if look_up(s3, Original(upload.bucket, upload.key)) is None:
        raise SourceGone("The original no longer exists.")


def _read(s3: "S3Client", request: "GetObjectRequestTypeDef") -> Stored:
    with aws.retryable_errors("S3"):
        try:
            found = s3.get_object(**request)
            return Stored(found["Body"].read(), found["Metadata"], found.get("VersionId"))
        except ClientError as error:
            code = aws.error_code(error)
            if code in GONE or (code == "AccessDenied" and scans.is_gone(s3, {**request})):
                raise SourceGone(f"The original no longer exists. S3 answered {code}.") from error
            if code in _UNREADABLE:
                raise _UNREADABLE[code] from error
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


def look_up(s3: "S3Client", original: Original) -> StoredObject | None:
    """Return the current object of a key, or None. Raises StorageUnavailable, and botocore's error if access is denied.

    An object that is encrypted with SSE-C is returned without facts, because S3 refuses even those.
    """
    with aws.retryable_errors("S3"):
        try:
            return objects.head(s3, original.bucket, original.key)
        except ClientError as error:
            code = aws.error_code(error)
            if code in GONE:
                return None
            if code in _BAD_REQUEST:
                return StoredObject(original.key, "", 0, datetime.max.replace(tzinfo=UTC))
            raise


def delete_marker(s3: "S3Client", bucket: str, key: str) -> DeleteMarker | None:
    """Return the marker that hides an object. None: deleted permanently, or the bucket has no versioning.

    Raises botocore's errors.
    """
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1)
    for one in answer.get("DeleteMarkers", []):
        if one["Key"] == key and one["IsLatest"]:
            return DeleteMarker(one["VersionId"], one["LastModified"])
    return None


def current_version(s3: "S3Client", bucket: str, key: str) -> StoredObject | None:
    """Return the current version of an object; None if there is none, or a delete marker.

    It can be listed even if nobody can read it, unlike with HeadObject. Raises botocore's errors.
    """
    for one in s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1).get("Versions", []):
        if one["Key"] == key and one["IsLatest"]:
            return StoredObject(
                key, one["ETag"].strip('"'), one["Size"], one["LastModified"], one["VersionId"]
            )
    return None


def remove_version(s3: "S3Client", bucket: str, stored: StoredObject) -> bool:
    """Delete one version permanently. Returns False if it is gone, or has no version ID and was replaced.

    Raises botocore's errors.
    """
    which: Any = {"VersionId": stored.version_id}
    if stored.version_id == "null" and "Status" not in s3.get_bucket_versioning(Bucket=bucket):
        which = {"IfMatch": f'"{stored.etag}"'}
    try:
        s3.delete_object(Bucket=bucket, Key=stored.key, **which)
    except ClientError as error:
        if aws.error_code(error) in GONE:
            return False
        raise
    return True


def find_shortened(s3: "S3Client", bucket: str, part: str) -> str | None:
    """Return the original key that ``part`` is the shortened form of, or None. Raises botocore's errors."""
    start, _, _ = part.rpartition("~")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=start).get("Contents", [])
    return next((one["Key"] for one in listed if keys.is_shortened_form(part, one["Key"])), None)
