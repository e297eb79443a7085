"""Renditions that no record names: left over when something went wrong, paid for and never shown."""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from renditions.reconciliation.comparison import IN_WORK, Clock, Finding, Kind, Known, StoredObject
from renditions.reconciliation.reading import exists, is_superseded, read_records
from renditions.reconciliation.surroundings import Clients, Places
from renditions.storage import SHORTENED

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def find_orphans(
    clients: Clients, places: Places, others: Sequence[StoredObject], clock: Clock
) -> Iterator[Finding]:
    """Those of ``others`` that belong to no image, have no tag that says so, and are not about to be named.

    While an execution works, and until the grace period after it is over, its renditions stand in no record yet.
    """
    settled = [one for one in others if clock.is_settled(one.modified)]
    images = {one.key: _image(clients.s3, places, one.key) for one in settled}
    records = read_records(clients, places, (uri for uri in images.values() if uri))
    due = _without_record(clients, places, {uri for uri in images.values() if uri} - records.keys())
    unnamed = [
        key for key, uri in images.items() if uri not in due and not _is_named(key, records.get(uri or ""))
    ]
    marks = clients.threads.map(lambda key: is_superseded(clients.s3, places.renditions_bucket, key), unnamed)
    for key, is_marked in zip(unnamed, marks, strict=True):
        if not is_marked:
            uri = images[key]
            yield Finding(Kind.ORPHANED, f"s3://{places.renditions_bucket}/{key}", detail=uri or "")


def _without_record(clients: Clients, places: Places, uris: Collection[str]) -> set[str]:
    """Images that are there but have no record: once they have one again, it names the same keys."""
    keys = {uri: uri.removeprefix(places.uri("")) for uri in uris}
    there = clients.threads.map(lambda key: exists(clients.s3, places.uploads_bucket, key), keys.values())
    return {uri for uri, found in zip(keys, there, strict=True) if found}


def _is_named(key: str, record: Known | None) -> bool:
    return record is not None and (key in record.renditions or record.status in IN_WORK)


def _image(s3: "S3Client", places: Places, key: str) -> str | None:
    """The image that a rendition was made of: its key begins with that of the upload. None if that is lost."""
    original = key.rsplit("/", 2)[0]
    if not SHORTENED.search(original):
        return places.uri(original)
    # Too long for S3, so it was cut and ends in its digest: the upload is among those that begin like it.
    start, _, digest = original.rpartition("~")
    listed = s3.list_objects_v2(Bucket=places.uploads_bucket, Prefix=start).get("Contents", [])
    fitting = (one["Key"] for one in listed if sha256(one["Key"].encode()).hexdigest() == digest)
    return next((places.uri(one) for one in fitting), None)
