"""The advice on errors."""

import pytest

from cli.aws.advice import UNKNOWN, advice
from tests.contract.asl import states


def retried_errors() -> set[str]:
    """Return every error that the definitions retry."""
    retriers = [retry for one in states("Task") for retry in one.body["Retry"] if retry["MaxAttempts"]]
    return {name for retry in retriers for name in retry["ErrorEquals"]}


@pytest.mark.parametrize("error", sorted(retried_errors() | {"AccessDenied", "States.DataLimitExceeded"}))
def test_there_is_advice_on_every_error_that_the_state_machines_know(error: str) -> None:
    assert UNKNOWN.format(error) not in advice(error)


def test_advice_on_an_unknown_error_leads_to_the_log_and_to_a_redrive() -> None:
    assert "log" in advice("KeyError")
    assert "KeyError" in advice("KeyError")
    assert "renditions redrive" in advice("KeyError")
    assert "`renditions redrive`" not in advice("States.DataLimitExceeded")
