"""The numbers of alarms and metrics in docs/operations.md. `make format` updates them."""

import re

from renditions.measuring import REASONS, UNITS
from renditions_cli.aws.conditions import made
from renditions_cli.local.stack import TEMPLATE
from renditions_cli.local.template import load
from tests.contract.conftest import ROOT
from tests.contract.test_monitoring import ALARMS

DOCUMENT = ROOT / "docs/operations.md"


def alarms_by_default() -> set[str]:
    """Return the alarms that a stack without options has."""
    return set(ALARMS) & set(made(load(TEMPLATE), {}))


def counts() -> dict[tuple[str, str], int]:
    """Map what stands before and after a number to the number."""
    return {
        ("The other ", " exist by"): len(alarms_by_default()),
        ("At most ", " custom metrics"): len(UNITS) + len(REASONS),
    }


def counted(text: str) -> str:
    """Return ``text`` with the present numbers."""
    for (before, after), count in counts().items():
        text = re.sub(rf"{before}\d+{after}", f"{before}{count}{after}", text)
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(counted(DOCUMENT.read_text("utf-8")), "utf-8")
