"""Which executions failed, and the event that reports a failure."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from renditions.reconciliation.comparison import LONGEST_EXECUTION
from renditions.records import ImageRecord
from renditions_cli.aws.failures import (
    ANOTHER_STACK,
    LONGEST_BEFORE_END,
    NO_IMAGE,
    Failure,
    describe_listed,
    list_recent,
    make_failure,
    parse_since,
    status_change,
)
from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.errors import UsageError
from tests.unit.cli.aws.test_images import COMPLETED
from tests.unit.conftest import ROOT

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, moment",
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-11-20T03:00+00:00", datetime(2026, 11, 20, 3, tzinfo=UTC)),
    ],
)
def test_a_time_is_an_age_or_a_date(text: str, moment: datetime) -> None:
    assert parse_since(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "7", "7w", "yesterday", "-3h"])
def test_any_other_time_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="90m, 24h or 7d"):
        parse_since(text, NOW)


RECORD = ImageRecord.from_item(COMPLETED)
ARN = "arn:aws:states:us-east-1:123456789012:execution:image-pipeline:one"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:image-pipeline"
OUTPUTS = Outputs("in", "made", "images", MACHINE, "arn:failed", "topic", "queue", "aside", "https://console")


def event(bucket: str = "in", key: str = "a.jpg", sequencer: str | None = "0062") -> dict[str, Any]:
    return {
        "detail": {"bucket": {"name": bucket}, "object": {"key": key, "etag": "e", "sequencer": sequencer}}
    }


EVENT = event()


def failure(**changes: Any) -> Failure:
    found: dict[str, Any] = {
        "arn": ARN, "machine": MACHINE, "is_deletion": False, "status": "FAILED", "started": NOW, "stopped": NOW,
        "error": "Oops", "cause": "", "input": json.dumps(EVENT), "image": RECORD.image_uri, "sequencer": "0062",
        "record": None,
    }  # fmt: skip
    return Failure(**{**found, **changes})


def described(document: Any) -> Failure:
    found = {"executionArn": ARN, "stateMachineArn": MACHINE, "status": "FAILED", "startDate": NOW}
    return make_failure({**found, "input": json.dumps(document)}, OUTPUTS)


def test_the_image_and_the_sequencer_come_from_the_input() -> None:
    found = described(EVENT)
    assert (found.image, found.sequencer) == ("s3://in/a.jpg", "0062")


@pytest.mark.parametrize(
    "document",
    [
        None, [], 7, "text", {}, {"detail": {}}, {"detail": 5}, {"detail": {"bucket": "b", "object": []}},
        event(bucket="another"), event(key="k" * 3000), event(key="\ud800"), event(sequencer=None),
    ],
    ids=repr,
)  # fmt: skip
def test_an_input_that_is_not_an_event_of_this_stack_is_listed_without_an_image(document: Any) -> None:
    found = described(document)
    assert (found.image, found.hopeless) == ("", NO_IMAGE)


def test_an_execution_of_another_stack_is_not_redriven() -> None:
    found = {"executionArn": ARN, "stateMachineArn": f"{MACHINE}-2", "status": "FAILED", "startDate": NOW}
    assert make_failure(found, OUTPUTS).hopeless == ANOTHER_STACK


def test_an_input_that_is_nested_too_deeply_can_be_listed() -> None:
    found = {"executionArn": ARN, "stateMachineArn": MACHINE, "status": "FAILED", "startDate": NOW}
    assert make_failure({**found, "input": "[" * 100_000, "cause": "[" * 100_000}, OUTPUTS).image == ""


def test_an_execution_that_cannot_be_described_is_listed_with_the_refusal(stack: Stack) -> None:
    listed = {"executionArn": ARN, "stateMachineArn": MACHINE, "status": "ABORTED", "startDate": NOW}
    with Stubber(stack.step_functions()) as stubber:
        stubber.add_client_error("describe_execution", "KmsAccessDeniedException", "Key disabled.")
        client: Any = stubber.client
        found = make_failure(describe_listed(client, listed) or {}, OUTPUTS)
    assert (found.status, found.error, found.image) == ("ABORTED", "KmsAccessDeniedException", "")
    assert "Key disabled" in found.cause


def test_an_execution_that_was_deleted_since_it_was_listed_is_left_out(stack: Stack) -> None:
    with Stubber(stack.step_functions()) as stubber:
        stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
        client: Any = stubber.client
        assert describe_listed(client, {"executionArn": ARN}) is None


def test_the_list_of_executions_ends_at_the_first_one_that_started_too_early(stack: Stack) -> None:
    """Step Functions keeps 90 days of executions, and lists them by their start, the newest first."""
    days = [
        {
            "executionArn": ARN,
            "stateMachineArn": MACHINE,
            "name": "one",
            "status": "FAILED",
            "startDate": start,
        }
        for start in (NOW, NOW - timedelta(days=1), NOW - timedelta(days=3))
    ]
    with Stubber(stack.step_functions()) as stubber:
        sent = {"stateMachineArn": MACHINE, "statusFilter": "FAILED", "maxResults": 1000}
        stubber.add_response("list_executions", {"executions": days[:1], "nextToken": "2"}, sent)
        second = {"executions": days[1:], "nextToken": "3"}
        stubber.add_response("list_executions", second, {**sent, "nextToken": "2"})
        client: Any = stubber.client
        found = list(list_recent(client, MACHINE, "FAILED", NOW - timedelta(days=2)))
    assert [one["startDate"] for one in found] == [NOW, NOW - timedelta(days=1)]


def test_an_execution_that_ran_long_and_was_redriven_late_is_still_found() -> None:
    """Redriving is possible for fourteen days, and an execution takes a day at most."""
    assert timedelta(days=14, seconds=LONGEST_EXECUTION.total_seconds()) <= LONGEST_BEFORE_END


def test_the_made_event_has_what_the_one_of_step_functions_has() -> None:
    example = json.loads((ROOT / "events/execution_failed.json").read_text())
    made = json.loads(status_change(failure()))
    assert made.keys() == example.keys()
    assert made["detail"].keys() <= example["detail"].keys()
    assert made["detail"]["executionArn"] == ARN
    assert (made["account"], made["region"], made["detail"]["name"]) == ("123456789012", "us-east-1", "one")
    assert json.loads(made["detail"]["input"]) == EVENT
