"""The advice on errors."""

import re

import pytest

from renditions import errors
from renditions_cli.aws.advice import ADVICE, NOT_REDRIVABLE, UNKNOWN, advice
from tests.contract.asl import states
from tests.contract.conftest import read_template


def errors_of_definitions() -> set[str]:
    """Return every error that a definition retries or catches."""
    rules = [
        rule
        for one in states("Task", "Parallel")
        for field in ("Retry", "Catch")
        for rule in one.body.get(field, ())
    ]
    return {name for rule in rules for name in rule["ErrorEquals"]} - {"States.ALL"}


def errors_of_functions() -> set[str]:
    """Return every error that a function raises on purpose: the classes without subclasses."""
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    return {one.__name__ for one in classes if not one.__subclasses__()}


# What AWS adds: refusals, and the names that Step Functions reserves.
OF_AWS = {
    "AccessDenied", "ClientError", "NoSuchBucket", "NoSuchKey", "DynamoDB.AccessDeniedException",
    "DynamoDB.ResourceNotFoundException", "DynamoDB.ProvisionedThroughputExceededException", "SNS.NotFoundException",
    "SNS.AuthorizationErrorException", "Lambda.AccessDeniedException", "Lambda.ResourceNotFoundException",
    "States.DataLimitExceeded", "States.Runtime", "States.Permissions", "States.HeartbeatTimeout",
    "States.BranchFailed", "States.NoChoiceMatched", "States.ParameterPathFailure", "States.ResultPathMatchFailure",
    "States.IntrinsicFailure", "States.Timeout", "MemoryError", "Runtime.ImportModuleError", "TIMED_OUT", "ABORTED",
}  # fmt: skip


@pytest.mark.parametrize("error", sorted(errors_of_definitions() | errors_of_functions() | OF_AWS))
def test_there_is_advice_on_every_error_that_can_occur(error: str) -> None:
    assert UNKNOWN.format(error) not in advice(error)


def test_advice_on_an_unknown_error_leads_to_the_log_and_to_a_redrive() -> None:
    assert "log" in advice("KeyError")
    assert "KeyError" in advice("KeyError")
    assert "`renditions redrive KEY`" in advice("KeyError")
    assert "renditions redrive" not in advice("States.DataLimitExceeded")


@pytest.mark.parametrize("status, who", [("ABORTED", "CloudTrail"), ("TIMED_OUT", "TimeoutSeconds")])
def test_an_execution_that_was_ended_from_outside_says_by_whom_whatever_its_error(
    status: str, who: str
) -> None:
    for error in (status, "Maintenance", "MemoryError"):
        assert who in advice(error, status)
        assert "`renditions redrive` continues it" in advice(error, status)


def test_what_a_redrive_does_not_repair_is_in_the_table() -> None:
    assert set(ADVICE) >= NOT_REDRIVABLE


def test_advice_to_raise_or_lower_something_names_a_parameter_of_the_template() -> None:
    named = {
        name for text in ADVICE.values() for name in re.findall(r"\b(?:[Rr]aise|[Ll]ower) (?!a\b)(\w+)", text)
    }
    assert named - set(read_template()["Parameters"]) == set()
    assert "RenditionMemory" in named
    assert not [error for error, text in ADVICE.items() if "MemorySize" in text]
