"""What one image makes the stack do: the quantities that AWS bills."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from renditions.settings import Settings

RENDITIONS = len(Settings().renditions())
# A claim of less than 1 KB, and the complete record, as large as its example in docs/record.md: in units of 1 KB each.
RECORD_BYTES = 1_010 + 165 * RENDITIONS
WRITES = 1 + ceil(RECORD_BYTES / 1024)
# The claim adds an entry to an index of the table. The outcome removes it and adds another.
INDEX_WRITES = 1 + 2
# What a function writes to its log, with the lines of Lambda: 720 bytes on the local stack, whose lines are shorter.
LOG_BYTES = 1200
# Lambda and Step Functions record one trace in twenty.
TRACED = 0.05


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation of a function: its memory in MB, and how long it is billed for, in seconds."""

    memory_mb: int
    seconds: float

    @property
    def gb_seconds(self) -> float:
        """Memory times duration, as AWS bills it."""
        return self.memory_mb / 1024 * self.seconds


@dataclass(frozen=True, slots=True)
class ImageWork:
    """What one image takes. ``architecture``: arm64 or x86_64. The defaults are those of a completed upload."""

    transitions: int
    invocations: tuple[Invocation, ...]
    architecture: str = "arm64"
    puts: int = 1 + RENDITIONS  # the upload itself, too
    gets: int = 1 + RENDITIONS
    writes: float = WRITES
    publishes: int = 1
    emails: float = 0
    https: float = 0
    queued: float = 0

    def quantities(self) -> Mapping[str, float]:
        """Return how many units of each price this is."""
        return {
            "state_transition": self.transitions,
            "lambda_request": len(self.invocations),
            f"lambda_gb_second_{self.architecture}": sum(one.gb_seconds for one in self.invocations),
            "s3_put": self.puts,
            "s3_get": self.gets,
            "dynamodb_write": self.writes,
            "event": 1,
            "sns_publish": self.publishes,
            "sns_email": self.emails,
            "sns_https": self.https,
            "sqs_request": 2 * self.queued,  # one to receive it, one to delete it
            "log_gb": len(self.invocations) * LOG_BYTES / 1e9,
            "trace": TRACED,
        }
