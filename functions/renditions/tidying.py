"""Keep the renditions bucket in line with an image's record: what the record does not name goes.

The record decides, and it may change at any moment. Two rules keep the renditions of a newer upload safe in any order
of events:

- Removing deletes object versions, and only after the record was read *after* listing them. While a deletion owns the
  record no newer upload has started, so none of the listed versions is its.
- Retiring is undone by whoever comes later. The record is read again after the last tag is set, and if it has changed,
  everything is done again according to the new one. A record in work is left to its owner, who tidies at the end.
"""

from typing import TYPE_CHECKING

from renditions import records
from renditions.contracts import Original, Tidied
from renditions.records import ImageRecord
from renditions.storage import renditions
from renditions.storage.renditions import StoredVersion

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BEING_DELETED = {"DELETING", "DELETED"}
SETTLED = {"COMPLETED", "REJECTED", "FAILED"}


def tidy(s3: "S3Client", dynamodb: "DynamoDBClient", table: str, bucket: str, original: Original) -> Tidied:
    """Retire the renditions that the record of ``original`` does not name. Remove all renditions of a deleted image.

    A second call changes nothing. Raises StorageUnavailable.
    """
    stored = list(renditions.versions(s3, bucket, original))
    record = records.get(dynamodb, table, original.uri)
    if record and record.status in BEING_DELETED:
        return _remove(s3, bucket, record, stored)
    retired = 0
    while record and record.status in SETTLED:
        retired += _retire(s3, bucket, record, stored)
        before, record = record, records.get(dynamodb, table, original.uri)
        if record == before:
            break
        stored = list(renditions.versions(s3, bucket, original))
    return Tidied(record.status if record else "", retired=retired)


def _remove(s3: "S3Client", bucket: str, record: ImageRecord, stored: list[StoredVersion]) -> Tidied:
    for one in stored:
        renditions.remove_version(s3, bucket, one)
    return Tidied(record.status, removed=len(stored))


def _retire(s3: "S3Client", bucket: str, record: ImageRecord, stored: list[StoredVersion]) -> int:
    """Tag exactly the renditions that the record does not name. Returns how many were tagged now."""
    retired = 0
    named = record.keys
    for key in (one.key for one in stored if one.current):
        is_retired = renditions.is_retired(s3, bucket, key)
        if key in named and is_retired:
            renditions.reinstate(s3, bucket, key)
        elif key not in named and not is_retired:
            renditions.retire(s3, bucket, key)
            retired += 1
    return retired
