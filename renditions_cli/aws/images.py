"""How the command shows an image's record."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions.settings import Settings

LONGEST_URI = 2048  # bytes, the most that DynamoDB takes as a partition key
READING_ORDER = tuple(Settings().renditions())


def record_json(record: ImageRecord) -> dict[str, Any]:
    """The document that --json prints: ``renditions`` maps a name to the other attributes, as in the table."""
    document = asdict(record)
    for internal in ("first_uploaded_at", "status_shard", "status_since", "context_attributes"):
        del document[internal]
    document["renditions"] = {one.name: rendition_json(one) for one in in_reading_order(record.renditions)}
    return document


def in_reading_order(renditions: Iterable[Rendition]) -> tuple[Rendition, ...]:
    """``renditions`` in the order of the settings, others after them by name."""
    known = {name: position for position, name in enumerate(READING_ORDER)}
    return tuple(sorted(renditions, key=lambda one: (known.get(one.name, len(known)), one.name)))


def rendition_uri(rendition: Rendition) -> str:
    """The URI ``s3://bucket/key``."""
    return f"s3://{rendition.bucket}/{rendition.key}"


def rendition_json(rendition: Rendition) -> dict[str, Any]:
    """A rendition with its URI, for --json."""
    return {**rendition.to_json(), "uri": rendition_uri(rendition)}


def may_have_record(image: str) -> bool:
    """Whether DynamoDB accepts ``image`` as a key. The input of an execution that someone started may name anything."""
    try:
        return 0 < len(image.encode()) <= LONGEST_URI
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
