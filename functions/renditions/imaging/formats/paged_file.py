"""The pages of a file, each of which is an image of its own."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagedFile:
    """The pages that get renditions, counted from 1: the one that is shown anyway, and further ones.

    ``pixels`` are those of each page, as its header says. ``total`` is the number of pages in the file, some of which
    may be beyond a limit. ``page`` returns a copy of the file that has only the page of that number.
    ``lacks_pages``: the list of pages is broken, and there may be more.
    """

    pixels: tuple[int, ...]
    total: int
    page: Callable[[int], bytes]
    lacks_pages: bool = False

    @property
    def count(self) -> int:
        """The number of pages that get renditions."""
        return len(self.pixels)
