"""Keep the renditions bucket in line with an image's record: what the record does not name goes.

The record decides, and it may change at any moment. Two rules keep the renditions of a newer upload safe in any order
of events:

- Removing deletes object versions, and only after the record was read *after* listing them. While a deletion owns the
  record no newer upload has started, so none of the listed versions is its.
- Retiring is undone by whoever comes later. The record is read again after the last tag is set, and if it has changed,
  everything is done again according to the new one. A record in work is left to its owner, who tidies at the end.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from renditions import aws, records
from renditions.contracts import Original, Tidied
from renditions.records import ImageRecord
from renditions.storage import keys, renditions
from renditions.storage.renditions import StoredVersion

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BEING_DELETED = {"DELETING", "DELETED"}
# Not FAILED: a redrive needs the renditions of the branches that succeeded.
SETTLED = {"COMPLETED", "REJECTED"}
# Requests at a time. The client has as many connections.
CONCURRENCY: Final = 24

T = TypeVar("T")
logger = Logger(child=True)


def tidy(s3: "S3Client", dynamodb: "DynamoDBClient", table: str, bucket: str, original: Original) -> Tidied:
    """Retire the renditions that the record of ``original`` does not name. Remove all renditions of a deleted image.

    A second call changes nothing. Raises StorageUnavailable, and botocore's error if a version cannot be removed.
    """
    with ThreadPoolExecutor(CONCURRENCY) as threads:
        tidier = _Tidier(s3, bucket, threads)
        stored = list(renditions.versions(s3, bucket, original))
        record = records.get(dynamodb, table, original.uri)
        if record and record.status in BEING_DELETED:
            return Tidied(record.status, removed=tidier.remove(stored))
        retired, left = 0, 0
        while record and record.status in SETTLED:
            now_retired, left = tidier.retire(record, stored)
            retired += now_retired
            before, record = record, records.get(dynamodb, table, original.uri)
            if record == before:
                break
            stored = list(renditions.versions(s3, bucket, original))
        return Tidied(record.status if record else "", retired=retired, left=left)


@dataclass(frozen=True, slots=True)
class _Tidier:
    """The renditions bucket, with threads for the requests that take one file each."""

    s3: "S3Client"
    bucket: str
    threads: ThreadPoolExecutor

    def remove(self, stored: Iterable[StoredVersion]) -> int:
        """Delete these versions, and return how many. Raises the first refusal, after all others are deleted."""
        answers = [*self._for_each(stored, lambda one: renditions.remove_version(self.s3, self.bucket, one))]
        refusals = [one for one in answers if isinstance(one, ClientError)]
        if refusals:
            raise refusals[0]
        return len(answers)

    def retire(self, record: ImageRecord, stored: Iterable[StoredVersion]) -> tuple[int, int]:
        """Tag exactly the renditions that the record does not name.

        Returns how many were tagged now, and how many were left as they are because S3 refused a request.
        """
        current, named = [one.key for one in stored if one.current], record.keys
        answers = [
            *self._for_each(current, lambda key: self._match(key, is_named=keys.described(key) in named))
        ]
        refusals = [one for one in answers if isinstance(one, ClientError)]
        for refusal in refusals:
            logger.warning("not retired", extra={"error": aws.error_code(refusal)})
        return answers.count(True), len(refusals)

    def _match(self, key: str, *, is_named: bool) -> bool:
        """Tag a rendition, or remove its tag. Returns whether it was tagged now."""
        tags = renditions.read_tags(self.s3, self.bucket, key)
        is_retired = renditions.SUPERSEDED in tags
        if is_named and is_retired:
            renditions.reinstate(self.s3, self.bucket, key, tags)
        elif not is_named and not is_retired:
            renditions.retire(self.s3, self.bucket, key, tags)
            return True
        return False

    def _for_each(self, items: Iterable[T], request: Callable[[T], object]) -> Iterator[object]:
        """Yield the answer for each item, many at a time. A refusal by S3 is an answer, so that the others go on."""

        def answer(item: T) -> object:
            try:
                return request(item)
            except ClientError as error:
                return None if aws.is_not_found(error) else error  # deleted since it was listed

        return self.threads.map(answer, items)
