"""Everything, page by page, so that a million images need no more memory than a thousand.

The next page of objects is requested while the records of this one are read, ten batches at a time.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from renditions import records
from renditions.freshness import NEEDED, Recipes
from renditions.places import Places
from renditions.reconciliation.comparison import Clock
from renditions.reconciliation.events import next_sequencer
from renditions.reconciliation.walk import starts_nothing
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject
from renditions.wanted_keys import WantedKeys
from renditions_cli.aws.backfill.judging import Judge, Limits
from renditions_cli.aws.backfill.plan import Line, State, Tally, execution_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# What is read of a record: for its state, the limits on pixels, and the place of the new event. Of the renditions
# only whether there are any: the thumbnail is always made. All of them would be most of what is read.
ONE_RENDITION = "renditions.thumbnail.key"
ATTRIBUTES = tuple(
    dict.fromkeys(
        (
            *("image_uri", "status", "etag", "sequencer", "uploaded_at", "started_at", "version_id"),
            *("format", "width", "height", "frames", ONE_RENDITION),
            *(name for name in NEEDED if name != "renditions"),
        )
    )
)
_PER_LIST = 1000
THREADS = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which images: those whose keys start with ``prefix``, are ``wanted`` and in one of these states."""

    prefix: str
    wanted: WantedKeys
    only: Collection[State]


@dataclass(slots=True)
class Planning:
    """One run, and what it has counted so far. ``watch`` is called after each page."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    places: Places
    scope: Scope
    clock: Clock
    recipes: Recipes
    watch: Callable[["Planning"], None] = lambda _: None
    objects: int = 0
    tally: Tally = field(default_factory=Tally)
    _judge: Judge = field(init=False)
    _limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self._judge = Judge(self.recipes)
        self._limits = Limits(self.recipes.settings)

    def lines(self, plan: str) -> Iterator[Line]:
        """Yield a line for each image to be processed."""
        with ThreadPoolExecutor(THREADS) as threads:
            for page in _ahead(self._pages(), threads):
                known = self._records([one for one, _ in page], threads)
                for stored, storage_class in page:
                    record = known.get(self.places.uri(stored.key))
                    state = self._judge.state_of(stored, record, self.clock)
                    self.tally.counts[state] += 1
                    if state in self.scope.only:
                        yield self._planned(plan, stored, storage_class, record, state)
                self.objects += len(page)
                self.watch(self)

    def quantities(self) -> Mapping[str, float]:
        """Return how many units of each price the run has taken."""
        return {"s3_put": 1 + self.objects / _PER_LIST, "dynamodb_read": self.objects}

    def _planned(
        self, plan: str, stored: StoredObject, storage_class: str, record: ImageRecord | None, state: State
    ) -> Line:
        code = self._limits.rejection(stored, storage_class, record)
        number = self.tally.add(stored, is_recorded=record is not None, rejection=code)
        if record and record.version_id not in {None, "null"} and state is not State.MISSING:
            stored = replace(stored, version_id=record.version_id or "")
        return Line.about(execution_name(plan, number), stored, next_sequencer(record), state)

    def _pages(self) -> Iterator[list[tuple[StoredObject, str]]]:
        """Yield the originals with their storage class, a page at a time."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.places.uploads_bucket,
            Prefix=self.scope.prefix,
            PaginationConfig={"PageSize": _PER_LIST},
        )
        for page in pages:
            found = [(_stored(one), one.get("StorageClass", "")) for one in page.get("Contents", [])]
            yield [one for one in found if one[0].key in self.scope.wanted and not starts_nothing(one[0])]

    def _records(
        self, stored: Sequence[StoredObject], threads: ThreadPoolExecutor
    ) -> Mapping[str, ImageRecord]:
        uris = [self.places.uri(one.key) for one in stored]
        starts = range(0, len(uris), records.BATCH_SIZE)
        batches = [uris[start : start + records.BATCH_SIZE] for start in starts]
        found: dict[str, ImageRecord] = {}
        for part in threads.map(self._batch, batches):
            found |= part
        return found

    def _batch(self, uris: Sequence[str]) -> Mapping[str, ImageRecord]:
        return records.batch_get(self.dynamodb, self.places.images_table, uris, ATTRIBUTES)


def _stored(one: Any) -> StoredObject:
    return StoredObject(one["Key"], one["ETag"].strip('"'), one["Size"], one["LastModified"])


def _ahead(pages: Iterator[T], threads: ThreadPoolExecutor) -> Iterator[T]:
    """Yield ``pages``, each of which is requested while the one before it is being read."""
    coming = threads.submit(next, pages, None)
    while (page := coming.result()) is not None:
        coming = threads.submit(next, pages, None)
        yield page
