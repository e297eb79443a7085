"""The outcome of each file of a command, and the exit status that follows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from renditions.records import ImageRecord
from renditions_cli.aws.images import READING_ORDER, in_reading_order, rendition_json
from renditions_cli.errors import ExitCode
from renditions_cli.files.originals import Original

if TYPE_CHECKING:
    from collections.abc import Sequence

    from renditions.contracts import Rendition

# The states of a file before its record has a status, and its outcomes without a record.
UPLOADING, WAITING = "uploading", "waiting"
UPLOADED, NOT_UPLOADED, UNFINISHED = "UPLOADED", "NOT UPLOADED", "UNFINISHED"
# What other people did to the image meanwhile.
DELETED, REPLACED = "DELETED", "REPLACED"
NOT_DOWNLOADED = "NOT DOWNLOADED"  # of `run` only: the renditions are made, but could not be fetched

# Outcomes of `redrive` only: nothing to do, not possible, and executions without an image.
REDRIVE_ENDS = frozenset({"SKIPPED", "REFUSED", "SUCCEEDED"})

ENDS = REDRIVE_ENDS | {
    "COMPLETED", "REJECTED", "FAILED", UPLOADED, NOT_UPLOADED, UNFINISHED, DELETED, REPLACED, NOT_DOWNLOADED,
}  # fmt: skip
GOOD = frozenset({"COMPLETED", UPLOADED})

Watcher = Callable[[Original, str], None]  # called with each new state of each file


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one file. ``status`` is one of ENDS: the status of the record, if there is one.

    ``reason`` is a sentence, or empty. ``started`` and ``ended`` are the start of the upload and the moment at which
    the status was seen, by the monotonic clock.
    """

    original: Original
    image_uri: str
    status: str
    started: float
    ended: float
    reason: str = ""
    record: ImageRecord | None = None

    @property
    def seconds(self) -> float:
        """The time from the start of the upload to the end."""
        return self.ended - self.started

    @property
    def completed(self) -> ImageRecord | None:
        """The record, if it describes this file. Before the end, and after a rejection, it describes an earlier one."""
        return self.record if self.record and self.record.status == "COMPLETED" else None

    @property
    def renditions(self) -> "Sequence[Rendition]":
        """The renditions in reading order; none if the image is not completed."""
        return in_reading_order(self.completed.renditions) if self.completed else ()

    @property
    def skipped(self) -> "Sequence[str]":
        """The names of the renditions that the preset leaves out, in reading order."""
        skipped = self.completed.skipped if self.completed else ()
        return [name for name in READING_ORDER if name in skipped]

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with plain numbers: bytes, pixels and seconds."""
        record, completed = self.record, self.completed
        return {
            "name": self.original.name,
            "file": str(self.original.path),
            "image_uri": self.image_uri,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "bytes": self.original.bytes,
            "format": completed and completed.format,
            "width": completed and completed.width,
            "height": completed and completed.height,
            "frames": completed and completed.frames,
            "reason_code": record and record.reason_code,
            "reason": self.reason or None,
            "execution_arn": record and record.execution_arn,
            "renditions": {one.name: rendition_json(one) for one in self.renditions},
            "skipped": list(self.skipped),
        }


def exit_code(outcomes: Iterable[Outcome], good: frozenset[str] = GOOD) -> ExitCode:
    """Return OK if every status is in ``good``."""
    return ExitCode.OK if all(outcome.status in good for outcome in outcomes) else ExitCode.IMAGE_FAILED
