"""Redriving failed executions. The answers of Step Functions are stubbed: no engine here can redrive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from cli.aws.redriving import RedriveAction, Redriven, Redriver, exit_code, redrive_all
from cli.aws.stack import Stack
from tests.unit.cli.aws.test_failures import RECORD, failure

FAILED = replace(RECORD, status="FAILED")
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:image-pipeline"
ARN = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:one"


@pytest.fixture
def step_functions(stack: Stack) -> Iterator[Stubber]:
    """A client of Step Functions with the answers that a test adds."""
    with Stubber(stack.step_functions()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def redrive(stubber: Stubber, **changes: Any) -> Redriven:
    one = failure(**{"arn": ARN, "machine": MACHINE, "record": replace(FAILED, execution_arn=ARN), **changes})
    client: Any = stubber.client
    return Redriver(client, client, "images").redrive(one)


def test_a_failed_execution_is_redriven(step_functions: Stubber) -> None:
    step_functions.add_response("redrive_execution", {"redriveDate": 0}, {"executionArn": ARN})
    assert redrive(step_functions).action is RedriveAction.REDRIVEN


@pytest.mark.parametrize("code", ["InvalidAction", "UnknownOperationException", "ExecutionNotRedrivable"])
def test_without_redrive_a_new_execution_starts_with_the_same_input(
    step_functions: Stubber, code: str
) -> None:
    step_functions.add_client_error("redrive_execution", code)
    step_functions.add_response("start_execution", {"executionArn": f"{ARN}2", "startDate": 0})
    found = redrive(step_functions, input='{"the": "same"}')
    assert (found.action, found.arn) == (RedriveAction.STARTED_ANEW, f"{ARN}2")
    assert code in found.detail


def test_a_redrive_without_permission_is_refused_with_a_sentence(step_functions: Stubber) -> None:
    step_functions.add_client_error("redrive_execution", "AccessDeniedException", "Not you.")
    found = redrive(step_functions)
    assert found.action is RedriveAction.REFUSED
    assert found.detail == "These AWS credentials do not allow RedriveExecution: Not you."


def test_a_new_execution_waits_until_the_failure_is_recorded(step_functions: Stubber) -> None:
    """Before that, its claim would look like a duplicate."""
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    found = redrive(step_functions, record=replace(FAILED, execution_arn=ARN, status="PROCESSING"))
    assert found.action is RedriveAction.REFUSED
    assert "renditions reconcile" in found.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"record": replace(RECORD, execution_arn=ARN)},
        {"record": replace(FAILED, execution_arn="arn:newer")},
        {"status": "RUNNING"},
        {"status": "SUCCEEDED"},
    ],
    ids=["completed", "newer execution", "running", "succeeded"],
)
def test_an_execution_that_needs_no_redrive_is_skipped(
    step_functions: Stubber, changes: dict[str, Any]
) -> None:
    found = redrive(step_functions, **changes)
    assert found.action is RedriveAction.SKIPPED
    assert found.detail


def test_every_redrive_is_reported_and_waited_for(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["", "COMPLETED", "FAILED"])
    monkeypatch.setattr(Redriver, "redrive", lambda self, one: Redriven(one, RedriveAction.REDRIVEN, one.arn))
    monkeypatch.setattr(Redriver, "read_outcome", lambda self, one: next(answers))
    monkeypatch.setattr("cli.aws.redriving.SECONDS_BETWEEN_CHECKS", 0)
    monkeypatch.setattr("cli.aws.redriving.AT_ONCE", 1)
    reported: list[tuple[str, str]] = []
    failures = [failure(arn=f"{ARN}-{name}", image=f"s3://in/{name}.jpg") for name in ("a", "b")]
    results = redrive_all(stack, failures, 60, lambda row, state: reported.append((row.name, state)))
    assert [one.outcome for one in results] == ["COMPLETED", "FAILED"]
    assert reported == [
        ("a.jpg", "redriven"), ("a.jpg", "COMPLETED"), ("b.jpg", "redriven"), ("b.jpg", "FAILED"),
    ]  # fmt: skip
    assert exit_code(results) == 1
    assert exit_code(results[:1]) == 0


def test_an_execution_that_does_not_end_in_time_is_unfinished(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redriver, "redrive", lambda self, one: Redriven(one, RedriveAction.REDRIVEN, one.arn))
    monkeypatch.setattr(Redriver, "read_outcome", lambda self, one: "")
    monkeypatch.setattr("cli.aws.redriving.SECONDS_BETWEEN_CHECKS", 0)
    [one] = redrive_all(stack, [failure()], -1, lambda row, state: None)
    assert one.outcome == "UNFINISHED"
