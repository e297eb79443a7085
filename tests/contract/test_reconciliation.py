"""What reconciliation assumes about the state machines and its own function."""

from datetime import timedelta
from typing import Any

import pytest

from renditions.reconciliation import TIME_RESERVE_MILLISECONDS
from renditions.reconciliation.comparison import LONGEST_EXECUTION
from tests.contract.asl import MACHINES, definition


@pytest.mark.parametrize("machine", MACHINES)
def test_no_execution_runs_longer_than_reconciliation_expects(machine: str) -> None:
    assert timedelta(seconds=definition(machine)["TimeoutSeconds"]) <= LONGEST_EXECUTION


def test_the_time_reserve_is_a_small_part_of_the_timeout_of_the_function(resources: dict[str, Any]) -> None:
    timeout = resources["ReconcileFunction"]["Properties"]["Timeout"]
    assert 0 < TIME_RESERVE_MILLISECONDS < 1000 * timeout / 5
