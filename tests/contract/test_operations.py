"""docs/operations.md covers each alarm and each finding."""

import re

import pytest

from renditions.logs import pseudonym
from renditions.reconciliation import Kind
from tests.contract.conftest import ROOT
from tests.contract.counts_in_docs import alarms_by_default, counted, counts
from tests.contract.test_monitoring import ALARMS, text_of

TEXT = (ROOT / "docs/operations.md").read_text()


def rows() -> dict[str, list[str]]:
    """Map each alarm to the cells of its row: meaning, first command, remedy, end."""
    section = TEXT.split("## Alarms")[1].split("\n## ")[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line.startswith("| *"):
            names, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
            found |= dict.fromkeys(re.findall(r"\*(\w+)\*", names), cells)
    return found


def expected_row(*alarms: str) -> str:
    cells = f"| *{alarms[0]}* | its meaning | `the first command` | the remedy | its end |"
    return f"found no row for {', '.join(alarms)}, expected {cells}. Add it there."


def test_every_alarm_of_the_template_is_documented() -> None:
    lacking, unknown = sorted(set(ALARMS) - set(rows())), sorted(set(rows()) - set(ALARMS))
    assert not lacking, f"docs/operations.md, Alarms: {expected_row(*lacking)}"
    assert not unknown, f"docs/operations.md, Alarms: found {unknown}, which are no alarms. Remove the rows."


@pytest.mark.parametrize("alarm", sorted(ALARMS))
def test_an_alarm_has_a_meaning_a_first_command_a_remedy_and_an_end(alarm: str) -> None:
    """The first command is the one that the alarm itself tells."""
    assert alarm in rows(), f"docs/operations.md, Alarms: {expected_row(alarm)}"
    meaning, first, remedy, end = rows()[alarm]
    assert min(len(meaning), len(remedy), len(end)) >= 8
    [command] = re.findall(r"`([^`]+)`", first)
    assert command.removesuffix(" …") in text_of(ALARMS[alarm]["AlarmDescription"])


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_finding_is_explained(kind: Kind) -> None:
    assert re.search(rf"^\| {re.escape(kind.value)}[ :]", TEXT, re.MULTILINE)


def test_the_alarms_that_only_an_option_brings_are_named() -> None:
    [paragraph] = re.findall(r"^\*SlowAlarm\*.*?\n\n", TEXT, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"\*(\w+Alarm)\*", paragraph)) == set(ALARMS) - alarms_by_default()


def test_the_alarms_by_default_and_the_metrics_that_aws_bills_are_counted() -> None:
    assert all(f"{before}{count}{after}" in TEXT for (before, after), count in counts().items())
    assert counted(TEXT) == TEXT


def test_the_pseudonym_of_the_example_is_that_of_its_image() -> None:
    [uri, shown] = re.findall(r"printf %s (\S+) .*\n.*--filter '\"(\w+)\"'", TEXT)[0]
    assert shown == pseudonym(uri)
