"""The records of the images table, typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from boto3.dynamodb.types import TypeDeserializer

from renditions.contracts import Rendition
from renditions.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

FINAL = frozenset({"COMPLETED", "REJECTED", "FAILED", "DELETED"})
TO_PYTHON = TypeDeserializer()
READ_AT_ONCE = 100  # keys, the most that BatchGetItem takes
READING_ORDER = tuple(Settings().renditions())


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One item of the images table. What the pipeline has not found out (yet) is None; times are as it wrote them."""

    image_uri: str
    status: str
    execution_arn: str | None
    etag: str | None
    version_id: str | None
    sequencer: str | None
    version: str | None
    format: str | None
    width: int | None
    height: int | None
    bytes: int | None
    frames: int | None
    orientation: int | None
    has_alpha: bool | None
    taken_at: str | None
    camera: str | None
    dominant_colour: str | None
    placeholder: str | None
    started_at: str | None
    completed_at: str | None
    deleted_at: str | None
    reason_code: str | None
    reason: str | None
    renditions: tuple[Rendition, ...]

    @classmethod
    def from_item(cls, item: "Mapping[str, AttributeValueTypeDef]") -> Self:
        """Parse an item as DynamoDB returns it. Attributes that this command does not know are left out."""
        found = {name: TO_PYTHON.deserialize(value) for name, value in item.items()}
        numbers: dict[str, Any] = {name: whole(found.get(name)) for name in NUMBERS}
        texts: dict[str, Any] = {name: found.get(name) for name in TEXTS}
        renditions = parse_renditions(found.get("renditions") or {})
        return cls(**texts, **numbers, has_alpha=found.get("has_alpha"), renditions=renditions)

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to this image by itself."""
        return self.status in FINAL

    def to_json(self) -> dict[str, Any]:
        """The document that --json prints: ``renditions`` is a map from name to the rest, as in the table."""
        document = asdict(self)
        document["renditions"] = {rendition.name: rendition_json(rendition) for rendition in self.renditions}
        return document


NUMBERS = ("width", "height", "bytes", "frames", "orientation")
TEXTS = (
    "image_uri", "status", "execution_arn", "etag", "version_id", "sequencer", "version", "format", "started_at",
    "completed_at", "deleted_at", "reason_code", "reason", "taken_at", "camera", "dominant_colour", "placeholder",
)  # fmt: skip


def whole(value: Any) -> int | None:
    """DynamoDB's Decimal as an int."""
    return None if value is None else int(value)


def parse_renditions(found: Mapping[str, Mapping[str, Any]]) -> tuple[Rendition, ...]:
    """The map of the record, in the order in which people read it: a map in DynamoDB has none."""
    known = [name for name in READING_ORDER if name in found]
    others = sorted(found.keys() - set(known))
    return tuple(parse_rendition(name, found[name]) for name in [*known, *others])


def parse_rendition(name: str, found: Mapping[str, Any]) -> Rendition:
    """One entry of the record's map."""
    return Rendition(
        name=name,
        bucket=found["bucket"],
        key=found["key"],
        width=int(found["width"]),
        height=int(found["height"]),
        bytes=int(found["bytes"]),
        content_type=found["content_type"],
        note=found.get("note", ""),
    )


def rendition_uri(rendition: Rendition) -> str:
    """Where the rendition is: ``s3://bucket/key``."""
    return f"s3://{rendition.bucket}/{rendition.key}"


def rendition_json(rendition: Rendition) -> dict[str, Any]:
    """A rendition with its URI, for --json."""
    return {**rendition.to_json(), "uri": rendition_uri(rendition)}


def read_records(dynamodb: "DynamoDBClient", table: str, uris: Sequence[str]) -> dict[str, ImageRecord]:
    """The records of ``uris`` as they are now; an image without one is left out."""
    items: list[Mapping[str, AttributeValueTypeDef]] = []
    for start in range(0, len(uris), READ_AT_ONCE):
        items += read_batch(dynamodb, table, uris[start : start + READ_AT_ONCE])
    records = [ImageRecord.from_item(item) for item in items]
    return {record.image_uri: record for record in records}


def read_batch(
    dynamodb: "DynamoDBClient", table: str, uris: Sequence[str]
) -> "Iterator[Mapping[str, AttributeValueTypeDef]]":
    """The items of at most READ_AT_ONCE records; what DynamoDB leaves over under load is asked for again."""
    keys = [{"image_uri": {"S": uri}} for uri in uris]
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")
