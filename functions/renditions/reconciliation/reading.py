"""What S3, DynamoDB and Step Functions know, page by page: nothing in here holds more than one page."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from renditions.reconciliation.comparison import Known, Run, StoredObject
from renditions.reconciliation.surroundings import Clients, Places
from renditions.storage import SUPERSEDED

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE_SIZE = 1000  # objects or records; the most that S3 lists at once
READ_AT_ONCE: Final = 100  # records, the most that BatchGetItem takes
_ATTRIBUTES: Final = "image_uri, #status, etag, sequencer, execution_arn, started_at, renditions"
_NAMES: Final = {"#status": "status"}


def object_pages(s3: "S3Client", bucket: str, prefix: str, after: str) -> Iterator[list[StoredObject]]:
    """The current objects behind the key ``after``, a page at a time, in the order of their keys' bytes."""
    start: Any = {"StartAfter": after} if after else {}
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": PAGE_SIZE}, **start
    )
    for page in pages:
        yield [
            StoredObject(one["Key"], one["ETag"].strip('"'), one["Size"], one["LastModified"])
            for one in page.get("Contents", [])
        ]


def chunks(stored: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    """The same, as lists of a page's length."""
    one_by_one = iter(stored)
    while some := list(islice(one_by_one, PAGE_SIZE)):
        yield some


class Renditions:
    """The renditions bucket, read once from its beginning to its end, in step with the uploads bucket."""

    def __init__(self, s3: "S3Client", bucket: str, prefix: str, after: str) -> None:
        pages = object_pages(s3, bucket, prefix, after)
        self._all = (one for page in pages for one in page)
        self._ahead: StoredObject | None = None

    def until(self, last: str | None) -> Iterator[StoredObject]:
        """Those that are next, up to the key ``last``; all the rest for None."""
        while (one := self._next()) is not None:
            if last is not None and one.key > last:
                self._ahead = one
                return
            yield one

    def _next(self) -> StoredObject | None:
        ahead, self._ahead = self._ahead, None
        return ahead or next(self._all, None)


def read_records(clients: Clients, places: Places, uris: Iterable[str]) -> dict[str, Known]:
    """The records of ``uris`` as they are now, a hundred at a time; an image without one is left out."""
    wanted = list(dict.fromkeys(uris))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), READ_AT_ONCE):
        for item in _batch(clients, places.images_table, wanted[start : start + READ_AT_ONCE]):
            known = Known.from_item(item)
            found[known.uri] = known
    return found


def _batch(clients: Clients, table: str, uris: list[str]) -> Iterator[Any]:
    keys = [{"image_uri": {"S": uri}} for uri in uris]
    request: Any = {
        "Keys": keys,
        "ProjectionExpression": _ATTRIBUTES,
        "ExpressionAttributeNames": _NAMES,
        "ConsistentRead": True,
    }
    wanted: Any = {table: request}
    while wanted:
        answer = clients.dynamodb.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")  # left over under load: asked for again


def record_pages(
    clients: Clients, places: Places, prefix: str, after: str
) -> Iterator[tuple[list[Known], str | None]]:
    """All records of existing images behind ``after``, in the table's own order, each page with its last key."""
    request: Any = {
        "TableName": places.images_table,
        "ProjectionExpression": _ATTRIBUTES,
        "ExpressionAttributeNames": _NAMES,
        "FilterExpression": "begins_with(image_uri, :start) AND #status <> :deleted",
        "ExpressionAttributeValues": {":start": {"S": places.uri(prefix)}, ":deleted": {"S": "DELETED"}},
        "Limit": PAGE_SIZE,
    }
    last: Any = {"image_uri": {"S": after}} if after else None
    while True:
        answer = clients.dynamodb.scan(**request, **({"ExclusiveStartKey": last} if last else {}))
        last = answer.get("LastEvaluatedKey")
        yield [Known.from_item(item) for item in answer["Items"]], last["image_uri"]["S"] if last else None
        if not last:
            return


def head(s3: "S3Client", bucket: str, key: str) -> Any:
    """The answer to HeadObject; None for an object that is not there."""
    try:
        return s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def exists(s3: "S3Client", bucket: str, key: str) -> bool:
    """Whether there is an object: asked with a list, for which a role needs no right to read renditions."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return bool(found) and found[0]["Key"] == key


def delete_marker(s3: "S3Client", bucket: str, key: str) -> Any:
    """The marker that hides an object; None if it was deleted for good, or the bucket has no versions."""
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=1)
    markers = [one for one in answer.get("DeleteMarkers", []) if one["Key"] == key and one["IsLatest"]]
    return markers[0] if markers else None


def is_superseded(s3: "S3Client", bucket: str, key: str) -> bool:
    """Whether a rendition carries the tag of those that were replaced, which are removed in their time."""
    try:
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return True  # gone since it was listed
        raise
    return SUPERSEDED in tags


def read_run(clients: Clients, arn: str) -> Run | None:
    """The execution; None when Step Functions does not know it, which it forgets 90 days after the end."""
    if not arn:
        return None
    client = clients.step_functions
    try:
        found = client.describe_execution(executionArn=arn)
    except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn):
        return None
    started = found.get("redriveDate") or found["startDate"]
    if found["status"] == "RUNNING":
        return Run(running=True, since=started)
    return Run(running=False, since=found.get("stopDate") or started)
