"""The tables of docs/storage-classes.md, computed from the list prices in it. `make format` updates them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.contract.conftest import ROOT

DOCUMENT = ROOT / "docs" / "storage-classes.md"
BEGIN, END = "<!-- made by `make format` from the prices above: begin -->", "<!-- end -->"

GIB: Final = 2**30
# Below this size Intelligent-Tiering moves nothing, and the other classes bill this size.
SMALLEST: Final = 128 * 1024
MILLION: Final = 1_000_000
# Bytes of what is stored, by name: renditions below and above the smallest size, and an original.
SIZES: Final = {
    "thumbnail, 8 kB": 8_000,
    "medium, 60 kB": 60_000,
    "large, 200 kB": 200_000,
    "large, 500 kB": 500_000,
    "original, 3 MB": 3_000_000,
}


@dataclass(frozen=True)
class Prices:
    """Dollars: ``storage`` and ``retrieval`` per GB; ``monitoring``, ``move`` and ``get`` per 1,000 objects."""

    storage: float
    monitoring: float
    move: float
    get: float
    retrieval: float


def prices(document: str) -> dict[str, Prices]:
    """Return the prices of each storage class in the first table of the document."""
    rows = re.findall(r"^\| (\w[\w -]*)((?: \| (?:–|\d+\.\d+)){5}) \|$", document, re.MULTILINE)
    return {
        name: Prices(*(float(cell.replace("–", "0")) for cell in cells.split(" | ")[1:]))
        for name, cells in rows
    }


def month(size: int, name: str, found: dict[str, Prices], reads: int) -> float:
    """Return what a million objects of ``size`` bytes cost in a month in which each is read ``reads`` times."""
    price, storage, monitoring, billed = found[name], found[name].storage, found[name].monitoring, size
    if name == "Intelligent-Tiering":
        if size < SMALLEST:  # neither moved nor monitored
            storage, monitoring = found["Standard"].storage, 0
        elif reads:  # a read moves it back for thirty days
            storage = found["Standard"].storage
    elif name != "Standard":
        billed = max(size, SMALLEST)
    stored = billed / GIB * storage + monitoring / 1000
    return MILLION * (stored + reads * (price.get / 1000 + size / GIB * price.retrieval))


def months_until_it_pays(size: int, name: str, found: dict[str, Prices]) -> float | None:
    """Return after how many months without reads the move from Standard has paid for itself, or None for never."""
    saved = month(size, "Standard", found, 0) - month(size, name, found, 0)
    return MILLION * found[name].move / 1000 / saved if saved > 0 else None


def tables(document: str) -> str:
    """Return the three tables."""
    found = prices(document)
    others = [name for name in found if name != "Standard"]
    return "\n".join([
        "Dollars a month for a million objects that nobody reads:\n",
        *_table([*found], lambda size, name: f"{month(size, name, found, 0):,.2f}"),
        "\nThe same if each object is read once in that month:\n",
        *_table([*found], lambda size, name: f"{month(size, name, found, 1):,.2f}"),
        "\nMonths without reads until the move from Standard has paid for itself:\n",
        *_table(others, lambda size, name: _months(months_until_it_pays(size, name, found))),
    ])  # fmt: skip


def _table(names: list[str], cell: Callable[[int, str], str]) -> Iterator[str]:
    yield f"| A million of | {' | '.join(names)} |"
    yield f"|---|{'---:|' * len(names)}"
    for what, size in SIZES.items():
        yield f"| {what} | {' | '.join(cell(size, name) for name in names)} |"


def _months(number: float | None) -> str:
    return "never" if number is None else f"{number:,.1f}"


def written(document: str) -> str:
    """Return the document with up-to-date tables. Raises ValueError if one of its two markers is missing."""
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(document)}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
