"""The list prices, from one dated file. The command and the benchmarks take them from here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, Self

from renditions_cli.errors import UsageError

FILE = Path(__file__).with_suffix(".json")
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one region: dollars for one unit, by name. ``asked`` is the region that was asked for."""

    region: str
    asked: str
    checked: date
    dollars: Mapping[str, float]

    @classmethod
    def parse(cls, document: Any, asked: str) -> Self:
        """Parse the document of a price file. Raises KeyError, TypeError or ValueError if it is not one."""
        regions = document["regions"]
        region = asked if asked in regions else DEFAULT_REGION
        while isinstance(regions[region], str):  # the name of a region with the same prices
            region = regions[region]
        dollars = {name: float(price) / float(units) for name, (price, units) in regions[region].items()}
        if bad := [name for name, one in dollars.items() if not isfinite(one) or one < 0]:
            raise ValueError(f"{', '.join(bad)} is not a price")
        found = region if asked not in regions else asked
        return cls(found, asked, date.fromisoformat(document["checked"]), dollars)

    @property
    def note(self) -> str:
        """Where the prices are from, and whether they are those of another region."""
        text = f"List prices of {self.region}, checked on {self.checked}, without free tiers and discounts."
        if self.region != self.asked:
            text += (
                f" The file has none of {self.asked}, which may be dearer: --prices takes a file that has."
            )
        return text


def list_prices(region: str = DEFAULT_REGION, file: Path = FILE) -> Prices:
    """Return the prices of ``region``, or those of us-east-1 if ``file`` does not have it. Raises UsageError."""
    try:
        prices = Prices.parse(json.loads(file.read_text("utf-8")), region)
        shipped = prices if file == FILE else Prices.parse(json.loads(FILE.read_text("utf-8")), region)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {file}: {error}.") from error
    except (KeyError, TypeError, ValueError, ZeroDivisionError, RecursionError) as error:
        raise UsageError(
            f"{file} is not a file of prices ({type(error).__name__}: {error}). It must have the form of {FILE}."
        ) from error
    if missing := sorted(set(shipped.dollars) - set(prices.dollars)):
        raise UsageError(f"{file} lacks the prices {', '.join(missing)} of {prices.region}.")
    return prices
