"""What becomes of a failed execution. Step Functions' answers are written down: no engine here has a redrive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from cli.aws.redriving import Done, Redriven, Redriver, exit_code, redrive_all
from cli.aws.stack import Stack
from tests.unit.cli.aws.test_failures import RECORD, failure
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import record

FAILED = replace(RECORD, status="FAILED")
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:image-pipeline"
ARN = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:one"


@pytest.fixture
def step_functions(stack: Stack) -> Iterator[Stubber]:
    """Step Functions, with the answers that a test writes down."""
    with Stubber(stack.step_functions()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def begin(stubber: Stubber, **changes: Any) -> Redriven:
    one = failure(**{"arn": ARN, "machine": MACHINE, "record": replace(FAILED, execution_arn=ARN), **changes})
    client: Any = stubber.client
    return Redriver(client, client, "images").begin(one)


def test_a_failed_execution_goes_on_where_it_failed(step_functions: Stubber) -> None:
    step_functions.add_response("redrive_execution", {"redriveDate": 0}, {"executionArn": ARN})
    assert begin(step_functions).done is Done.REDRIVEN


@pytest.mark.parametrize("code", ["InvalidAction", "UnknownOperationException", "ExecutionNotRedrivable"])
def test_where_there_is_no_redrive_a_new_execution_starts_with_the_same_input(
    step_functions: Stubber, code: str
) -> None:
    step_functions.add_client_error("redrive_execution", code)
    step_functions.add_response("start_execution", {"executionArn": f"{ARN}2", "startDate": 0})
    found = begin(step_functions, input='{"the": "same"}')
    assert (found.done, found.arn) == (Done.STARTED_ANEW, f"{ARN}2")
    assert code in found.detail


def test_a_redrive_that_is_not_allowed_is_refused_with_a_sentence(step_functions: Stubber) -> None:
    step_functions.add_client_error("redrive_execution", "AccessDeniedException", "Not you.")
    found = begin(step_functions)
    assert found.done is Done.REFUSED
    assert found.detail == "These AWS credentials may not do RedriveExecution: Not you."


def test_a_new_execution_waits_until_the_failure_is_in_the_record(step_functions: Stubber) -> None:
    """Before that its claim would be taken for a duplicate."""
    step_functions.add_client_error("redrive_execution", "InvalidAction")
    found = begin(step_functions, record=replace(FAILED, execution_arn=ARN, status="PROCESSING"))
    assert found.done is Done.REFUSED
    assert "renditions reconcile" in found.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"record": replace(RECORD, execution_arn=ARN)},
        {"record": replace(FAILED, execution_arn="arn:newer")},
        {"status": "RUNNING"},
        {"status": "SUCCEEDED"},
    ],
    ids=["completed", "another's", "runs", "succeeded"],
)
def test_what_needs_no_redrive_is_skipped(step_functions: Stubber, changes: dict[str, Any]) -> None:
    found = begin(step_functions, **changes)
    assert found.done is Done.SKIPPED
    assert found.detail


def test_all_that_failed_are_told_of_and_waited_for(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["", "COMPLETED", "FAILED"])
    monkeypatch.setattr(Redriver, "begin", lambda self, one: Redriven(one, Done.REDRIVEN, one.arn))
    monkeypatch.setattr(Redriver, "look", lambda self, one: next(answers))
    monkeypatch.setattr("cli.aws.redriving.SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr("cli.aws.redriving.AT_ONCE", 1)
    heard: list[tuple[str, str]] = []
    failures = [failure(arn=f"{ARN}-{name}", image=f"s3://in/{name}.jpg") for name in ("a", "b")]
    results = redrive_all(stack, failures, 60, lambda row, state: heard.append((row.name, state)))
    assert [one.outcome for one in results] == ["COMPLETED", "FAILED"]
    assert heard == [
        ("a.jpg", "redriven"), ("a.jpg", "COMPLETED"), ("b.jpg", "redriven"), ("b.jpg", "FAILED"),
    ]  # fmt: skip
    assert exit_code(results) == 1
    assert exit_code(results[:1]) == 0


def test_what_does_not_end_in_time_is_unfinished(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Redriver, "begin", lambda self, one: Redriven(one, Done.REDRIVEN, one.arn))
    monkeypatch.setattr(Redriver, "look", lambda self, one: "")
    monkeypatch.setattr("cli.aws.redriving.SECONDS_BETWEEN_LOOKS", 0)
    [one] = redrive_all(stack, [failure()], -1, lambda row, state: None)
    assert one.outcome == "UNFINISHED"


def test_nothing_named_or_both_is_wrong_usage(renditions_command: Command) -> None:
    assert renditions_command("redrive").exit_code == 2
    assert renditions_command("redrive", "a.jpg", "--all").exit_code == 2


def test_an_image_without_a_record_is_named_with_the_next_step(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    record(stack, "there.jpg", "COMPLETED")
    ended = renditions_command("redrive", "nowhere.jpg", "there.jpg", "--stack-name", stack_name)
    assert ended.exit_code == 2
    assert f"There is no record of {stack.image_uri('nowhere.jpg')}." in ended.stderr
    assert "renditions reconcile" in ended.stderr


def test_an_execution_that_step_functions_has_forgotten_is_named_with_the_next_step(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    ended = renditions_command("redrive", ARN, "--stack-name", stack_name)
    assert ended.exit_code == 2
    assert f"Step Functions does not know {ARN}" in ended.stderr
    assert "`renditions reconcile` starts its image anew." in ended.stderr
