"""The files that records name, ticked off as they are listed. Of the pages of a file only their number is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from renditions.contracts import Rendition
from renditions.page_keys import page_of, ranges_in
from renditions.records import ImageRecord

Made = tuple[ImageRecord, Rendition]


@dataclass(slots=True)
class Expected:
    """What the records name. ``left``: key of page 1 → how many files of the rendition are not listed yet."""

    made: dict[str, Made] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[ImageRecord]) -> "Expected":
        """Expect every file that the records name."""
        made = {one.key: (record, one) for record in records for one in record.renditions}
        return cls(made, {key: one.files for key, (_, one) in made.items()})

    def take(self, key: str) -> Made | None:
        """Tick off a file. Returns the rendition that it belongs to, or None if no record names it."""
        first, number = page_of(key)
        found = self.made.get(first)
        if found is None or not (number == 1 or any(number in one for one in ranges_in(found[1].pages))):
            return None
        self.left[first] -= 1
        return found

    def unseen(self) -> Iterator[Made]:
        """Yield the renditions of which a file was not listed."""
        return (self.made[key] for key, number in self.left.items() if number > 0)
