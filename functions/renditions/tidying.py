"""Brings the renditions bucket in line with an image's record: what the record does not name goes.

The record is the arbiter, and it may change at any moment. Two rules keep a newer upload's renditions safe whatever
the order of things is:

- Removing is by object version, and only after the record was read *behind* the listing: while a deletion owns the
  record no newer upload has begun, so it wrote none of the versions in the list.
- Retiring is undone by whoever comes later: the record is read again after the last tag, and if it changed meanwhile
  all is done again by the new one. A record that is being worked on is left to its owner, who tidies when it is done.
"""

from typing import TYPE_CHECKING

from renditions import records, storage
from renditions.contracts import Original, Record, Tidied

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BEING_DELETED = {"DELETING", "DELETED"}
SETTLED = {"COMPLETED", "REJECTED", "FAILED"}


def tidy(s3: "S3Client", dynamodb: "DynamoDBClient", table: str, bucket: str, original: Original) -> Tidied:
    """Retire the renditions of ``original`` that its record does not name; of a deleted image remove all.

    Doing it twice changes nothing more. Raises StorageUnavailable.
    """
    stored = list(storage.stored_versions(s3, bucket, original))
    record = records.read(dynamodb, table, original.uri)
    if record and record.status in BEING_DELETED:
        return _remove(s3, bucket, record, stored)
    retired = 0
    while record and record.status in SETTLED:
        retired += _retire(s3, bucket, record, stored)
        before, record = record, records.read(dynamodb, table, original.uri)
        if record == before:
            break
        stored = list(storage.stored_versions(s3, bucket, original))
    return Tidied(record.status if record else "", retired=retired)


def _remove(s3: "S3Client", bucket: str, record: Record, stored: list[storage.Stored]) -> Tidied:
    for one in stored:
        storage.remove_version(s3, bucket, one)
    return Tidied(record.status, removed=len(stored))


def _retire(s3: "S3Client", bucket: str, record: Record, stored: list[storage.Stored]) -> int:
    """Make each tag tell the truth. Returns how many were set."""
    retired = 0
    for key in (one.key for one in stored if one.current):
        is_retired = storage.is_retired(s3, bucket, key)
        if key in record.keys and is_retired:
            storage.reinstate(s3, bucket, key)
        elif key not in record.keys and not is_retired:
            storage.retire(s3, bucket, key)
            retired += 1
    return retired
