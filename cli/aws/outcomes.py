"""What became of the files of one command, and what that means for its exit status."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cli.aws.images import ImageRecord, rendition_json
from cli.errors import ExitCode
from cli.files.originals import Original

# What a file is while its record says nothing, and what it ends as where no record tells.
UPLOADING, WAITING = "uploading", "waiting"
UPLOADED, NOT_UPLOADED, UNFINISHED = "UPLOADED", "NOT UPLOADED", "UNFINISHED"

# What only `redrive` ends with: nothing to do, nothing possible, no image behind the execution.
REDRIVE_ENDS = frozenset({"SKIPPED", "REFUSED", "DELETED", "SUCCEEDED"})

ENDS = REDRIVE_ENDS | {"COMPLETED", "REJECTED", "FAILED", UPLOADED, NOT_UPLOADED, UNFINISHED}
GOOD = frozenset({"COMPLETED", UPLOADED})

Watcher = Callable[[Original, str], None]  # hears of each new state of each file


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. ``status`` is one of ENDS: the record's where there is one.

    ``reason`` is a sentence, or empty; ``started`` and ``ended`` are the start of the upload and the moment at which
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
        """From the start of the upload to the end."""
        return self.ended - self.started

    def to_json(self) -> dict[str, Any]:
        """What --json prints for it: plain numbers, bytes and seconds."""
        record = self.record
        return {
            "name": self.original.name,
            "file": str(self.original.path),
            "image_uri": self.image_uri,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "bytes": self.original.bytes,
            "format": record and record.format,
            "width": record and record.width,
            "height": record and record.height,
            "frames": record and record.frames,
            "reason_code": record and record.reason_code,
            "reason": self.reason or None,
            "execution_arn": record and record.execution_arn,
            "renditions": {one.name: rendition_json(one) for one in record.renditions} if record else {},
        }


def exit_code(outcomes: Iterable[Outcome], good: frozenset[str] = GOOD) -> ExitCode:
    """OK if every status is one of ``good``."""
    return ExitCode.OK if all(outcome.status in good for outcome in outcomes) else ExitCode.IMAGE_FAILED
