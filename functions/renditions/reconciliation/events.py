"""Events in S3's shape for what S3 has told nobody, or what got lost. Pure, and the same again for the same facts."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from renditions.reconciliation.comparison import Known

REASON: Final = "Reconcile"
_NAMESPACE: Final = uuid.UUID(
    "5c5d2f1e-3f0e-5c57-9d53-6f1f4f3f2a10"
)  # any fixed one: it makes the ids repeatable


def next_sequencer(known: Known | None) -> str:
    """One that wins over the record's and loses against any event that S3 sends later.

    S3 gives sequencers to events only, no API tells an object's. They are hexadecimal, and S3 compares them as if the
    shorter one were filled up with zeros on the right. So the record's with a zero behind it is the same moment to S3,
    yet greater as a string, which is how the state machine compares. A later event of S3 differs in an earlier digit,
    or goes on behind those zeros: either way it is greater. An image without a record gets the smallest there is.
    """
    return (known.sequencer if known else "") + "0"


def object_created(bucket: str, head: Mapping[str, Any], key: str, known: Known | None) -> dict[str, Any]:
    """The event that S3 would have sent about an object, from the answer to HeadObject."""
    told = {"key": key, "size": head["ContentLength"], "etag": head["ETag"].strip('"')}
    if head.get("VersionId"):
        told["version-id"] = head["VersionId"]
    return _event("Object Created", bucket, told, head["LastModified"], known)


def object_deleted(
    bucket: str, key: str, marker: Mapping[str, Any] | None, known: Known, now: datetime
) -> dict[str, Any]:
    """The event that S3 would have sent about a deletion; ``marker``: as ListObjectVersions gives it, or None."""
    told: dict[str, Any] = {"key": key, "etag": known.etag}
    if marker is None:
        return _event("Object Deleted", bucket, told, now, known, **{"deletion-type": "Permanently Deleted"})
    told["version-id"] = marker["VersionId"]
    kind = {"deletion-type": "Delete Marker Created"}
    return _event("Object Deleted", bucket, told, marker["LastModified"], known, **kind)


def execution_name(event: Mapping[str, Any], attempt: int) -> str:
    """Equal for equal events, so that the same thing is not started twice; a further attempt has its number."""
    return f"reconcile-{event['id']}" + (f"-{attempt}" if attempt > 1 else "")


def _event(
    kind: str, bucket: str, told: dict[str, Any], moment: datetime, known: Known | None, **more: str
) -> dict[str, Any]:
    told = {**told, "sequencer": next_sequencer(known)}
    identity = json.dumps([kind, bucket, told["key"], told["etag"], told["sequencer"]])
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return {
        "version": "0",
        "id": str(uuid.uuid5(_NAMESPACE, digest)),
        "detail-type": kind,
        "source": "aws.s3",
        "time": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": told, "reason": REASON, **more},
    }
