"""What reconciling takes for granted about the state machines and its own function."""

from datetime import timedelta
from typing import Any

import pytest

from renditions.reconciliation.comparison import LONGEST_EXECUTION
from tests.contract.asl import MACHINES, definition


@pytest.mark.parametrize("machine", MACHINES)
def test_no_execution_works_longer_than_reconciling_believes(machine: str) -> None:
    assert timedelta(seconds=definition(machine)["TimeoutSeconds"]) <= LONGEST_EXECUTION


def test_the_function_has_the_time_that_it_keeps_for_its_last_page_many_times_over(
    resources: dict[str, Any],
) -> None:
    """The handler connects to AWS when it is imported, so the limit is read from its text."""
    from tests.contract.conftest import ROOT

    code = (ROOT / "functions/renditions/handlers/reconcile.py").read_text()
    [kept] = [line for line in code.splitlines() if line.startswith("ENOUGH_MILLISECONDS")]
    milliseconds = int(kept.split("=")[1].split("#")[0])
    timeout = resources["ReconcileFunction"]["Properties"]["Timeout"]
    assert 0 < milliseconds < 1000 * timeout / 5
