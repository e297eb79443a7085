"""Renditions that no record names: something went wrong and left files that nobody sees but that cost money."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from renditions.places import Places
from renditions.reconciliation.attempts import Refusal, attempt
from renditions.reconciliation.comparison import IN_WORK, Clock, Finding, Kind
from renditions.reconciliation.queries import read_records
from renditions.reconciliation.stack import Clients
from renditions.storage import keys, objects, originals, renditions
from renditions.storage.objects import StoredObject

_UNFINISHED: Final = IN_WORK | {"FAILED"}


def find_orphans(
    clients: Clients, places: Places, others: Sequence[StoredObject], clock: Clock
) -> Iterator[Finding]:
    """Yield those of ``others`` that belong to no image, are not tagged as retired, and will not be named soon.

    While an execution runs, and for the grace period after it, no record names its renditions yet. After a failure, a
    redrive continues with those that exist. Files whose tags cannot be read are reported as such.
    """
    settled = [one for one in others if clock.is_settled(one.modified)]
    images = {one.key: _image(clients, places, one.key) for one in settled}
    records = read_records(clients, places, (uri for uri in images.values() if uri))
    due = _without_record(clients, places, {uri for uri in images.values() if uri} - records.keys())
    due |= {uri for uri, record in records.items() if record.status in _UNFINISHED}
    named = {uri: record.keys for uri, record in records.items()}  # of all pages: computed once
    unnamed = [
        key
        for key, uri in images.items()
        if uri not in due and keys.described(key) not in named.get(uri or "", ())
    ]
    bucket = places.renditions_bucket
    retired = clients.threads.map(
        attempt(lambda key: renditions.is_retired_or_gone(clients.s3, bucket, key)), unnamed
    )
    for key, is_retired in zip(unnamed, retired, strict=True):
        if isinstance(is_retired, Refusal):
            yield Finding(Kind.UNREADABLE, f"s3://{bucket}/{key}", detail=is_retired.reason)
        elif not is_retired:
            yield Finding(Kind.ORPHANED, f"s3://{bucket}/{key}", detail=images[key] or "")


def _without_record(clients: Clients, places: Places, uris: Collection[str]) -> set[str]:
    """Images that exist but have no record: once they have one again, it names the same keys."""
    by_uri = {uri: uri.removeprefix(places.uri("")) for uri in uris}
    found = clients.threads.map(
        lambda key: objects.exists(clients.s3, places.uploads_bucket, key), by_uri.values()
    )
    return {uri for uri, exists in zip(by_uri, found, strict=True) if exists}


def _image(clients: Clients, places: Places, key: str) -> str | None:
    """The URI of the image that a rendition was made from. None if its key was shortened and the original is gone."""
    part = keys.original_part(key)
    if not keys.is_shortened(part):
        return places.uri(part)
    original = originals.find_shortened(clients.s3, places.uploads_bucket, part)
    return None if original is None else places.uri(original)
