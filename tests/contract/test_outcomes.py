"""docs/outcomes.md has a row for every state that can fail, and is what test_outcomes.py of the faults checks."""

from tests.contract.asl import states
from tests.faults.outcomes import DOCUMENT, ROWS, page


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == page(), "run `make format`"


def test_every_state_that_calls_something_has_a_row() -> None:
    tasks = {(one.machine, one.name) for one in states("Task") if one.machine != "execution_failed"}
    assert {(row.story.machine, row.state) for row in ROWS} == tasks
