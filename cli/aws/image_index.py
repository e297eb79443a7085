"""The index of the images table by status and time. Each status is spread over several partitions of it."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.errors import StackError
from renditions.records import ImageRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "by-status"
# What States.MathRandom(0, 8) returns. AWS never returns the end; the emulator does.
SHARDS = tuple(map(str, range(9)))
STATUSES = ("PROCESSING", "COMPLETED", "REJECTED", "FAILED", "DELETING", "DELETED")
AT_ONCE = 16  # queries
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


def find_images(dynamodb: "DynamoDBClient", table: str, search: Search) -> list[Indexed]:
    """Return the images that have got one of these statuses since then, the newest first. Raises botocore's errors.

    The index follows the table within a second or so. Meanwhile an image may be in it twice, and counts once.
    """

    def query(place: tuple[str, str]) -> list[Indexed]:
        return list(islice(_query(dynamodb, table, search, *place), search.at_most))

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            parts = list(pool.map(query, product(search.statuses, SHARDS)))
    except ClientError as error:
        if "index" in error.response["Error"].get("Message", ""):
            raise StackError(NO_INDEX) from error
        raise
    newest_first = merge(*parts, key=lambda one: one.since, reverse=True)
    return list(islice(_once(newest_first), search.at_most))


def _once(entries: Iterable[Indexed]) -> Iterator[Indexed]:
    seen: set[str] = set()
    for one in entries:
        if one.record.image_uri not in seen:
            seen.add(one.record.image_uri)
            yield one


def _query(
    dynamodb: "DynamoDBClient", table: str, search: Search, status: str, shard: str
) -> Iterator[Indexed]:
    """Yield the entries of one status in one partition, the newest first."""
    request: Any = {
        "TableName": table,
        "IndexName": INDEX,
        "KeyConditionExpression": "index_shard = :shard AND status_time BETWEEN :begin AND :end",
        "ExpressionAttributeValues": {
            ":shard": {"S": shard},
            ":begin": {"S": f"{status}#{_text(search.since)}"},
            ":end": {"S": f"{status}#~"},
        },
        "ScanIndexForward": False,
    }
    if search.uri_prefix:
        request["FilterExpression"] = "begins_with(image_uri, :prefix)"
        request["ExpressionAttributeValues"][":prefix"] = {"S": search.uri_prefix}
    for page in dynamodb.get_paginator("query").paginate(**request):
        for item in page["Items"]:
            since = str(item["status_time"]["S"]).partition("#")[2]
            yield Indexed(ImageRecord.from_item(item), since)


def _text(moment: datetime) -> str:
    """Return a time as the state machines write it: UTC, in milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
