"""Everything, page by page, so that a million images need no more memory than a thousand.

The walk is that of a reconciliation: both lists of objects are read once, side by side, and the records
of each page by key. At the end one scan of the table finds the records without an original.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from renditions import records
from renditions.contracts import Rendition
from renditions.freshness import NEEDED, Freshness, Recipes
from renditions.reconciliation import Kind, Position, Walk
from renditions.reconciliation.attempts import Refusal, attempt
from renditions.reconciliation.comparison import IN_WORK, judge
from renditions.reconciliation.position import RECORDS
from renditions.reconciliation.queries import RenditionList, upload_pages
from renditions.reconciliation.walk import LAST_CHARACTER, starts_nothing
from renditions.records import ImageRecord
from renditions.storage import objects
from renditions.storage.objects import StoredObject
from renditions_cli.aws.verification import content
from renditions_cli.aws.verification.differences import (
    Content,
    Difference,
    Discrepancy,
    is_about,
    of_content,
    of_listing,
    of_rendition,
)

# An image whose record and object are compared fact by fact.
Pair = tuple[StoredObject, ImageRecord]

_ATTRIBUTES = (
    *("image_uri", "status", "etag", "served_etag", "sequencer", "execution_arn", "started_at"),
    *("version_id", "bytes", "sha256"),
    *(name for name in NEEDED if name not in {"image_uri", "status"}),
)
_PER_LIST = 1000
# Originals that are read before what differs is shown, and from where an interrupted run continues.
_PER_READING = 100
# Read units of DynamoDB: a record by key, consistently; one in a scan, of which 4 kB are half a unit.
_READ, _SCANNED = 1, 0.25


class _Stopped(Exception):  # noqa: N818 - no error, it ends the threads
    """The run was interrupted."""


@dataclass(frozen=True, slots=True)
class Scope:
    """From which key on, and how many originals are read at a time; 0: none. ``stale``: whether that is a finding."""

    after: str = ""
    readers: int = 0
    stale: bool = False


@dataclass(slots=True)
class Verification:
    """One run, and what it has counted so far. ``watch`` is called after each page and each part of an original.

    ``busy``: images that are being processed, or changed during the run. ``unserved``: rejected and failed ones, of
    which only the original is compared. ``without_sha256``: those whose record comes from an earlier release.
    ``recipes``: what the stack would make now; None if that is not known. ``freshness`` counts what it says.
    """

    walk: Walk
    scope: Scope
    watch: Callable[["Verification"], None]
    recipes: Recipes | None = None
    after: str = ""
    originals: int = 0
    original_bytes: int = 0
    renditions: int = 0
    records: int = 0
    busy: int = 0
    unserved: int = 0
    without_sha256: int = 0
    read: int = 0
    read_bytes: int = 0
    found: Counter[Kind | Difference] = field(default_factory=Counter)
    freshness: Counter[Freshness] = field(default_factory=Counter)
    _typed: int = 0
    _is_stopped: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Iterator[Discrepancy]:
        """Yield everything that differs."""
        readers = ThreadPoolExecutor(self.scope.readers) if self.scope.readers else None
        try:
            for one in self._all(readers):
                self.found[one.kind] += 1
                yield one
        finally:
            self._is_stopped = True
            if readers:
                readers.shutdown(cancel_futures=True)

    def quantities(self) -> Mapping[str, float]:
        """Return how many units of each price the run has taken."""
        return {
            "s3_put": 2 + (self.originals + self.renditions) / _PER_LIST,
            "s3_get": self.read + self._typed + self.records,
            "dynamodb_read": self.originals * _READ + self.records * _SCANNED,
        }

    def quantities_of_content(self) -> Mapping[str, float]:
        """Return how many units more the same run would take that reads every original."""
        return {"s3_get": self.originals + self.renditions}

    def _all(self, readers: ThreadPoolExecutor | None) -> Iterator[Discrepancy]:
        walk, self.after = self.walk, self.scope.after
        listed = RenditionList(walk.clients, walk.places, walk.prefix, self.after)
        for page in upload_pages(walk.clients, walk.places, walk.prefix, self.after):
            stored = [one for one in page if one.key in walk.wanted and not starts_nothing(one)]
            size = _PER_READING if readers else _PER_LIST
            for start in range(0, len(stored), size):
                part = stored[start : start + size]
                yield from self._page(part, listed, readers)
                self.after = part[-1].key
                self.watch(self)
        yield from self._records()

    def _page(
        self, stored: Sequence[StoredObject], listed: RenditionList, readers: ThreadPoolExecutor | None
    ) -> Iterator[Discrepancy]:
        by_uri = {self.walk.places.uri(one.key): one for one in stored}
        known = records.batch_get(
            self.walk.clients.dynamodb, self.walk.places.images_table, by_uri, _ATTRIBUTES
        )
        found: list[Discrepancy] = []
        pairs: list[Pair] = []
        for uri, one in by_uri.items():
            found += self._original(one, known.get(uri), pairs)
        found += self._listed(pairs, listed, stored[-1].key)
        if readers:
            found += self._contents(pairs, readers)
            found += self._types(pairs)
        self.originals += len(stored)
        self.original_bytes += sum(one.bytes for one in stored)
        yield from self._confirmed(found, by_uri, known)

    def _original(
        self, stored: StoredObject, record: ImageRecord | None, pairs: list[Pair]
    ) -> Iterator[Discrepancy]:
        """Yield what differs at first sight. Otherwise the two are added to ``pairs``."""
        uri, kind = self.walk.places.uri(stored.key), judge(stored, record, self.walk.clock)
        if kind and kind is not Kind.FAILED:
            yield Discrepancy(kind, uri, uri, (record and record.etag) or "", stored.etag)
        elif record is None or record.status in IN_WORK or record.etag != stored.etag:
            self.busy += 1
        else:
            pairs.append((stored, record))
            self.unserved += not is_about(stored, record)
            yield from of_listing(stored, record)
            yield from self._stale(record)

    def _stale(self, record: ImageRecord) -> Iterator[Discrepancy]:
        if self.recipes and (freshness := self.recipes.judge(record)):
            self.freshness[freshness] += 1
            if freshness is Freshness.STALE and self.scope.stale:
                yield Discrepancy(Difference.STALE, record.image_uri, record.image_uri, record.recipe or "")

    def _listed(self, pairs: Sequence[Pair], listed: RenditionList, last: str) -> Iterator[Discrepancy]:
        """Yield what the list of renditions shows. S3 is asked for the few that are not where they were expected."""
        expected = {made.key: (record, made) for _, record in pairs for made in record.renditions}
        self.renditions += len(expected)
        for one in listed.until(f"{last}/{LAST_CHARACTER}"):
            if pair := expected.pop(one.key, None):
                yield from of_rendition(*pair, one.bytes)
        bucket, s3 = self.walk.places.renditions_bucket, self.walk.clients.s3
        heads = self.walk.clients.threads.map(attempt(lambda key: objects.head(s3, bucket, key)), expected)
        for (record, made), found in zip(expected.values(), heads, strict=True):
            if isinstance(found, StoredObject):
                yield from of_rendition(record, made, found.bytes)
            else:
                yield _absent(record, made, found)

    def _contents(self, pairs: Iterable[Pair], readers: ThreadPoolExecutor) -> Iterator[Discrepancy]:
        """Yield what the bytes of the originals show."""
        served = [pair for pair in pairs if is_about(*pair)]
        answers = readers.map(attempt(lambda pair: self._content(pair[0])), served)
        for (stored, record), answer in zip(served, answers, strict=True):
            if isinstance(answer, Refusal):
                uri = self.walk.places.uri(stored.key)
                yield Discrepancy(Kind.UNREADABLE, uri, uri, found=answer.reason)
            elif answer:
                self.without_sha256 += not record.sha256
                yield from of_content(answer, record)

    def _content(self, stored: StoredObject) -> Content | None:
        answer = content.read(self.walk.clients.s3, self.walk.places.uploads_bucket, stored, self._count_part)
        with self._lock:
            self.read += 1
        return answer

    def _count_part(self, size: int) -> None:
        if self._is_stopped:
            raise _Stopped
        with self._lock:
            self.read_bytes += size
        self.watch(self)

    def _types(self, pairs: Iterable[Pair]) -> Iterator[Discrepancy]:
        """Yield the renditions whose Content-Type is not the recorded one. The list has reported missing ones."""
        made = [(record, one) for _, record in pairs for one in record.renditions if one.content_type]
        s3, bucket = self.walk.clients.s3, self.walk.places.renditions_bucket

        def asked(key: str) -> str | None:
            return content.media_type(s3, bucket, key)

        answers = self.walk.clients.threads.map(attempt(asked), [one.key for _, one in made])
        for (record, one), found in zip(made, answers, strict=True):
            if isinstance(found, Refusal):
                yield _absent(record, one, found)
            elif found not in (None, one.content_type):
                file = f"s3://{bucket}/{one.key}"
                kind = Difference.RENDITION_TYPE
                yield Discrepancy(kind, record.image_uri, file, one.content_type, found or "")
        self._typed += len(made)

    def _confirmed(
        self,
        found: Sequence[Discrepancy],
        by_uri: Mapping[str, StoredObject],
        known: Mapping[str, ImageRecord],
    ) -> Iterator[Discrepancy]:
        """Yield those whose image is still what it was when it was listed and read. The others count as busy."""
        uris = list(dict.fromkeys(one.uri for one in found))
        answers = self.walk.clients.threads.map(attempt(self._now), uris)
        same = {
            uri for uri, now in zip(uris, answers, strict=True) if _is_same(now, by_uri[uri], known.get(uri))
        }
        self.busy += len(uris) - len(same)
        yield from (one for one in found if one.uri in same)

    def _now(self, uri: str) -> tuple[StoredObject | None, ImageRecord | None]:
        clients, places = self.walk.clients, self.walk.places
        again = records.batch_get(clients.dynamodb, places.images_table, [uri], _ATTRIBUTES)
        return objects.head(clients.s3, places.uploads_bucket, uri.removeprefix(places.uri(""))), again.get(
            uri
        )

    def _records(self) -> Iterator[Discrepancy]:
        """Yield the records whose original is missing."""
        for page in self.walk.pages(Position(RECORDS)):
            for finding in page.findings:
                if finding.kind is not Kind.GONE or attempt(self.walk.confirm)(finding):
                    recorded = (finding.record and finding.record.etag) or ""
                    yield Discrepancy(finding.kind, finding.uri, finding.uri, recorded, finding.detail)
            self.records += page.records
            self.watch(self)


def _absent(record: ImageRecord, made: Rendition, refusal: Refusal | None) -> Discrepancy:
    kind, reason = (Kind.UNREADABLE, refusal.reason) if refusal else (Kind.INCOMPLETE, "")
    return Discrepancy(kind, record.image_uri, f"s3://{made.bucket}/{made.key}", found=reason)


def _is_same(
    now: tuple[StoredObject | None, ImageRecord | None] | Refusal,
    stored: StoredObject,
    record: ImageRecord | None,
) -> bool:
    if isinstance(now, Refusal):  # S3 hides the facts of a file that it cannot decrypt
        return True
    return now[0] is not None and now[0].etag == stored.etag and now[1] == record
