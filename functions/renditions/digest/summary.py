"""What the notices say together: how many images of each status, and which need somebody."""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Self

from renditions.contracts import BACKFILL

COMPLETED, REJECTED, FAILED, DELETED = "COMPLETED", "REJECTED", "FAILED", "DELETED"
_OF_A_BACKFILL: Final = "BACKFILL_"
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

    @property
    def is_of_backfill(self) -> bool:
        """Whether a backfill is the origin, so that the image is only counted."""
        return self.origin == BACKFILL

    @classmethod
    def parse(cls, body: str) -> Self | None:
        """Parse the JSON document of a notice. None if it is about a backfill as a whole. Raises ValueError."""
        try:
            document: Any = json.loads(body)
            if document["status"].startswith(_OF_A_BACKFILL):
                return None
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

    ``backfill``: the same for the executions of a backfill, of which there may be a million, by hash.
    """

    statuses: dict[str, str] = field(default_factory=dict)
    details: dict[str, Notice] = field(default_factory=dict)
    backfill: dict[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    def add(self, notice: Notice) -> None:
        """Count a notice. SNS may deliver it twice, and an outcome after FAILED means that the image was repaired."""
        if notice.is_of_backfill:
            is_new = _note(self.backfill, f"{hash(notice.execution):x}", notice.status)
        else:
            is_new = _note(self.statuses, notice.execution, notice.status)
        if not is_new:
            return
        if not notice.is_of_backfill:
            self._keep(notice)
        self.first = min(filter(None, (self.first, notice.completed_at)))
        self.last = max(self.last, notice.completed_at)

    def _keep(self, notice: Notice) -> None:
        self.details.pop(notice.execution, None)
        if notice.status in (REJECTED, FAILED) and len(self.details) < 2 * KEPT:
            self.details[notice.execution] = notice

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


def _note(statuses: dict[str, str], execution: str, status: str) -> bool:
    """Note the status of an execution. Returns False if it is known, or is a failure that was repaired."""
    known = statuses.get(execution)
    if known is not None and status in (known, FAILED):
        return False
    statuses[execution] = sys.intern(status)
    return True
