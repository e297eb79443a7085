"""The versions of an original in the uploads bucket, and the markers of its deletions."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class OriginalVersion:
    """One version of the object, or a delete marker, which has no ``bytes`` and no ``etag``."""

    version_id: str
    modified: datetime
    is_latest: bool
    bytes: int | None = None
    etag: str | None = None

    @property
    def is_deletion(self) -> bool:
        """Whether this is a delete marker."""
        return self.bytes is None

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with the time in ISO 8601."""
        return {
            "version_id": self.version_id,
            "modified": self.modified.isoformat(),
            "is_latest": self.is_latest,
            "is_deletion": self.is_deletion,
            "bytes": self.bytes,
            "etag": self.etag,
        }


def list_versions(s3: "S3Client", bucket: str, key: str) -> list[OriginalVersion]:
    """Return up to 1,000 versions of an object, the oldest first. Raises ClientError."""
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key)  # the key itself comes first
    versions = [
        OriginalVersion(
            one["VersionId"], one["LastModified"], one["IsLatest"], one["Size"], one["ETag"].strip('"')
        )
        for one in answer.get("Versions", [])
        if one["Key"] == key
    ]
    markers = [
        OriginalVersion(one["VersionId"], one["LastModified"], one["IsLatest"])
        for one in answer.get("DeleteMarkers", [])
        if one["Key"] == key
    ]
    return sorted([*versions, *markers], key=lambda one: (one.modified, one.is_latest))
