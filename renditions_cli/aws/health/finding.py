"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    """The kind of a finding. NOTE: a choice that is good to know. BLIND: the check could not look."""

    WELL = "well"
    NOTE = "note"
    TO_DO = "to do"
    BLIND = "could not look"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, what was found, and the remedy if something needs doing."""

    check: str
    mark: Mark
    text: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json."""
        return {
            "check": self.check,
            "mark": self.mark.value,
            "text": self.text,
            "remedy": self.remedy or None,
        }
