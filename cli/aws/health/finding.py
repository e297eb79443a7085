"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    """How a finding is. NOTE: as you chose it, but good to know. BLIND: could not look."""

    WELL = "well"
    NOTE = "note"
    TO_DO = "to do"
    BLIND = "could not look"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, how it is, and the remedy if something needs doing."""

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
