"""Notices as events on an EventBridge bus. docs/notice.md describes the event."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
# Of a message that is no notice. Whoever may publish to the topic could send one.
UNREADABLE: Final = "NoNotice"


def publish(
    events: "EventBridgeClient", bus_arn: str, messages: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Put at most ten messages of SQS, each a notice, on the bus.

    Yields the ID and the error code of each message that is not on the bus. Raises ClientError if EventBridge refuses
    the request as a whole.
    """
    entries: dict[str, PutEventsRequestEntryTypeDef] = {}
    for message in messages:
        try:
            entries[message["messageId"]] = event_of(message["body"], bus_arn)
        except (ValueError, KeyError, TypeError):
            yield message["messageId"], UNREADABLE
    if not entries:
        return
    answers = events.put_events(Entries=[*entries.values()])["Entries"]
    for message_id, answer in zip(entries, answers, strict=True):
        if "ErrorCode" in answer:
            yield message_id, answer["ErrorCode"]


def event_of(notice: str, bus_arn: str) -> "PutEventsRequestEntryTypeDef":
    """Return the event of a notice, whose text it keeps. Raises ValueError, KeyError or TypeError if it is none."""
    read = json.loads(notice)
    return {
        "EventBusName": bus_arn,
        "Source": SOURCE,
        "DetailType": DETAIL_TYPES[read["status"]],
        "Resources": [str(read["image"]["uri"])],
        "Detail": notice,
    }
