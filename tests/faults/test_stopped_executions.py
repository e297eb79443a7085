"""Executions that are stopped by hand or time out: recorded, reported, and repaired by the same event."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.faults.faults import Meanwhile, Rule
from tests.faults.outcome import files
from tests.faults.stack import FaultyStack

PHOTO = jpeg(320, 240)
EVENT = Path(__file__).parents[2] / "events/execution_failed.json"
MOMENTS = {"while it reads the original": ("s3", "GetObject"), "while it stores": ("s3", "PutObject")}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_stopped_execution_is_reported_and_can_run_again(
    stack: FaultyStack, cloud: Cloud, moment: str
) -> None:
    key = f"{uuid4().hex}.jpg"
    uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"

    def stop() -> None:
        arn = cloud.record(uri)["execution_arn"]
        cloud.executions.stop_execution(executionArn=arn)

    with stack.proxy.disturbed(Rule(Meanwhile(stop), *MOMENTS[moment], key)):
        cloud.upload(key, PHOTO)
        record = cloud.outcome(uri)
    assert (record["status"], record["reason_code"], record["renditions"]) == ("FAILED", "ABORTED", {})
    [notice] = [json.loads(message["Body"]) for message in cloud.subscriber.mentioning(uri)]
    assert (notice["status"], notice["execution"]["arn"]) == ("FAILED", record["execution_arn"])
    [message] = cloud.operator.mentioning(key)
    assert "ABORTED" in message["Body"]

    again = cloud.start(cloud.event_of(record))
    assert cloud.execution(again)["status"] == "SUCCEEDED"
    done = cloud.record(uri)
    assert done["status"] == "COMPLETED"
    assert {found["key"] for found in done["renditions"].values()} == set(files(cloud, key))


def timed_out(execution: dict[str, Any]) -> dict[str, Any]:
    """Return the event that EventBridge sends when an execution times out."""
    detail = {
        "executionArn": execution["executionArn"],
        "stateMachineArn": execution["stateMachineArn"],
        "name": execution["name"],
        "status": "TIMED_OUT",
        "startDate": int(execution["startDate"].timestamp() * 1000),
        "stopDate": int(execution["startDate"].timestamp() * 1000) + 1,
        "input": execution["input"],
        "output": None,
        "error": None,
        "cause": None,
    }
    event: dict[str, Any] = json.loads(EVENT.read_text())
    return event | {"detail": detail, "resources": [execution["executionArn"]]}


def test_an_execution_that_times_out_is_recorded_and_reported(stack: FaultyStack, cloud: Cloud) -> None:
    """The emulator has no time-out of a state machine, so the test delivers the event that AWS sends.

    The execution is still running and is delayed until then. What it does afterwards does not matter.
    """
    key = f"{uuid4().hex}.jpg"
    uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"

    at_that_time: list[dict[str, Any]] = []

    def time_out() -> None:
        arn = cloud.record(uri)["execution_arn"]
        change = timed_out(cloud.executions.describe_execution(executionArn=arn))
        started = cloud.executions.start_execution(
            stateMachineArn=cloud.outputs["ExecutionFailedArn"], input=json.dumps(change)
        )
        assert cloud.execution(started["executionArn"])["status"] == "SUCCEEDED"
        found_by_operator = cloud.operator.mentioning(key)
        at_that_time.append(cloud.record(uri))
        reported.extend(found_by_operator)

    reported: list[dict[str, str]] = []
    with stack.proxy.disturbed(Rule(Meanwhile(time_out), "dynamodb", "UpdateItem", key, first=2)):
        cloud.upload(key, PHOTO)
        wait_for(lambda: reported, "the message to the operators", 30)
    [record] = at_that_time
    assert (record["status"], record["reason_code"]) == ("FAILED", "TIMED_OUT")
    notice = json.loads(cloud.subscriber.mentioning(uri)[0]["Body"])
    assert (notice["status"], notice["execution"]["arn"]) == ("FAILED", record["execution_arn"])
    assert "TIMED_OUT" in reported[0]["Body"]
