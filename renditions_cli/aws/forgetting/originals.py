"""Delete the versions of an original, so that no older one becomes current: it would be processed."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from renditions.contracts import bucket_and_key
from renditions.storage import originals
from renditions.storage.objects import StoredObject
from renditions_cli.aws.forgetting.forgotten import Forgotten
from renditions_cli.aws.forgetting.traces import Traces, Version, original_versions

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Originals:
    """The versions and unfinished uploads that ``traces`` names."""

    s3: "S3Client"
    traces: Traces
    result: Forgotten

    def abort_unfinished(self) -> None:
        """End the unfinished uploads of the original and of its renditions."""
        for one in self.traces.unfinished:
            abort = partial(self.s3.abort_multipart_upload, Bucket=one.bucket, Key=one.key)
            if self.result.allows(partial(abort, UploadId=one.upload_id), "An unfinished upload"):
                self.result.count("unfinished_uploads")

    def remove(self) -> bool:
        """Delete the versions that were found. Returns whether none of them is current any more."""
        bucket, key = bucket_and_key(self.traces.image_uri)
        if not self.traces.originals:
            return True
        *older, latest = self.traces.originals
        kept = [one for one in older if not self._remove_version(bucket, one) and not one.is_marker]
        if latest.is_marker:
            if not kept:
                self._remove_version(bucket, latest)
            return True
        if kept or latest.version_id in self.traces.locks:
            # An older version would become current, or this one stays so. Behind a delete marker it is deleted to
            # everybody without its version ID.
            is_hidden = self._hide(bucket, key, latest)
            self._remove_version(bucket, latest)
            return is_hidden
        return self._remove_version(bucket, latest)

    def _hide(self, bucket: str, key: str, latest: Version) -> bool:
        """Put a delete marker over the current version. Returns whether it is not current any more."""
        if not any(one.version_id == latest.version_id and one.is_latest for one in self._originals()):
            return True  # somebody has uploaded or deleted it since
        return self.result.allows(
            lambda: self.s3.delete_object(Bucket=bucket, Key=key), "The current version"
        )

    def _remove_version(self, bucket: str, one: Version) -> bool:
        """Delete one version or delete marker. Returns whether it is gone."""
        name = f"{'The delete marker' if one.is_marker else 'The version'} {one.version_id} of the original"
        if lock := self.traces.locks.get(one.version_id):
            self.result.leave(f"{name} is locked: {lock}. Run the command again after that.")
            return False
        stored = StoredObject(one.key, one.etag, one.bytes or 0, one.modified, one.version_id)
        gone = self.result.allows(lambda: originals.remove_version(self.s3, bucket, stored), name)
        if gone:
            self.result.count("delete_markers" if one.is_marker else "originals")
        return gone

    def _originals(self) -> list[Version]:
        return original_versions(self.s3, *bucket_and_key(self.traces.image_uri))
