"""One image as the API describes it: what S3 has under its key, and what its record says."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from renditions.api import markup
from renditions.api.keys import file_name, image_id
from renditions.contracts import Rendition
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject

if TYPE_CHECKING:
    from renditions.api.stack import Stack

WAITING, PROCESSING, DELETING, DELETED = "WAITING", "PROCESSING", "DELETING", "DELETED"
STATUSES: Final = (WAITING, PROCESSING, "COMPLETED", "REJECTED", "FAILED", DELETING, DELETED)

# The record has the cause, which is for the operators: it may name parts of the stack.
_OUR_FAULT: Final = {
    "code": "Failed",
    "message": "Something went wrong on our side, and the operators have been notified. You need not upload it again.",
}


def describe(
    stack: "Stack", key: str, stored: StoredObject | None, record: ImageRecord | None
) -> dict[str, Any]:
    """Return the JSON of an image. ``stored``: its object, None once it is deleted. One of the two must exist."""
    status = status_of(stored, record)
    current = record if record and status not in {WAITING, DELETING, DELETED} else None
    renditions = current.renditions if current else ()
    specs = stack.settings.renditions()
    ordered = [one for name in specs for one in renditions if one.name == name]
    labels = dict((current and current.labels) or {})
    shown = markup.in_srcset(ordered, [name for name, spec in specs.items() if spec.watermarked])
    return {
        "id": image_id(key),
        "name": file_name(key),
        "status": status,
        "uploaded_at": _uploaded_at(stored, record),
        "bytes": stored.bytes if stored else None,
        **{
            name: getattr(current, name, None)
            for name in ("format", "width", "height", "frames", "hdr", "hdr_stops")
        },
        "preset": (current and current.preset) or None,
        "reason": _reason(status, current),
        "context": dict((current and current.context) or {}),
        **{name: getattr(current, name, None) or None for name in ("placeholder", "dominant_colour")},
        "renditions": {one.name: _rendition(stack.delivery_url, one) for one in ordered},
        "skipped": [name for name in specs if current and name in current.skipped],
        "srcset": markup.srcset(stack.delivery_url, shown),
        "sizes": markup.sizes(shown),
        "picture_html": markup.picture(stack.delivery_url, shown, labels.get("alt_text", "")),
        "alt": labels.get("alt_text", ""),
        "labels": labels,
    }


def status_of(stored: StoredObject | None, record: ImageRecord | None) -> str:
    """Return the status that the user sees.

    The record follows the object by a moment. Until it does, an object that it does not know is WAITING, and a record
    whose object is gone is DELETING.
    """
    if stored is None:
        return DELETED if record and record.status == DELETED else DELETING
    if record is None or record.status in {DELETING, DELETED}:
        return WAITING
    return record.status if record.etag in {None, stored.etag} else WAITING


def _reason(status: str, record: ImageRecord | None) -> dict[str, str] | None:
    if status == "FAILED":
        return dict(_OUR_FAULT)
    if status == "REJECTED" and record:
        return {"code": record.reason_code or "", "message": record.reason or ""}
    return None


def _rendition(origin: str, one: Rendition) -> dict[str, Any]:
    return {
        "url": markup.url(origin, one.key),
        "width": one.width,
        "height": one.height,
        "bytes": one.bytes,
        "content_type": one.content_type,
        "note": one.note,
        "pages": one.pages,
    }


def _uploaded_at(stored: StoredObject | None, record: ImageRecord | None) -> str | None:
    if stored:
        return timestamp(stored.modified)
    return record.first_uploaded_at if record else None


def timestamp(moment: datetime) -> str:
    """Return a time in UTC as ISO 8601 with milliseconds, as the record has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
