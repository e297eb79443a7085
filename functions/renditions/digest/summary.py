"""What the notices say together: how many images of each status, and which need somebody."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Self

from renditions.contracts import BACKFILL

COMPLETED, REJECTED, FAILED, DELETED = "COMPLETED", "REJECTED", "FAILED", "DELETED"
# Notices whose details are kept, of each status. The e-mail lists fewer; the others are only counted.
KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """The parts of a notice that the digest needs; docs/notice.md describes all of it."""

    status: str
    uri: str
    execution: str
    completed_at: str
    code: str = ""
    sentence: str = ""
    origin: str = ""

    @classmethod
    def parse(cls, body: str) -> Self:
        """Parse the JSON document of a notice. Raises ValueError if it is none."""
        try:
            document: Any = json.loads(body)
            execution, reason = document["execution"], document.get("reason", {})
            texts = [
                document["status"],
                document["image"]["uri"],
                execution["arn"],
                execution["completed_at"],
            ]
            texts += [reason.get("code", ""), reason.get("sentence", ""), document.get("origin", "")]
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a notice: {type(error).__name__}") from error
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("not a notice: a field is not text")
        return cls(*texts)


@dataclass(slots=True)
class Summary:
    """Counts the images by status, each execution once. ``first``, ``last``: times of the notices, UTC, as text.

    ``backfill``: the executions of a backfill, whose images are only counted.
    """

    statuses: dict[str, str] = field(default_factory=dict)
    details: dict[str, Notice] = field(default_factory=dict)
    backfill: dict[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    def add(self, notice: Notice) -> None:
        """Count a notice. SNS may deliver it twice, and an outcome after FAILED means that the image was repaired."""
        is_backfill = notice.origin == BACKFILL
        statuses = self.backfill if is_backfill else self.statuses
        known = statuses.get(notice.execution)
        if known is not None and notice.status in (known, FAILED):
            return
        statuses[notice.execution] = notice.status
        self.details.pop(notice.execution, None)
        if not is_backfill and notice.status in (REJECTED, FAILED) and len(self.details) < 2 * KEPT:
            self.details[notice.execution] = notice
        self.first = min(filter(None, (self.first, notice.completed_at)))
        self.last = max(self.last, notice.completed_at)

    def counts(self) -> Counter[str]:
        """Return how many images there are of each status, but those of a backfill."""
        return Counter(self.statuses.values())

    def backfilled(self) -> Counter[str]:
        """Return how many images of a backfill there are of each status."""
        return Counter(self.backfill.values())

    def with_status(self, status: str) -> list[Notice]:
        """Return the notices of a status whose details are kept, the newest first."""
        found = [one for one in self.details.values() if one.status == status]
        return sorted(found, key=lambda one: one.completed_at, reverse=True)
