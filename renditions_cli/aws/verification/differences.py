"""What differs between stored files and a record. Pure: makes no request."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from renditions.contracts import Rendition
from renditions.reconciliation import Kind
from renditions.records import ImageRecord
from renditions.storage.objects import StoredObject


class Difference(StrEnum):
    """What can differ beyond what a reconciliation finds."""

    SIZE = "another size"
    VERSION = "another version"
    CONTENT = "another SHA-256"
    RENDITION_SIZE = "rendition of another size"
    RENDITION_TYPE = "rendition of another type"
    STALE = "stale renditions"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One fact that differs. ``uri`` is that of the image, ``file`` that of the file; the values may be empty."""

    kind: Kind | Difference
    uri: str
    file: str
    recorded: str = ""
    found: str = ""

    def to_json(self) -> dict[str, str | None]:
        """Return one line of --json."""
        return {
            "finding": self.kind.name.lower(),
            "uri": self.uri,
            "file": self.file,
            "recorded": self.recorded or None,
            "found": self.found or None,
        }


@dataclass(frozen=True, slots=True)
class Content:
    """An original as it was read to the end. ``version_id`` is empty in a bucket without versioning."""

    sha256: str
    bytes: int
    version_id: str


def is_about(stored: StoredObject, record: ImageRecord) -> bool:
    """Return whether the facts of the record are those of this object, and not of an earlier one still served."""
    served = record.served_etag or (record.etag if record.status == "COMPLETED" else None)
    return served == stored.etag


def of_listing(stored: StoredObject, record: ImageRecord) -> Iterator[Discrepancy]:
    """Yield what the list of objects shows of an original whose ETag is the record's."""
    if is_about(stored, record) and record.bytes not in (None, stored.bytes):
        uri = record.image_uri
        yield Discrepancy(Difference.SIZE, uri, uri, str(record.bytes), str(stored.bytes))


def of_content(content: Content, record: ImageRecord) -> Iterator[Discrepancy]:
    """Yield what the bytes of an original show.

    A record of an earlier release has no SHA-256. The version ``null`` says that the event named none.
    """
    uri = record.image_uri
    if record.sha256 and record.sha256 != content.sha256:
        yield Discrepancy(Difference.CONTENT, uri, uri, record.sha256, content.sha256)
    if record.version_id not in (None, "null", content.version_id):
        yield Discrepancy(Difference.VERSION, uri, uri, record.version_id or "", content.version_id)


def of_rendition(record: ImageRecord, made: Rendition, size: int) -> Iterator[Discrepancy]:
    """Yield what the size of a file shows. Early records may lack it."""
    if made.bytes not in (0, size):
        kind = Difference.RENDITION_SIZE
        yield Discrepancy(
            kind, record.image_uri, f"s3://{made.bucket}/{made.key}", str(made.bytes), str(size)
        )
