"""The images table as everybody reads it: the functions, the reconciliation and the command.

Only the state machines write to it, and ValidateImage the context. docs/record.md describes each attribute.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Rendition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item = Mapping[str, AttributeValueTypeDef]

INDEX: Final = "by-status"
# What States.MathRandom(0, 8) returns. AWS never returns the end; the emulator does.
SHARDS: Final = tuple(map(str, range(9)))
BATCH_SIZE: Final = 100  # keys, the most that BatchGetItem takes
_FINAL: Final = frozenset({"COMPLETED", "REJECTED", "FAILED", "DELETED"})

# For an attribute that an entry of ``renditions`` lacks: an older version of the pipeline may have written it.
_ABSENT: Final[Mapping[str, Any]] = {
    "bucket": "",
    "width": 0,
    "height": 0,
    "bytes": 0,
    "content_type": "",
    "note": "",
    "pages": "",
}


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One item of the images table. Absent attributes are None; times are UTC, as text.

    ``renditions`` is sorted by name, because DynamoDB does not keep the order of a map. Those that the preset leaves
    out have an entry in the table, but no file: here they are only in ``skipped``.
    """

    image_uri: str
    status: str
    execution_arn: str | None = None
    origin: str | None = None
    etag: str | None = None
    version_id: str | None = None
    sequencer: str | None = None
    version: str | None = None
    recipe: str | None = None
    resizer: str | None = None
    release: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    sha256: str | None = None
    frames: int | None = None
    orientation: int | None = None
    has_alpha: bool | None = None
    taken_at: str | None = None
    camera: str | None = None
    focus: str | None = None
    crop: str | None = None
    hdr: str | None = None
    hdr_stops: float | None = None
    preset: str | None = None
    labels: Mapping[str, str] | None = None
    dominant_colour: str | None = None
    placeholder: str | None = None
    uploaded_at: str | None = None
    started_at: str | None = None
    first_uploaded_at: str | None = None
    completed_at: str | None = None
    deleted_at: str | None = None
    expires_at: int | None = None
    reason_code: str | None = None
    reason: str | None = None
    served_etag: str | None = None
    settled_by: str | None = None
    context: Mapping[str, str] | None = None
    context_attributes: str | None = None
    status_shard: str | None = None
    status_since: str | None = None
    renditions: tuple[Rendition, ...] = ()
    skipped: tuple[str, ...] = ()

    @classmethod
    def from_item(cls, item: "Item") -> Self:
        """Parse an item as DynamoDB returns it. Attributes that this class does not have are ignored."""
        names = {field.name for field in fields(cls)} - {"renditions", "skipped"}
        entries: Any = item.get("renditions", {}).get("M", {})
        found = [_rendition(name, entries[name]["M"]) for name in sorted(entries)]
        values = _values(item, names)
        for name in values.keys() & {"context", "labels"}:
            values[name] = _parsed(values[name])
        renditions = tuple(one for one in found if one.key)
        return cls(**values, renditions=renditions, skipped=tuple(one.name for one in found if not one.key))

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the renditions, of all pages. There may be thousands: ask once."""
        further = (key for one in self.renditions for key in one.further_keys)
        return frozenset((*(one.key for one in self.renditions), *further))

    @property
    def is_final(self) -> bool:
        """Whether the status stays as it is until the next event."""
        return self.status in _FINAL


def get(dynamodb: "DynamoDBClient", table: str, image_uri: str) -> ImageRecord | None:
    """Return the current record of an image, or None. Raises StorageUnavailable."""
    with aws.retryable_errors("DynamoDB"):
        answer = dynamodb.get_item(TableName=table, Key={"image_uri": {"S": image_uri}}, ConsistentRead=True)
    return ImageRecord.from_item(answer["Item"]) if "Item" in answer else None


def batch_get(
    dynamodb: "DynamoDBClient", table: str, uris: Iterable[str], attributes: Collection[str] = ()
) -> dict[str, ImageRecord]:
    """Return the current records of many images by URI. Images without a record are left out.

    With ``attributes`` only these are read, which must include ``image_uri`` and ``status``. Raises botocore's errors.
    """
    wanted = list(dict.fromkeys(uris))
    found: dict[str, ImageRecord] = {}
    for start in range(0, len(wanted), BATCH_SIZE):
        for item in _batch(dynamodb, table, wanted[start : start + BATCH_SIZE], attributes):
            record = ImageRecord.from_item(item)
            found[record.image_uri] = record
    return found


def note(
    dynamodb: "DynamoDBClient", table: str, image_uri: str, execution: str, attributes: Mapping[str, str]
) -> None:
    """Write these texts into a record if ``execution`` still owns it. Raises StorageUnavailable.

    If another one owns it, nothing is written. The execution finds that out when it writes its outcome.
    """
    with aws.retryable_errors("DynamoDB"):
        try:
            dynamodb.update_item(
                TableName=table,
                Key={"image_uri": {"S": image_uri}},
                ConditionExpression="execution_arn = :execution_arn",
                UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in attributes),
                ExpressionAttributeValues={
                    ":execution_arn": {"S": execution},
                    **{f":{name}": {"S": text} for name, text in attributes.items()},
                },
            )
        except ClientError as error:
            if aws.error_code(error) != "ConditionalCheckFailedException":
                raise


def scan(
    dynamodb: "DynamoDBClient",
    table: str,
    uri_prefix: str,
    after: str,
    page_size: int,
    attributes: Collection[str],
) -> Iterator[tuple[list[ImageRecord], str | None]]:
    """Yield the records of all images that are not deleted, in the table's own order, starting after the URI ``after``.

    Each page comes with the URI to continue after, None on the last page. Raises botocore's errors.
    """
    request: Any = {
        "TableName": table,
        "FilterExpression": "begins_with(#image_uri, :prefix) AND #status <> :deleted",
        "ExpressionAttributeValues": {":prefix": {"S": uri_prefix}, ":deleted": {"S": "DELETED"}},
        "Limit": page_size,
        **_projection(attributes),
    }
    last: Any = {"image_uri": {"S": after}} if after else None
    while True:
        answer = dynamodb.scan(**request, **({"ExclusiveStartKey": last} if last else {}))
        last = answer.get("LastEvaluatedKey")
        yield (
            [ImageRecord.from_item(item) for item in answer["Items"]],
            last["image_uri"]["S"] if last else None,
        )
        if not last:
            return


def rejected_before(dynamodb: "DynamoDBClient", table: str, moment: datetime) -> Iterator[list[str]]:
    """Yield the URIs of the images that are REJECTED since before ``moment``, a page at a time.

    The index follows the table within a second or so. Raises botocore's errors.
    """
    for shard in SHARDS:
        pages = dynamodb.get_paginator("query").paginate(
            TableName=table,
            IndexName=INDEX,
            KeyConditionExpression="status_shard = :shard AND status_since < :moment",
            ExpressionAttributeValues={
                ":shard": {"S": f"REJECTED#{shard}"},
                ":moment": {"S": index_time(moment)},
            },
        )
        for page in pages:
            yield [item["image_uri"]["S"] for item in page["Items"]]


def index_time(moment: datetime) -> str:
    """Return a time as the state machines write it: UTC, in milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _batch(
    dynamodb: "DynamoDBClient", table: str, uris: Collection[str], attributes: Collection[str]
) -> "Iterator[Item]":
    """Yield the items of at most BATCH_SIZE images. What DynamoDB leaves unprocessed under load is requested again."""
    keys = [{"image_uri": {"S": uri}} for uri in uris]
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True, **_projection(attributes)}}
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")


def _projection(attributes: Collection[str]) -> dict[str, Any]:
    """The parameters that limit a read to ``attributes``; placeholders, because some are reserved words.

    ``renditions.thumbnail.key`` is an attribute inside others.
    """
    if not attributes:
        return {}
    paths = [name.split(".") for name in attributes]
    return {
        "ProjectionExpression": ", ".join(".".join(f"#{part}" for part in path) for path in paths),
        "ExpressionAttributeNames": {f"#{part}": part for path in paths for part in path},
    }


def _rendition(name: str, entry: "Item") -> Rendition:
    return Rendition(name=name, **{**_ABSENT, **_values(entry, {"key", *_ABSENT})})


def _parsed(text: str | None) -> dict[str, str] | None:
    """The names and values in an attribute that is JSON; None if somebody wrote something else into it."""
    try:
        found = json.loads(text or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _values(item: "Item", names: Collection[str]) -> dict[str, Any]:
    """The attributes in ``names`` that ``item`` has, as Python values."""
    return {name: _value(item[name]) for name in names if name in item}


def _value(attribute: "AttributeValueTypeDef") -> Any:
    """A text, number or boolean as a Python value. botocore returns numbers as text."""
    [(kind, value)] = attribute.items()
    if kind == "NULL":
        return None
    if kind != "N":
        return value
    return float(str(value)) if "." in str(value) else int(str(value))
