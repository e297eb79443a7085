"""Express executions, with Workflow=express: Step Functions describes none, so that their log is their history.

The local stack describes them like all others, and gives them ARNs of the usual form.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions.reconciliation.comparison import LONGEST_EXPRESS
from renditions.records import ImageRecord
from renditions_cli.aws.causes import error_message
from renditions_cli.aws.execution_history import Event, state_visits
from renditions_cli.aws.executions import Execution, has_express_arn, machine_of, read_execution
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

LOG_GROUP = "/aws/vendedlogs/states/{}"
BEFORE, AFTER = timedelta(seconds=60), timedelta(seconds=120)  # of its claim, and lines arrive late
# The last event of an execution, and its status.
ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}


def read_owner(stack: Stack, record: ImageRecord, *, with_data: bool = False) -> Execution | None:
    """Return the execution that owns a record; None if there is none, or no longer. Raises ClientError."""
    arn = record.execution_arn
    if not arn:
        return None
    if has_express_arn(arn):
        return read_express_execution(stack.logs(), arn, record)
    return read_execution(stack.step_functions(), arn, with_data=with_data)


def read_express_execution(logs: "CloudWatchLogsClient", arn: str, record: ImageRecord) -> Execution | None:
    """Return an Express execution as its log shows it; None if the log has nothing of it. Raises ClientError."""
    if record.started_at is None:
        return None
    claimed = datetime.fromisoformat(record.started_at)
    events = sorted(_events(_lines(logs, arn, claimed)), key=lambda one: int(one["id"]))
    if not events:
        return None
    status = ENDS.get(events[-1]["type"], "RUNNING")
    details: Mapping[str, Any] = events[-1].get("executionEventDetails", {})
    return Execution(
        arn=arn,
        status=status,
        started=events[0]["timestamp"],
        stopped=None if status == "RUNNING" else events[-1]["timestamp"],
        error=details.get("error"),
        cause=error_message(details.get("cause")),
        visits=tuple(state_visits(events, status)),
    )


def _lines(logs: "CloudWatchLogsClient", arn: str, claimed: datetime) -> Iterator[str]:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=LOG_GROUP.format(machine_of(arn)),
        startTime=round((claimed - BEFORE).timestamp() * 1000),
        endTime=round((claimed + LONGEST_EXPRESS + AFTER).timestamp() * 1000),
        filterPattern=f'{{ $.execution_arn = "{arn}" }}',
    )
    try:
        yield from (event["message"] for page in pages for event in page["events"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return  # the log is gone with its stack


def _events(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events of a history, in the form of GetExecutionHistory.

    Source of the fields: docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    for line in lines:
        logged = json.loads(line)
        kind: str = logged["type"]
        name = "executionEventDetails" if kind.startswith("Execution") else "stateEventDetails"
        yield {
            "id": int(logged["id"]),
            "previousEventId": int(logged.get("previous_event_id") or 0),
            "type": kind,
            "timestamp": datetime.fromtimestamp(int(logged["event_timestamp"]) / 1000, UTC),
            name: logged.get("details") or {},
        }
