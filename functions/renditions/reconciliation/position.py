"""How far a reconciliation has got, so that the next run can continue there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Self

OBJECTS: Final = "objects"
RENDITIONS: Final = "renditions"
RECORDS: Final = "records"


@dataclass(frozen=True, slots=True)
class Position:
    """A point behind the key or URI ``after`` in ``part``, one of OBJECTS, RENDITIONS and RECORDS, in this order.

    ``rendition``: the key of the last rendition compared, if that is further on. There may be any number of renditions
    between two objects.
    """

    part: str = OBJECTS
    after: str = ""
    rendition: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, str]) -> Self:
        """Parse what ``to_json`` returned."""
        return cls(**document)

    def to_json(self) -> dict[str, str]:
        """Return the document that one run passes to the next."""
        return asdict(self)
