"""What a plan says. Pure: makes no request."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from renditions.storage.objects import StoredObject

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}", re.ASCII)


class State(StrEnum):
    """What an image needs. A plan can have the first five."""

    MISSING = "missing"
    STALE = "stale"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    CURRENT = "current"
    IN_PROGRESS = "in_progress"
    RECENT = "recent"


# Without --only. Records of earlier releases do not say what they were made with, and rejected images were told why.
DEFAULT = (State.MISSING, State.STALE, State.FAILED)


@dataclass(frozen=True, slots=True)
class Line:
    """One image of a plan, as a line of its manifest. ``name``: that of its execution, which no other line has.

    ``time``: when the object was stored, in UTC. ``sequencer``: the place of this event among those of the image.
    ``version``: that of the object, if the record knows it; a list of objects does not say it.
    """

    name: str
    key: str
    bytes: int
    etag: str
    sequencer: str
    time: str
    version: str
    why: State

    @classmethod
    def about(cls, name: str, stored: StoredObject, sequencer: str, why: State) -> Self:
        """Return the line for an object as it is now."""
        time = stored.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        version = stored.version_id
        return cls(name, stored.key, stored.bytes, stored.etag, sequencer, time, version, why)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a line of a manifest."""
        found = json.loads(text)
        return cls(**{**found, "why": State(found["why"])})

    def to_json(self) -> str:
        """Return the line of the manifest, in ASCII: some readers end a line at other characters too."""
        return json.dumps({name: getattr(self, name) for name in _FIELDS}, separators=(",", ":"))


_FIELDS = tuple(one.name for one in fields(Line))  # asdict() takes ten times as long


@dataclass(frozen=True, slots=True)
class Plan:
    """The document about a plan. ``counts`` are images by state, ``would_reject`` planned images by code of the reason.

    ``seconds``: how long one image takes, by the benchmarks' photographs; ``dollars``: what all of them cost.
    """

    id: str
    stack: str
    uploads_bucket: str
    prefix: str
    only: tuple[str, ...]
    made_at: str
    images: int = 0
    bytes: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    would_reject: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0
    dollars: float = 0

    @classmethod
    def parse(cls, document: Any) -> Self:
        """Parse the document. Fields of a later release are ignored."""
        names = {one.name for one in fields(cls)}
        found = {name: value for name, value in document.items() if name in names}
        return cls(**{**found, "only": tuple(found["only"])})

    def hours(self, concurrency: int) -> float:
        """Return how long the plan takes with so many images in work at once."""
        return self.images * self.seconds / concurrency / 3600

    def to_json(self) -> dict[str, Any]:
        """Return the document."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """What a plan has so far. ``counts`` has all images, ``recorded`` are those of the plan that have a record."""

    images: int = 0
    bytes: int = 0
    recorded: int = 0
    counts: Counter[State] = field(default_factory=Counter)
    would_reject: Counter[str] = field(default_factory=Counter)

    def add(self, stored: StoredObject, *, is_recorded: bool, rejection: str) -> int:
        """Count an image of the plan. Returns its number. ``rejection`` is the expected code, or empty."""
        self.images += 1
        self.bytes += stored.bytes
        self.recorded += is_recorded
        if rejection:
            self.would_reject[rejection] += 1
        return self.images


def new_id(now: datetime, random: str) -> str:
    """Return the ID of a plan: sorts by time, and is a name for executions: ``20261129-145447-3f2a``."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{random}"


def is_id(text: str) -> bool:
    """Return whether a plan can have this ID."""
    return _ID.fullmatch(text) is not None


def execution_name(plan: str, number: int) -> str:
    """Return the name of the execution for a line of a plan."""
    return f"backfill-{plan}-{number:07d}"
