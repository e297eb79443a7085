"""Keys of the pages of a file: page 1 has ``large.webp``, page 2 ``large-p0002.webp`` beside it. Pure.

A record names page 1 and says in a text which further pages have a file: ``2-16,18-500``.
"""

import re
from collections.abc import Iterable
from typing import Final

SUFFIX: Final = "-p0002"  # of a page; all have the same length
_PAGE: Final = r"-p([0-9]{4})(\.[a-z]+)$"
_NUMBERS: Final = r"[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*"


def key_of_page(first: str, number: int) -> str:
    """Return the key of a page, from the key of page 1."""
    if number == 1:
        return first
    stem, _, extension = first.rpartition(".")
    return f"{stem}-p{number:04d}.{extension}"


def page_of(key: str) -> tuple[str, int]:
    """Return the key of page 1 and the number of the page that ``key`` belongs to."""
    found = re.search(_PAGE, key)
    return (re.sub(_PAGE, r"\2", key), int(found[1])) if found else (key, 1)


def as_text(numbers: Iterable[int]) -> str:
    """Return ``2-16,18`` for numbers in any order; empty for none."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def ranges_in(text: str) -> list[range]:
    """Return the numbers in ``2-16,18``; none for any other text."""
    if not re.fullmatch(_NUMBERS, text):
        return []
    ends = (part.partition("-") for part in text.split(","))
    return [range(int(first), int(last or first) + 1) for first, _, last in ends]
