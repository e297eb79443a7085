"""GET /api/images: the user's images, newest first, a page at a time."""

from collections.abc import Mapping
from typing import Any, Final

from renditions import aws, records
from renditions.api import keys
from renditions.api.answers import RequestError, bad_request
from renditions.api.images import STATUSES, describe, status_of
from renditions.api.stack import Stack
from renditions.records import ImageRecord
from renditions.storage import web_originals
from renditions.storage.objects import StoredObject

MOST: Final = 100  # images in one answer; their records are one request to DynamoDB
USUAL: Final = 50
_MOST_PAGES: Final = (
    5  # looked through for one status. A rarer one needs another request, which ``next`` leads to.
)

Found = list[tuple[StoredObject, ImageRecord | None]]


def list_images(stack: Stack, subject: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of images and the ``after`` of the next one. Raises RequestError for a wrong parameter."""
    limit, status, after = _limit(query), _status(query), _after(subject, query)
    found, last = _search(stack, subject, after, limit, status)
    if len(found) > limit:
        found, last = found[:limit], found[limit - 1][0].key
    return {
        "images": [describe(stack, stored.key, stored, record) for stored, record in found],
        "next": keys.image_id(last) if last else None,
    }


def _search(stack: Stack, subject: str, after: str, limit: int, status: str | None) -> tuple[Found, str]:
    """Return at least ``limit`` images where there are, and the key to continue after; empty at the end."""
    size = MOST if status else limit
    found: Found = []
    for _ in range(_MOST_PAGES):
        page = _page(stack, subject, after, size)
        found += [one for one in page if status in {None, status_of(*one)}]
        if len(page) < size:
            return found, ""
        after = page[-1][0].key
        if len(found) >= limit:
            break
    return found, after


def _page(stack: Stack, subject: str, after: str, size: int) -> Found:
    bucket = stack.places.uploads_bucket
    listed = web_originals.page(stack.s3, bucket, keys.prefix(subject), after, size)
    with aws.retryable_errors("DynamoDB"):
        uris = [stack.places.uri(one.key) for one in listed]
        by_uri = records.batch_get(stack.dynamodb, stack.places.images_table, uris)
    return [(one, by_uri.get(stack.places.uri(one.key))) for one in listed]


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(USUAL))
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise bad_request("BadLimit", f"limit must be a whole number from 1 to {MOST}.")
    return int(text)


def _status(query: Mapping[str, str]) -> str | None:
    status = query.get("status")
    if status is not None and status not in STATUSES:
        raise bad_request("BadStatus", f"status must be one of {', '.join(STATUSES)}.")
    return status


def _after(subject: str, query: Mapping[str, str]) -> str:
    if "after" not in query:
        return ""
    try:
        return keys.owned_key(subject, query["after"])
    except RequestError:
        raise bad_request("BadAfter", "after must be the value of next in an earlier answer.") from None
