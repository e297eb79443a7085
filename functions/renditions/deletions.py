"""What an "Object Deleted" event means for its key: nothing is left, or an object is still, or again, there.

Deleting one version or removing a delete marker may make an earlier version current. S3 sends no event about that
object, so this module makes one. An object that is newer than the deletion has an event of its own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from renditions.contracts import CurrentObject, Original
from renditions.records import ImageRecord
from renditions.storage import originals
from renditions.storage.objects import StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


# The end of the year 9999: for records that stay.
_NEVER: Final = 253_402_300_799


def expiry(days: int, now: datetime) -> str:
    """Return when the record of a deletion expires, in seconds since 1970. ``days``: 0 for never."""
    return str(int((now + timedelta(days=days)).timestamp()) if days else _NEVER)


def current_object(s3: "S3Client", event: Mapping[str, Any]) -> CurrentObject:
    """Return whether the key of ``event`` has an object, and how to process it if it is older than the event.

    ``event`` needs only the bucket and the key; without a time it is older than every object. Raises
    StorageUnavailable.
    """
    stored = originals.look_up(s3, Original.from_event(event))
    if stored is None or stored.is_folder:  # a folder of the console is no image: it starts nothing
        return CurrentObject(exists=False)
    # Both times are S3's, in whole seconds. In the same second the object may be older.
    if "time" not in event or stored.modified > datetime.fromisoformat(event["time"]):
        return CurrentObject(exists=True)
    start = _start(event, stored, s3.meta.partition)
    return CurrentObject(exists=True, predates_event=True, etag=stored.etag, start=start)


def _start(event: Mapping[str, Any], stored: StoredObject, partition: str) -> dict[str, Any]:
    """The name and the input of the execution. The sequencer is greater than the deletion's, less than later ones."""
    from renditions.reconciliation.events import object_created  # noqa: PLC0415 - rare and slow

    deletion = event["detail"]["object"].get("sequencer")
    latest = ImageRecord(image_uri="", status="DELETING", sequencer=deletion)
    created = object_created(event["detail"]["bucket"]["name"], stored, latest, partition=partition)
    return {"name": f"restored-{created['id']}", "event": created}
