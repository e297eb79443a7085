"""Compare everything page by page, so that a million objects need no more memory than a thousand.

Objects come first: S3 lists uploads in the order of their keys, and renditions too, whose keys start with those of the
uploads. Both lists are read once, side by side. The records cannot be read in that order, because DynamoDB scans a
table with only a partition key in the order of the keys' hashes. So the records for each page of objects are read by
key (BatchGetItem, a hundred at a time). Then one scan of the table finds the records without an object, which a list of
objects cannot show. S3 is asked for each of those images: the only request that is made once per image.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from renditions.places import Places
from renditions.reconciliation.attempts import Refusal, attempt
from renditions.reconciliation.comparison import (
    IN_WORK,
    Clock,
    Execution,
    Finding,
    Kind,
    express_owner,
    is_stuck,
    judge,
)
from renditions.reconciliation.expected import Expected, Made
from renditions.reconciliation.orphans import find_orphans
from renditions.reconciliation.position import OBJECTS, RECORDS, RENDITIONS, Position
from renditions.reconciliation.queries import (
    RenditionList,
    in_pages,
    read_execution,
    read_records,
    record_pages,
    upload_pages,
)
from renditions.reconciliation.stack import Clients
from renditions.records import ImageRecord
from renditions.storage import keys, objects, scans
from renditions.storage.objects import StoredObject
from renditions.storage.renditions import missing_keys
from renditions.wanted_keys import ALL_KEYS, WantedKeys

# Of a rejected upload the record names the renditions of the upload before it, which are still served. A failed one is
# reported in any case, and one in work has its own execution.
SERVED = frozenset({"COMPLETED", "REJECTED"})
LAST_CHARACTER = "\U0010ffff"
TIME_RESERVE_MILLISECONDS = 90_000  # for one page, even on a slow day


@dataclass(frozen=True, slots=True)
class Page:
    """The findings in a page of objects or records. ``next``: where the following page starts, None at the end.

    ``foreign``: keys in the renditions bucket that cannot be those of renditions.
    """

    findings: Sequence[Finding]
    objects: int
    records: int
    next: Position | None
    foreign: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """A reconciliation of all images whose keys start with ``prefix`` and are ``wanted``."""

    clients: Clients
    places: Places
    clock: Clock
    prefix: str = ""
    wanted: WantedKeys = ALL_KEYS

    def pages(self, position: Position) -> Iterator[Page]:
        """Yield all pages from ``position`` to the end."""
        if position.part != RECORDS:
            after = position.rendition or position.after
            renditions = RenditionList(self.clients, self.places, self.prefix, after)
            if position.part == OBJECTS:
                yield from self._objects(position.after, renditions)
            for others in in_pages(renditions.until(None)):
                yield self._unnamed(others, Position(RENDITIONS, others[-1].key))
            position = Position(RECORDS)
            yield Page([], 0, 0, position)
        yield from self._records(position.after)

    def _objects(self, after: str, renditions: RenditionList) -> Iterator[Page]:
        for stored in upload_pages(self.clients, self.places, self.prefix, after):
            if not stored:
                continue
            complete: list[ImageRecord] = []
            findings = [*self._compare(stored, complete)]
            expected = Expected.of(complete)
            last = stored[-1].key
            listed = renditions.until(f"{last}/{LAST_CHARACTER}")
            for others in in_pages(one for one in listed if expected.take(one.key) is None):
                yield self._unnamed(others, Position(OBJECTS, after, others[-1].key))
            yield Page(
                [*findings, *self._missing([*expected.unseen()])], len(stored), 0, Position(OBJECTS, last)
            )
            after = last

    def _unnamed(self, others: Sequence[StoredObject], following: Position) -> Page:
        """The page of the files that no record of a page of objects names."""
        ours = [one for one in others if keys.is_rendition(one.key)]
        foreign = [one.key for one in others if not keys.is_rendition(one.key)]
        return Page([*find_orphans(self.clients, self.places, ours, self.clock)], 0, 0, following, foreign)

    def _compare(self, stored: Sequence[StoredObject], complete: list[ImageRecord]) -> Iterator[Finding]:
        """Yield what the records of a page show. Those whose renditions must be checked are added to ``complete``."""
        uris = [self.places.uri(one.key) for one in stored]
        records = read_records(self.clients, self.places, uris)
        in_doubt: list[ImageRecord] = []
        for uri, one in zip(uris, stored, strict=True):
            record = records.get(uri)
            if not self.clock.is_settled(one.modified) or one.key not in self.wanted:
                continue
            if record is None and starts_nothing(one):
                continue
            kind = judge(one, record, self.clock)
            if record and (kind is Kind.FAILED or (kind is None and record.status in IN_WORK)):
                in_doubt.append(record)
            elif kind:
                yield Finding(kind, uri, record)
            elif record and record.status in SERVED:
                complete.append(record)
        yield from self._stuck(in_doubt)

    def _stuck(self, records: Sequence[ImageRecord]) -> Iterator[Finding]:
        """Yield the records in work whose execution is over, and those that failed.

        A failed one whose execution no longer exists counts as stuck, because nothing can redrive it.
        """
        executions = self.clients.threads.map(attempt(self._execution), records)
        for record, execution in zip(records, executions, strict=True):
            if isinstance(execution, Refusal):
                yield Finding(Kind.UNREADABLE, record.image_uri, record, execution.reason)
            elif record.status == "FAILED" and execution is not None:
                yield Finding(Kind.FAILED, record.image_uri, record, record.execution_arn or "")
            elif is_stuck(execution, self.clock):
                yield Finding(Kind.STUCK, record.image_uri, record, record.execution_arn or "")

    def _missing(self, expected: Sequence[Made]) -> Iterator[Finding]:
        """Yield those of ``expected`` that really do not exist, one finding for each image.

        The order of the renditions is not quite that of the uploads: ``a/…`` comes after ``a!``, but ``a`` before it.
        So S3 is asked for the few that were not where they were expected. When a run starts in the middle of a page,
        it also asks for those that the run before has seen.
        """
        s3, bucket = self.clients.s3, self.places.renditions_bucket
        answers = self.clients.threads.map(
            attempt(lambda made: missing_keys(s3, bucket, made)), [made for _, made in expected]
        )
        reported: set[str] = set()
        for (record, made), missing in zip(expected, answers, strict=True):
            if not missing or record.image_uri in reported:
                continue
            reported.add(record.image_uri)
            if isinstance(missing, Refusal):
                yield Finding(Kind.UNREADABLE, record.image_uri, record, f"{missing.reason} for {made.key}")
            else:
                yield Finding(Kind.INCOMPLETE, record.image_uri, record, detail=missing[0])

    def _records(self, after: str) -> Iterator[Page]:
        for records, last in record_pages(self.clients, self.places, self.prefix, after):
            answers = self.clients.threads.map(attempt(self._gone), records)
            findings = [
                Finding(Kind.UNREADABLE, record.image_uri, record, one.reason)
                if isinstance(one, Refusal)
                else one
                for record, one in zip(records, answers, strict=True)
                if one is not None
            ]
            yield Page(findings, 0, len(records), Position(RECORDS, last) if last else None)

    def _gone(self, record: ImageRecord) -> Finding | None:
        finding = Finding(Kind.GONE, record.image_uri, record)
        if self._head(finding) is not None:
            return None
        if record.status == "DELETING" and not is_stuck(self._execution(record), self.clock):
            return None
        return finding

    def _execution(self, record: ImageRecord) -> Execution | None:
        return express_owner(record) or read_execution(self.clients, record.execution_arn)

    def _head(self, finding: Finding) -> StoredObject | None:
        return objects.head(self.clients.s3, self.places.uploads_bucket, finding.key)

    def confirm(self, finding: Finding) -> tuple[Finding, StoredObject | None] | None:
        """Return the finding as it is now, with the original if it exists; None if nothing is wrong any more.

        Since it was listed the object may have been replaced, or its event may have arrived.
        """
        record = read_records(self.clients, self.places, [finding.uri]).get(finding.uri)
        stored = self._head(finding)
        if finding.kind is Kind.GONE:
            still = record is not None and record.status != "DELETED" and stored is None
            return (replace(finding, record=record), None) if still else None
        if stored is None:
            return None
        if finding.kind in {Kind.STUCK, Kind.INCOMPLETE}:
            same = record is not None and record == finding.record and record.etag == stored.etag
            return (finding, stored) if same else None
        kind = judge(stored, record, self.clock)
        return (replace(finding, kind=kind, record=record), stored) if kind else None


def starts_nothing(stored: StoredObject) -> bool:
    """Return whether the rule of uploads ignores this object."""
    return stored.is_folder or stored.key == scans.VALIDATION_OBJECT
