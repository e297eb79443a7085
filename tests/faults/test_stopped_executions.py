"""Executions that are stopped by hand or run out of time: recorded, told, and put right by the same event."""

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
def test_an_execution_that_is_stopped_by_hand_is_recorded_and_told_and_can_be_run_again(
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
    [told] = cloud.operator.mentioning(key)
    assert "ABORTED" in told["Body"]

    again = cloud.start(cloud.event_of(record))
    assert cloud.execution(again)["status"] == "SUCCEEDED"
    done = cloud.record(uri)
    assert done["status"] == "COMPLETED"
    assert {found["key"] for found in done["renditions"].values()} == set(files(cloud, key))


def timed_out(execution: dict[str, Any]) -> dict[str, Any]:
    """What EventBridge tells when an execution has run out of its machine's time."""
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


def test_an_execution_that_runs_out_of_time_is_recorded_and_told(stack: FaultyStack, cloud: Cloud) -> None:
    """The emulator knows no time-out of a machine, so what AWS sends then is handed over here.

    The execution, which still runs here, is held for that long: what it does afterwards is of no interest.
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
        told.extend(found_by_operator)

    told: list[dict[str, str]] = []
    with stack.proxy.disturbed(Rule(Meanwhile(time_out), "dynamodb", "UpdateItem", key, first=2)):
        cloud.upload(key, PHOTO)
        wait_for(lambda: told, "what an operator is told", 30)
    [record] = at_that_time
    assert (record["status"], record["reason_code"]) == ("FAILED", "TIMED_OUT")
    notice = json.loads(cloud.subscriber.mentioning(uri)[0]["Body"])
    assert (notice["status"], notice["execution"]["arn"]) == ("FAILED", record["execution_arn"])
    assert "TIMED_OUT" in told[0]["Body"]
