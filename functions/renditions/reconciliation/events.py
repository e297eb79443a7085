"""Events in S3's format for what S3 did not announce, or what got lost. Pure: the same facts make the same event."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject
from renditions.storage.originals import DeleteMarker

REASON: Final = "Reconcile"
# The ``source`` of an event, which becomes the origin of its execution; S3's own becomes "upload".
S3_EVENT: Final = "aws.s3"
RECONCILIATION: Final = "reconciliation"
# Any fixed namespace: it makes the IDs repeatable.
_NAMESPACE: Final = uuid.UUID("5c5d2f1e-3f0e-5c57-9d53-6f1f4f3f2a10")


def next_sequencer(record: ImageRecord | None) -> str:
    """Return a sequencer greater than the record's and less than that of any event that S3 sends later.

    S3 puts sequencers only into events; no API returns that of an object. They are hexadecimal, and S3 compares them as
    if the shorter one were padded with zeros on the right. So the record's sequencer followed by a zero is the same
    moment to S3, but greater as a string, which is how the state machine compares. A later event of S3 differs in an
    earlier digit, or continues after those zeros: either way it is greater. An image without a record gets the smallest
    sequencer.
    """
    return ((record and record.sequencer) or "") + "0"


def object_created(
    bucket: str,
    stored: StoredObject,
    record: ImageRecord | None,
    *,
    partition: str = "aws",
    origin: str = S3_EVENT,
) -> dict[str, Any]:
    """Return the event that S3 would have sent about an object.

    ``partition``: that of the bucket's ARN. ``origin``: that of the execution, such as contracts.BACKFILL.
    """
    about: dict[str, Any] = {"key": stored.key, "size": stored.bytes, "etag": stored.etag}
    if stored.version_id:
        about["version-id"] = stored.version_id
    return _event("Object Created", bucket, about, stored.modified, record, partition) | {"source": origin}


def object_deleted(
    bucket: str,
    key: str,
    marker: DeleteMarker | None,
    record: ImageRecord,
    now: datetime,
    *,
    partition: str = "aws",
) -> dict[str, Any]:
    """Return the event that S3 would have sent about a deletion. Without a marker it was a permanent one."""
    about: dict[str, Any] = {"key": key, "etag": record.etag or ""}
    kind = {"deletion-type": "Permanently Deleted"}
    if marker is not None:
        about["version-id"] = marker.version_id
        now, kind = marker.modified, {"deletion-type": "Delete Marker Created"}
    event = _event("Object Deleted", bucket, about, now, record, partition)
    return {**event, "source": RECONCILIATION, "detail": {**event["detail"], **kind}}


def execution_name(event: Mapping[str, Any], attempt: int) -> str:
    """Return a name that is equal for equal events, so that nothing starts twice. Later attempts get a number."""
    return f"reconcile-{event['id']}" + (f"-{attempt}" if attempt > 1 else "")


def _event(
    kind: str,
    bucket: str,
    about: dict[str, Any],
    moment: datetime,
    record: ImageRecord | None,
    partition: str,
) -> dict[str, Any]:
    about = {**about, "sequencer": next_sequencer(record)}
    identity = json.dumps([kind, bucket, about["key"], about["etag"], about["sequencer"]])
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return {
        "version": "0",
        "id": str(uuid.uuid5(_NAMESPACE, digest)),
        "detail-type": kind,
        "source": S3_EVENT,
        "time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [f"arn:{partition}:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": about, "reason": REASON},
    }
