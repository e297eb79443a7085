"""docs/limits.md lists every limit with its default, and every code of a rejection."""

import re
from dataclasses import Field, fields
from typing import Any

import pytest

from renditions import errors
from renditions.settings import Settings
from tests.contract import rejections
from tests.contract.conftest import ROOT

LIMITS = [one for one in fields(Settings) if one.name.startswith(("max_", "min_"))]
TEXT = (ROOT / "docs/limits.md").read_text()


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one.name)
def test_a_limit_is_documented_with_its_default_and_its_code(limit: "Field[Any]") -> None:
    rows = re.findall(rf"^\| `{limit.name.upper()}` .*$", TEXT, re.MULTILINE)
    default = f"{limit.default:,}"
    expected = f"| `{limit.name.upper()}` | {default} | the code of its rejection | what is limited, in a sentence. |"
    assert len(rows) == 1, (
        f"docs/limits.md: found {len(rows)} rows for {limit.name}, expected {expected}. Edit it there."
    )
    [row] = rows
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    assert re.match(rf"{limit.default:,}\b", cells[1])
    assert hasattr(errors, cells[2].strip("`"))


def test_every_rejection_is_documented_with_a_sentence() -> None:
    problems = rejections.missing_rows()
    assert not problems, "\n".join(problems)
