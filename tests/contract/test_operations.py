"""docs/operations.md covers each alarm and each finding."""

import re
from typing import Any

import pytest

from renditions.reconciliation import Kind
from tests.contract.conftest import ROOT

TEXT = (ROOT / "docs/operations.md").read_text()


def test_every_alarm_of_the_template_is_documented(resources: dict[str, Any]) -> None:
    alarms = {name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms == set(re.findall(r"^\| alarm \*(\w+)\*", TEXT, re.MULTILINE))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_finding_is_explained(kind: Kind) -> None:
    assert re.search(rf"^\| {re.escape(kind.value)}[ :]", TEXT, re.MULTILINE)
