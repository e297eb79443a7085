"""What has become of each line of a plan, from the records."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from renditions import records
from renditions.places import Places
from renditions.records import ImageRecord
from renditions_cli.aws.backfill.plan import Line

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTRIBUTES = ("image_uri", "status", "sequencer", "execution_arn", "reason_code", "reason")
_AT_ONCE = 10

T = TypeVar("T")


class Outcome(StrEnum):
    """What has become of an image. ``REPLACED``: something newer owns it, such as another upload or a deletion."""

    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    REPLACED = "replaced"
    NOT_STARTED = "not_started"


_BY_STATUS = {
    "COMPLETED": Outcome.COMPLETED,
    "REJECTED": Outcome.REJECTED,
    "FAILED": Outcome.FAILED,
    "PROCESSING": Outcome.IN_PROGRESS,
}


@dataclass(frozen=True, slots=True)
class Result:
    """A line and its outcome. ``reason`` may be empty.

    ``execution_arn`` and ``sequencer`` are those of the record, if there is one.
    """

    line: Line
    outcome: Outcome
    reason: str = ""
    execution_arn: str = ""
    sequencer: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return one line of --json."""
        return {
            "key": self.line.key,
            "why": self.line.why,
            "outcome": self.outcome,
            "reason": self.reason or None,
            "execution": self.line.name,
        }


def result_of(line: Line, record: ImageRecord | None) -> Result:
    """Return the outcome of a line: the record has its sequencer once its execution owns the image."""
    if record is None:
        return Result(line, Outcome.NOT_STARTED)
    sequencer, owner = record.sequencer or "", record.execution_arn or ""
    if sequencer < line.sequencer:
        return Result(line, Outcome.NOT_STARTED, "", owner, record.sequencer)
    if sequencer > line.sequencer:
        return Result(line, Outcome.REPLACED, f"now {record.status}", owner, sequencer)
    reason = ": ".join(filter(None, (record.reason_code, record.reason)))
    return Result(line, _BY_STATUS.get(record.status, Outcome.REPLACED), reason, owner, sequencer)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The records of a stack. Raises botocore's errors."""

    dynamodb: "DynamoDBClient"
    places: Places

    def of(self, lines: Iterable[Line]) -> Iterator[Result]:
        """Yield the result of each line, in their order."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for batches in _grouped(_grouped(iter(lines), records.BATCH_SIZE), _AT_ONCE):
                for results in threads.map(self._batch, batches):
                    yield from results

    def _batch(self, lines: Sequence[Line]) -> list[Result]:
        by_uri = {self.places.uri(line.key): line for line in lines}
        found = records.batch_get(self.dynamodb, self.places.images_table, by_uri, ATTRIBUTES)
        return [result_of(line, found.get(uri)) for uri, line in by_uri.items()]


def _grouped(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while group := list(islice(items, size)):
        yield group
