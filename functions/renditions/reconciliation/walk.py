"""From one end of the stack to the other, page by page, so that a million objects need no more memory than a thousand.

First the objects: S3 lists the uploads in the order of their keys, and so it lists the renditions, whose keys begin
with those of the uploads. Both are read once, side by side. The records cannot be read in that order: a DynamoDB table
with only a partition key is scanned in the order of its keys' hashes. So the records of each page of objects are
fetched by key (BatchGetItem, a hundred at a time). Then the table is scanned once for records without an object, which
a list of objects cannot show, and S3 is asked for each of those images: the only request that is made per image.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from renditions.reconciliation.comparison import (
    IN_WORK,
    Clock,
    Finding,
    Kind,
    Known,
    StoredObject,
    is_stuck,
    judge,
)
from renditions.reconciliation.orphans import find_orphans
from renditions.reconciliation.reading import (
    Renditions,
    chunks,
    exists,
    head,
    object_pages,
    read_records,
    read_run,
    record_pages,
)
from renditions.reconciliation.surroundings import Clients, Places

LAST_CHARACTER = "\U0010ffff"
TIME_RESERVE_MILLISECONDS = 90_000  # for one page, even on a slow day
OBJECTS, RENDITIONS, RECORDS = "objects", "renditions", "records"  # the three parts, in their order


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reconciliation has come: behind the key or URI ``after`` in ``part``. It can go on from there.

    ``rendition``: the last one seen, where that is further on: there may be any number of them between two objects.
    """

    part: str = OBJECTS
    after: str = ""
    rendition: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, str]) -> Self:
        """What ``to_json`` gave."""
        return cls(**document)

    def to_json(self) -> dict[str, str]:
        """The document that one run hands to the next."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Page:
    """What a thousand objects or records showed. ``next`` is where the following page begins, None at the end."""

    findings: Sequence[Finding]
    objects: int
    records: int
    next: Position | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A reconciliation of all images whose keys begin with ``prefix``."""

    clients: Clients
    places: Places
    clock: Clock
    prefix: str = ""

    def pages(self, position: Position) -> Iterator[Page]:
        """From ``position`` to the end."""
        s3, bucket = self.clients.s3, self.places.renditions_bucket
        if position.part != RECORDS:
            renditions = Renditions(s3, bucket, self.prefix, position.rendition or position.after)
            if position.part == OBJECTS:
                yield from self._objects(position.after, renditions)
            for others in chunks(renditions.until(None)):
                yield Page(self._orphans(others), 0, 0, Position(RENDITIONS, others[-1].key))
            position = Position(RECORDS)
            yield Page([], 0, 0, position)
        yield from self._records(position.after)

    def _objects(self, after: str, renditions: Renditions) -> Iterator[Page]:
        for stored in object_pages(self.clients.s3, self.places.uploads_bucket, self.prefix, after):
            if not stored:
                continue
            complete: list[Known] = []
            findings = [*self._compare(stored, complete)]
            wanted = {key: record for record in complete for key in record.renditions}
            last = stored[-1].key
            stretch = renditions.until(f"{last}/{LAST_CHARACTER}")
            for others in chunks(one for one in stretch if wanted.pop(one.key, None) is None):
                yield Page(self._orphans(others), 0, 0, Position(OBJECTS, after, others[-1].key))
            yield Page([*findings, *self._missing(wanted)], len(stored), 0, Position(OBJECTS, last))
            after = last

    def _orphans(self, others: Sequence[StoredObject]) -> list[Finding]:
        return [*find_orphans(self.clients, self.places, others, self.clock)]

    def _compare(self, stored: Sequence[StoredObject], complete: list[Known]) -> Iterator[Finding]:
        """What the records of a page show; those whose renditions are to be looked for are added to ``complete``."""
        uris = [self.places.uri(one.key) for one in stored]
        known = read_records(self.clients, self.places, uris)
        asked: list[Known] = []
        for uri, one in zip(uris, stored, strict=True):
            record = known.get(uri)
            if not self.clock.is_settled(one.modified):
                continue
            kind = judge(one, record, self.clock)
            if record and (kind is Kind.FAILED or (kind is None and record.status in IN_WORK)):
                asked.append(record)
            elif kind:
                yield Finding(kind, uri, record)
            elif record and record.status == "COMPLETED":
                complete.append(record)
        yield from self._stuck(asked)

    def _stuck(self, records: Sequence[Known]) -> Iterator[Finding]:
        """Those in work whose execution is over, and those that failed, which nothing redrives without theirs."""
        runs = self.clients.threads.map(lambda one: read_run(self.clients, one.execution_arn), records)
        for record, run in zip(records, runs, strict=True):
            if record.status == "FAILED" and run is not None:
                yield Finding(Kind.FAILED, record.uri, record, detail=record.execution_arn)
            elif is_stuck(run, self.clock):
                yield Finding(Kind.STUCK, record.uri, record, detail=record.execution_arn)

    def _missing(self, wanted: Mapping[str, Known]) -> Iterator[Finding]:
        """Those of ``wanted`` that are really not there.

        The order of the renditions is not quite that of the uploads: ``a/…`` stands behind ``a!`` but ``a`` before it.
        The few that were not met where they were expected are asked for, and after a new start in the middle of a page
        those that the run before had met.
        """
        s3, bucket = self.clients.s3, self.places.renditions_bucket
        there = self.clients.threads.map(lambda key: exists(s3, bucket, key), wanted)
        seen: set[str] = set()
        for (key, record), found in zip(wanted.items(), there, strict=True):
            if not found and record.uri not in seen:
                seen.add(record.uri)
                yield Finding(Kind.INCOMPLETE, record.uri, record, detail=key)

    def _records(self, after: str) -> Iterator[Page]:
        for known, last in record_pages(self.clients, self.places, self.prefix, after):
            gone = self.clients.threads.map(self._gone, known)
            findings = [one for one in gone if one is not None]
            yield Page(findings, 0, len(known), Position(RECORDS, last) if last else None)

    def _gone(self, known: Known) -> Finding | None:
        finding = Finding(Kind.GONE, known.uri, known)
        if head(self.clients.s3, self.places.uploads_bucket, finding.key) is not None:
            return None
        if known.status == "DELETING" and not is_stuck(
            read_run(self.clients, known.execution_arn), self.clock
        ):
            return None
        return finding

    def confirm(self, finding: Finding) -> tuple[Finding, Any] | None:
        """The finding as it is now, with the answer to HeadObject; None if it is not so any more.

        Between the listing and now the object may have been replaced, the event may have come at last.
        """
        known = read_records(self.clients, self.places, [finding.uri]).get(finding.uri)
        found: Any = head(self.clients.s3, self.places.uploads_bucket, finding.key)
        if finding.kind is Kind.GONE:
            still = known is not None and known.status != "DELETED" and found is None
            return (replace(finding, known=known), None) if still else None
        if found is None:
            return None
        stored = StoredObject(
            finding.key, found["ETag"].strip('"'), found["ContentLength"], found["LastModified"]
        )
        if finding.kind in {Kind.STUCK, Kind.INCOMPLETE}:
            same = known is not None and known == finding.known and known.etag == stored.etag
            return (finding, found) if same else None
        kind = judge(stored, known, self.clock)
        return (replace(finding, kind=kind, known=known), found) if kind else None
