"""docs/outcomes.md has a row for every state that can fail, and is what test_outcomes.py of the faults checks."""

from tests.contract.asl import states
from tests.faults.outcomes import DOCUMENT, ROWS, page


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == page(), "docs/outcomes.md is out of date. Run `make format`."


def test_every_state_that_calls_something_has_a_row() -> None:
    tasks = {(one.machine, one.name) for one in states("Task") if one.machine != "execution_failed"}
    rows = {(row.story.machine, row.state) for row in ROWS}
    edit = "Run `make format`. If that does not help, edit ROWS in tests/faults/outcomes.py first."
    assert not tasks - rows, f"No row says what remains if {sorted(tasks - rows)} end badly. {edit}"
    assert not rows - tasks, f"There are rows for {sorted(rows - tasks)}, which are no states. {edit}"
