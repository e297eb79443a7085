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


# The memory that AWS bills for an Express execution: 50 MB, the definition and the data of all branches, in steps of
# 64 MB. 33 KB and some KB fit by far.
EXPRESS_MB = 64
# A call of DynamoDB or SNS, in seconds.
SERVICE_SECONDS = 0.03
# One event in the log of an Express execution without its data, with the 26 bytes that CloudWatch adds: about 50 for an
# image, see transitions.count_events.
EVENT_BYTES = 430


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
    express_seconds: float = 0  # of an Express execution; then there are no transitions
    express_events: int = 0

    def quantities(self) -> Mapping[str, float]:
        """Return how many units of each price this is."""
        return {
            "state_transition": self.transitions,
            "express_request": 1 if self.express_seconds else 0,
            "express_gb_second": EXPRESS_MB / 1024 * ceil(self.express_seconds * 10) / 10,
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
            "log_gb": (len(self.invocations) * LOG_BYTES + self.express_events * EVENT_BYTES) / 1e9,
            "trace": TRACED,
        }
