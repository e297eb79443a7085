"""What is uploaded: how many per second, and which sizes, with the times that the benchmarks measured."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renditions_cli.errors import UsageError
from renditions_cli.prices.measured import S3_SECONDS, SKIPPED_SECONDS, VALIDATE_SECONDS

RATE = re.compile(r"(\d+(?:\.\d+)?)/(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
# Which originals of the benchmarks a mix consists of: parts of their names.
MIXES: Mapping[str, tuple[str, ...]] = {
    "photos": ("02mp-progressive", "12mp-baseline", "12mp-progressive", "24mp-", "50mp-"),
    "small": ("00.3mp", "01mp", "02mp-baseline", "02mp-gif"),
    "all": ("",),
}
FULL_PROCESSOR_MB = 1769  # a function with less memory gets a share of a processor

# Rendition → CPU seconds of a whole processor. What the preset leaves out is not in there.
Original = Mapping[str, float]


def uploads_per_second(rate: str) -> float:
    """Return the rate that ``1000/s``, ``500/m``, ``20000/h`` or ``1000000/d`` says. Raises UsageError."""
    found = RATE.fullmatch(rate.replace(",", ""))
    if not found or not float(found[1]):
        raise UsageError(
            f"--rate is {rate!a:.40}. Give uploads per second, minute, hour or day: 1000/s, 500/m, 1000000/d."
        )
    return float(found[1]) / SECONDS[found[2]]


@dataclass(frozen=True, slots=True)
class Workload:
    """Originals that are uploaded at an even rate: ``uploads`` in ``seconds``."""

    uploads: int
    seconds: float
    originals: Sequence[Original]

    def choose(self, numbers: random.Random) -> Original:
        """Return one of the originals, each as likely as the others."""
        return numbers.choice(self.originals)


@dataclass(frozen=True, slots=True)
class Speeds:
    """How long a call takes beside the work on pixels, in seconds.

    ``cold_start`` is the start of an execution environment, ``s3`` the wait for the original and the rendition,
    ``service`` a call of DynamoDB or SNS with what Step Functions itself takes for a state.
    """

    validate: float = VALIDATE_SECONDS
    s3: float = S3_SECONDS
    cold_start: float = 1.0
    service: float = 0.05

    def function(self, original: Original, rendition: str, memory_mb: int) -> float:
        """Return how long a function with this memory works on a rendition, or on the validation if it makes none."""
        if not rendition:
            return self.validate
        if rendition not in original:
            return SKIPPED_SECONDS
        return original[rendition] * max(1.0, FULL_PROCESSOR_MB / memory_mb) + self.s3


# On the local stack: warm functions, and what the emulator does for a call on the same processors.
LOCAL = Speeds(validate=0.03, s3=0.03, cold_start=0, service=0.01)
