"""What S3, DynamoDB and Step Functions know, page by page: nothing here holds more than one page."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from renditions import records
from renditions.places import Places
from renditions.reconciliation.comparison import Execution
from renditions.reconciliation.stack import Clients
from renditions.records import ImageRecord
from renditions.storage import objects
from renditions.storage.objects import StoredObject

PAGE_SIZE = 1000  # objects or records; the most that S3 lists in one request
# The attributes that a reconciliation compares. The others stay None in its records.
_ATTRIBUTES: Final = (
    "image_uri", "status", "etag", "sequencer", "execution_arn", "uploaded_at", "started_at", "renditions",
)  # fmt: skip


def upload_pages(clients: Clients, places: Places, prefix: str, after: str) -> Iterator[list[StoredObject]]:
    """Yield the originals after the key ``after``, a page at a time."""
    return objects.pages(clients.s3, places.uploads_bucket, prefix, after, PAGE_SIZE)


def in_pages(stored: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    """Yield ``stored`` as lists of at most PAGE_SIZE."""
    remaining = iter(stored)
    while page := list(islice(remaining, PAGE_SIZE)):
        yield page


class RenditionList:
    """The renditions bucket, read once from start to end, in step with the uploads bucket."""

    def __init__(self, clients: Clients, places: Places, prefix: str, after: str) -> None:
        pages = objects.pages(clients.s3, places.renditions_bucket, prefix, after, PAGE_SIZE)
        self._remaining = (one for page in pages for one in page)
        self._next: StoredObject | None = None

    def until(self, last: str | None) -> Iterator[StoredObject]:
        """Yield the next renditions up to the key ``last``, or all remaining ones if it is None."""
        while (one := self._take()) is not None:
            if last is not None and one.key > last:
                self._next = one
                return
            yield one

    def _take(self) -> StoredObject | None:
        kept, self._next = self._next, None
        return kept or next(self._remaining, None)


def read_records(clients: Clients, places: Places, uris: Iterable[str]) -> dict[str, ImageRecord]:
    """Return the current records of ``uris`` by URI. Images without a record are left out."""
    return records.batch_get(clients.dynamodb, places.images_table, uris, _ATTRIBUTES)


def record_pages(
    clients: Clients, places: Places, prefix: str, after: str
) -> Iterator[tuple[list[ImageRecord], str | None]]:
    """Yield the records of all images that are not deleted, each page with the URI to continue after."""
    uris = places.uri(prefix)
    return records.scan(clients.dynamodb, places.images_table, uris, after, PAGE_SIZE, _ATTRIBUTES)


def read_execution(clients: Clients, arn: str | None) -> Execution | None:
    """Return the execution, or None if Step Functions does not know it. It deletes executions 90 days after the end."""
    if not arn:
        return None
    client = clients.step_functions
    try:
        found = client.describe_execution(executionArn=arn)
    except (client.exceptions.ExecutionDoesNotExist, client.exceptions.InvalidArn):
        return None
    started = found.get("redriveDate") or found["startDate"]
    if found["status"] == "RUNNING":
        return Execution(running=True, since=started)
    return Execution(running=False, since=found.get("stopDate") or started)
