"""Express executions, read from their log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from renditions.records import ImageRecord
from renditions_cli.aws.execution_history import VisitStatus, current_states
from renditions_cli.aws.executions import machine_of
from renditions_cli.aws.express import read_express_execution, read_owner
from renditions_cli.aws.forgetting.running import Running

CLAIMED = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:express:renditions-image-pipeline-express:name:0b1c"
RECORD = ImageRecord("s3://in/a.jpg", "PROCESSING", execution_arn=ARN, started_at=CLAIMED.isoformat())


def line(number: int, kind: str, **details: Any) -> str:
    """Return a line as Step Functions logs it, without execution data."""
    return json.dumps(
        {
            "id": str(number),
            "type": kind,
            "details": details,
            "redrive_count": "0",
            "previous_event_id": str(number - 1),
            "event_timestamp": str(round(CLAIMED.timestamp() * 1000) + number),
            "execution_arn": ARN,
        }
    )


CLAIM = [
    line(1, "ExecutionStarted", roleArn="arn"),
    line(2, "TaskStateEntered", name="ClaimImage"),
    line(3, "TaskScheduled", resourceType="dynamodb", resource="updateItem"),
    line(4, "TaskStarted"),
]
COMPLETED = [
    *CLAIM,
    line(5, "TaskSucceeded", resourceType="dynamodb", resource="updateItem"),
    line(6, "TaskStateExited", name="ClaimImage"),
    line(7, "ExecutionSucceeded"),
]
FAILED = [*CLAIM, line(5, "ExecutionFailed", error="States.Runtime", cause="No such path.")]


@dataclass
class Logs:
    """A client whose log has these lines."""

    lines: list[str]
    asked: dict[str, Any] = field(default_factory=dict)

    def get_paginator(self, _name: str) -> "Logs":
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked = asked
        if not self.lines:
            error: Any = {"Error": {"Code": "ResourceNotFoundException"}}
            raise ClientError(error, "FilterLogEvents")
        yield {"events": [{"message": one} for one in reversed(self.lines)]}


def read(lines: list[str]) -> Any:
    logs: Any = Logs(lines)
    return read_express_execution(logs, ARN, RECORD)


def test_an_express_execution_is_read_from_its_log() -> None:
    execution = read(COMPLETED)
    assert (execution.status, execution.machine) == ("SUCCEEDED", "renditions-image-pipeline-express")
    [visit] = execution.visits
    assert (visit.name, visit.status, visit.service) == (
        "ClaimImage",
        VisitStatus.SUCCEEDED,
        "dynamodb:updateItem",
    )
    assert execution.started == CLAIMED + timedelta(milliseconds=1)
    assert execution.stopped == CLAIMED + timedelta(milliseconds=7)


def test_one_that_failed_says_where_and_why() -> None:
    execution = read(FAILED)
    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "States.Runtime",
        "No such path.",
    )
    assert current_states(execution.visits) == "ClaimImage"


def test_one_whose_log_has_no_end_yet_is_running() -> None:
    execution = read(CLAIM)
    assert (execution.status, execution.stopped) == ("RUNNING", None)


def test_one_without_a_log_is_none() -> None:
    assert read([]) is None


def test_only_the_lines_of_its_five_minutes_are_searched() -> None:
    logs: Any = Logs(COMPLETED)
    stack: Any = SimpleNamespace(logs=lambda: logs)
    assert read_owner(stack, RECORD) is not None
    assert logs.asked["logGroupName"] == "/aws/vendedlogs/states/renditions-image-pipeline-express"
    assert logs.asked["endTime"] - logs.asked["startTime"] == 8 * 60 * 1000
    assert ARN in logs.asked["filterPattern"]


def test_the_machine_of_a_usual_execution_is_the_part_before_its_name() -> None:
    assert machine_of("arn:aws:states:us-east-1:1:execution:machine:name") == "machine"


@pytest.mark.parametrize("minutes, running", [(4, True), (6, False)])
def test_an_express_execution_counts_as_running_for_five_minutes(minutes: int, *, running: bool) -> None:
    stack: Any = SimpleNamespace(step_functions=lambda: None)
    found = Running(stack)
    claimed = datetime.now(UTC) - timedelta(minutes=minutes)
    found.add_express(
        ImageRecord("s3://in/a.jpg", "PROCESSING", execution_arn=ARN, started_at=claimed.isoformat())
    )
    assert found.is_running(ARN) is running
