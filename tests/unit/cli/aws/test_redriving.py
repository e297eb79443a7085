"""Redriving failed executions. The answers of Step Functions are stubbed: no engine here can redrive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from renditions_cli.aws.redriven import RedriveAction, Redriven, exit_code, rehearse
from renditions_cli.aws.redriving import Redriver, redrive_all
from renditions_cli.aws.remaining import successor, successor_name
from renditions_cli.aws.stack import Stack
from tests.unit.cli.aws.test_failures import ARN, MACHINE, RECORD, failure

REPORTS = "arn:aws:states:us-east-1:123456789012:stateMachine:execution-failed"
OWN = replace(RECORD, execution_arn=ARN, sequencer="0062")
FAILED = replace(OWN, status="FAILED")


@pytest.fixture
def step_functions(stack: Stack) -> Iterator[Stubber]:
    """A client of Step Functions with the answers that a test adds."""
    with Stubber(stack.step_functions()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def redrive(stubber: Stubber, **changes: Any) -> Redriven:
    client: Any = stubber.client
    return Redriver(client, client, "images", REPORTS).redrive(failure(**{"record": FAILED, **changes}))


def described(stubber: Stubber, arn: str, status: str) -> None:
    """Answer the next request for an execution; an empty status: it does not exist."""
    if not status:
        stubber.add_client_error(
            "describe_execution", "ExecutionDoesNotExist", expected_params={"executionArn": arn}
        )
        return
    answer = {"executionArn": arn, "stateMachineArn": MACHINE, "status": status, "startDate": 0}
    stubber.add_response("describe_execution", answer, {"executionArn": arn})


def test_a_failed_execution_is_redriven(step_functions: Stubber) -> None:
    step_functions.add_response("redrive_execution", {"redriveDate": 0}, {"executionArn": ARN})
    assert redrive(step_functions).action is RedriveAction.REDRIVEN


@pytest.mark.parametrize("code", ["InvalidAction", "UnknownOperationException", "ExecutionNotRedrivable"])
def test_without_redrive_a_new_execution_starts_with_the_same_input(
    step_functions: Stubber, code: str
) -> None:
    step_functions.add_client_error("redrive_execution", code)
    described(step_functions, successor(MACHINE, ARN), "")
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
    found = redrive(step_functions, record=replace(FAILED, status="PROCESSING"))
    assert found.action is RedriveAction.REFUSED
    assert "renditions reconcile" in found.detail


def test_a_deletion_need_not_wait_for_an_older_upload_in_work(step_functions: Stubber) -> None:
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    described(step_functions, successor(MACHINE, ARN), "")
    step_functions.add_response("start_execution", {"executionArn": f"{ARN}2", "startDate": 0})
    older = replace(FAILED, status="PROCESSING", execution_arn=f"{ARN}0", sequencer="0061")
    assert redrive(step_functions, record=older).action is RedriveAction.STARTED_ANEW


def test_an_outcome_that_was_not_published_is_published_by_the_machine_for_failures(
    step_functions: Stubber,
) -> None:
    """The image is completed, so a new execution with the same input would be a duplicate."""
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    described(step_functions, successor(REPORTS, ARN), "")
    started = {"stateMachineArn": REPORTS, "name": successor_name(ARN), "input": ANY}
    step_functions.add_response("start_execution", {"executionArn": f"{ARN}2", "startDate": 0}, started)
    found = redrive(step_functions, record=OWN)
    assert (found.action, found.arn) == (RedriveAction.SENT_NOTICE, f"{ARN}2")


def test_an_outcome_that_is_being_published_is_not_published_twice(step_functions: Stubber) -> None:
    described(step_functions, "arn:report", "RUNNING")
    found = redrive(step_functions, record=replace(OWN, settled_by="arn:report"))
    assert found.action is RedriveAction.REFUSED


def test_an_outcome_whose_publication_failed_is_published_again(step_functions: Stubber) -> None:
    first = successor(REPORTS, ARN)
    described(step_functions, first, "FAILED")
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    described(step_functions, first, "FAILED")
    described(step_functions, successor(REPORTS, first), "")
    started = {"stateMachineArn": REPORTS, "name": successor_name(first), "input": ANY}
    step_functions.add_response("start_execution", {"executionArn": f"{ARN}3", "startDate": 0}, started)
    assert redrive(step_functions, record=replace(OWN, settled_by=first)).arn == f"{ARN}3"


def test_on_aws_an_outcome_that_was_not_published_is_redriven(step_functions: Stubber) -> None:
    step_functions.add_response("redrive_execution", {"redriveDate": 0}, {"executionArn": ARN})
    assert redrive(step_functions, record=OWN).action is RedriveAction.REDRIVEN


def test_the_execution_of_an_earlier_redrive_is_waited_for_while_it_runs(step_functions: Stubber) -> None:
    first = successor(MACHINE, ARN)
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    described(step_functions, first, "RUNNING")
    described(step_functions, successor(MACHINE, first), "")
    found = redrive(step_functions)
    assert (found.action, found.arn) == (RedriveAction.STARTED_ANEW, first)
    assert "already started before" in found.detail


def test_an_input_without_an_image_is_refused(step_functions: Stubber) -> None:
    found = redrive(step_functions, image="", record=None, input="null", hopeless="Because.")
    assert (found.action, found.detail) == (RedriveAction.REFUSED, "Because.")
    assert rehearse(failure(hopeless="Because.")).action is RedriveAction.REFUSED


def test_an_execution_that_cannot_be_read_does_not_end_the_wait_for_others(step_functions: Stubber) -> None:
    step_functions.add_client_error("describe_execution", "KmsAccessDeniedException", "Key disabled.")
    client: Any = step_functions.client
    one = Redriven(failure(), RedriveAction.REDRIVEN, ARN)
    checked = Redriver(client, client, "images", REPORTS).check(one)
    assert (checked.outcome, "Key disabled" in checked.detail) == ("UNFINISHED", True)


@pytest.mark.parametrize(
    "changes",
    [{"repaired": "Because."}, {"status": "RUNNING"}, {"status": "SUCCEEDED", "repaired": "It succeeded."}],
    ids=["repaired", "running", "succeeded"],
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
    monkeypatch.setattr("renditions_cli.aws.redriving.SECONDS_BETWEEN_CHECKS", 0)
    monkeypatch.setattr("renditions_cli.aws.redriving.AT_ONCE", 1)
    reported: list[tuple[str, str]] = []
    monkeypatch.setattr("renditions_cli.aws.redriving.read_failures", lambda _, arns: [failure(arn=arns[0])])
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
    monkeypatch.setattr("renditions_cli.aws.redriving.SECONDS_BETWEEN_CHECKS", 0)
    monkeypatch.setattr("renditions_cli.aws.redriving.read_failures", lambda *_: [failure()])
    [one] = redrive_all(stack, [failure()], -1, lambda row, state: None)
    assert (one.outcome, one.is_good) == ("UNFINISHED", False)
    monkeypatch.setattr(
        "renditions_cli.aws.redriving.read_failures", lambda *_: [failure(repaired="By another.")]
    )
    [one] = redrive_all(stack, [failure()], -1, lambda row, state: None)
    assert (one.outcome, one.is_good) == ("UNFINISHED", True), "another execution of this run repaired it"


@pytest.mark.parametrize(
    "status, outcome",
    [("PROCESSING", ""), ("DELETING", ""), ("COMPLETED", "COMPLETED"), ("FAILED", "FAILED")],
)
def test_an_image_that_another_execution_works_on_has_no_outcome_yet(
    step_functions: Stubber, monkeypatch: pytest.MonkeyPatch, status: str, outcome: str
) -> None:
    described(step_functions, ARN, "SUCCEEDED")
    record = replace(OWN, status=status)
    monkeypatch.setattr("renditions_cli.aws.redriving.batch_get", lambda *_: {record.image_uri: record})
    client: Any = step_functions.client
    one = Redriven(failure(), RedriveAction.REDRIVEN, ARN)
    assert Redriver(client, client, "images", REPORTS).check(one).outcome == outcome
