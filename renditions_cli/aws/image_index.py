"""The index of the images table by status and time. Each status is spread over several partitions of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.records import INDEX, SHARDS, ImageRecord, index_time
from renditions_cli.errors import StackError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STATUSES = ("PROCESSING", "COMPLETED", "REJECTED", "FAILED", "DELETING", "DELETED")
AT_ONCE = 10  # queries: as many connections as a client keeps
SMALLEST_PAGE = 100
NO_INDEX = "This stack is of a release without the index by-status. Deploy it again."


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry of the index. ``record`` has only its URI, its status, the execution and the reason code."""

    record: ImageRecord
    since: str

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {
            "image_uri": self.record.image_uri,
            "status": self.record.status,
            "since": self.since,
            "reason_code": self.record.reason_code,
            "execution_arn": self.record.execution_arn,
        }


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: statuses, since when, the start of the URI, and how many of the newest."""

    statuses: Sequence[str]
    since: datetime
    uri_prefix: str
    at_most: int


def counted_by_status(entries: Iterable[Indexed]) -> str:
    """Return ``3 PROCESSING, 9 COMPLETED``, in the order of STATUSES."""
    counts = Counter(one.record.status for one in entries)
    return ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])


def find_images(dynamodb: "DynamoDBClient", table: str, search: Search) -> list[Indexed]:
    """Return the images that have got one of these statuses since then, the newest first. Raises botocore's errors.

    The index follows the table within a second or so. Meanwhile an image may be in it twice, and counts once.
    """
    places = product(search.statuses, SHARDS)
    partitions = [_Partition(dynamodb, table, search, *place) for place in places]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            firsts = pool.map(_Partition.first_page, partitions)
            parts = [one.entries(first) for one, first in zip(partitions, firsts, strict=True)]
        newest_first = merge(*parts, key=lambda one: one.since, reverse=True)
        return list(islice(_once(newest_first), search.at_most))
    except ClientError as error:
        if "index" in error.response["Error"].get("Message", ""):
            raise StackError(NO_INDEX) from error
        raise


def _once(entries: Iterable[Indexed]) -> Iterator[Indexed]:
    seen: set[str] = set()
    for one in entries:
        if one.record.image_uri not in seen:
            seen.add(one.record.image_uri)
            yield one


@dataclass(frozen=True, slots=True)
class _Partition:
    """One status in one partition of the index, read page by page as the merge needs it."""

    dynamodb: "DynamoDBClient"
    table: str
    search: Search
    status: str
    shard: str

    def first_page(self) -> dict[str, Any]:
        """Return the newest entries, as DynamoDB answers."""
        return self._page(None)

    def entries(self, page: dict[str, Any]) -> Iterator[Indexed]:
        """Yield the entries of the first page, then those of the others."""
        while True:
            for item in page["Items"]:
                yield Indexed(ImageRecord.from_item(item), item["status_since"]["S"])
            if "LastEvaluatedKey" not in page:
                return
            page = self._page(page["LastEvaluatedKey"])

    def _page(self, after: Any) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TableName": self.table,
            "IndexName": INDEX,
            "KeyConditionExpression": "status_shard = :shard AND status_since >= :since",
            "ExpressionAttributeValues": {
                ":shard": {"S": f"{self.status}#{self.shard}"},
                ":since": {"S": index_time(self.search.since)},
            },
            "ScanIndexForward": False,
        }
        if self.search.uri_prefix:
            request["FilterExpression"] = "begins_with(image_uri, :prefix)"
            request["ExpressionAttributeValues"][":prefix"] = {"S": self.search.uri_prefix}
        # Each partition has its share of the newest ones, give or take chance. A filter takes away more.
        request["Limit"] = max(2 * self.search.at_most // len(SHARDS), SMALLEST_PAGE)
        if after:
            request["ExclusiveStartKey"] = after
        return {**self.dynamodb.query(**request)}
