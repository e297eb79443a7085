"""Notices as events on an EventBridge bus. docs/accounts.md describes the event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE: Final = "renditions"
DETAIL_TYPES: Final = {
    "COMPLETED": "Image Completed",
    "REJECTED": "Image Rejected",
    "FAILED": "Image Failed",
    "DELETED": "Image Deleted",
}
# They are about many images, and name none.
DETAIL_TYPES_OF_BACKFILLS: Final = {
    "BACKFILL_ENDED": "Backfill Ended",
    "BACKFILL_FAILED": "Backfill Failed",
}


@dataclass(slots=True)
class Unpublished:
    """Messages that are not on the bus.

    ``refused``: the error code of EventBridge by message ID. ``unreadable``: how many are no notices. Whoever may
    publish to the topic can send such a message, and it never becomes an event.
    """

    refused: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0


def publish(events: "EventBridgeClient", bus_arn: str, messages: Sequence[Mapping[str, Any]]) -> Unpublished:
    """Put at most ten messages of SQS on the bus. Raises ClientError if EventBridge refuses the whole request."""
    unpublished = Unpublished()
    entries: dict[str, PutEventsRequestEntryTypeDef] = {}
    for message in messages:
        try:
            entries[message["messageId"]] = event_of(message["body"], bus_arn)
        except (ValueError, KeyError, TypeError):
            unpublished.unreadable += 1
    if entries:
        answers = events.put_events(Entries=[*entries.values()])["Entries"]
        for message_id, answer in zip(entries, answers, strict=True):
            if code := answer.get("ErrorCode"):
                unpublished.refused[message_id] = code
    return unpublished


def event_of(notice: str, bus_arn: str) -> "PutEventsRequestEntryTypeDef":
    """Return the event of a notice, whose text it keeps. Raises ValueError, KeyError or TypeError if it is none."""
    read = json.loads(notice)
    of_backfill = DETAIL_TYPES_OF_BACKFILLS.get(read["status"])
    return {
        "EventBusName": bus_arn,
        "Source": SOURCE,
        "DetailType": of_backfill or DETAIL_TYPES[read["status"]],
        "Resources": [] if of_backfill else [str(read["image"]["uri"])],
        "Detail": notice,
    }
