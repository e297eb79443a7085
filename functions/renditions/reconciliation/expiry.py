"""Delete rejected originals after RejectedDays.

A lifecycle rule of S3 cannot do it: it would hide the original behind a delete marker, and so take away an earlier
image under the same key, which a rejection leaves in use. Deleting the version makes that image current again.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from aws_lambda_powertools import Logger

from renditions import records
from renditions.logs import pseudonym
from renditions.places import Places
from renditions.reconciliation.attempts import Refusal, attempt
from renditions.reconciliation.stack import Clients
from renditions.records import ImageRecord
from renditions.storage import originals

logger = Logger(child=True)


def delete_rejected(clients: Clients, places: Places, days: int, should_stop: Callable[[], bool]) -> None:
    """Delete what was rejected more than ``days`` ago, and log each deletion. ``days``: 0 for nothing.

    What is left of a run that should stop is deleted by the next one.
    """
    if not days:
        return
    before = datetime.now(UTC) - timedelta(days=days)
    for uri, refusal in expire_rejected(clients, places, before, should_stop):
        message = "rejected original not deleted" if refusal else "rejected original deleted"
        logger.warning(message, extra={"image": pseudonym(uri), "error": refusal or None})


def expire_rejected(
    clients: Clients, places: Places, rejected_before: datetime, should_stop: Callable[[], bool]
) -> Iterator[tuple[str, str]]:
    """Delete the originals that were rejected before a time, and that nobody has replaced since.

    One whose renditions are in use is kept: it was good until a limit changed, and a backfill rejected it.

    Yields the URI of each, with the reason if S3 refused it. S3's event of the deletion updates the record. Raises
    StorageUnavailable, and botocore's errors.
    """
    delete = attempt(partial(_delete, clients, places))
    for uris in records.rejected_before(clients.dynamodb, places.images_table, rejected_before):
        attributes = ("image_uri", "status", "etag", "served_etag")
        current = records.batch_get(clients.dynamodb, places.images_table, uris, attributes)
        for record in current.values():
            if should_stop():
                return
            if (
                record.status == "REJECTED"
                and _is_unused(record)
                and record.image_uri.startswith(places.uri(""))
            ):
                done = delete(record)
                if done:
                    yield record.image_uri, done.reason if isinstance(done, Refusal) else ""


def _is_unused(record: ImageRecord) -> bool:
    """Whether no renditions of this very upload are in use."""
    return record.served_etag != record.etag


def _delete(clients: Clients, places: Places, record: ImageRecord) -> bool:
    """Delete the version that was rejected. Returns False if it is not the current one any more."""
    bucket, key = places.uploads_bucket, record.image_uri.removeprefix(places.uri(""))
    current = originals.current_version(clients.s3, bucket, key)
    if current is None or current.etag != record.etag:
        return False
    return originals.remove_version(clients.s3, bucket, current)
