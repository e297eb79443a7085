"""Functions that are killed, hang or are throttled: a retry gives the same result, or the failure is reported."""

import json
import time
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.faults.outcome import Outcome, outcome
from tests.faults.stack import FaultyStack

PHOTO = jpeg(320, 240)
POINTS = [
    ("validate-image", "read_unless_deleted"),
    ("resize-image", "decode"),
    ("resize-image", "write"),
    ("watermark-image", "write"),
    pytest.param("validate-image", "decode", marks=pytest.mark.long),
    pytest.param("resize-image", "read", marks=pytest.mark.long),
    pytest.param("watermark-image", "read", marks=pytest.mark.long),
    pytest.param("watermark-image", "decode", marks=pytest.mark.long),
]


@pytest.fixture(scope="module")
def quiet(users: Cloud) -> Outcome:
    """The outcome of the photo without faults."""
    key = f"{uuid4().hex}.jpg"
    users.upload(key, PHOTO)
    return outcome(users, key)


@pytest.mark.parametrize("function, step", POINTS)
def test_a_function_that_is_killed_after_a_step_does_not_change_the_outcome(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome, function: str, step: str
) -> None:
    """By kill -9, right after it has read, decoded or written. The files and the record are identical."""
    stack.at(function, step, "kill")
    key = f"{uuid4().hex}.jpg"
    cloud.upload(key, PHOTO)
    assert outcome(cloud, key) == quiet
    assert stack.left_at_crash_points() == []


def test_a_function_that_hangs_times_out_and_is_retried(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome
) -> None:
    stack.at("watermark-image", "decode", "hang")
    key = f"{uuid4().hex}.jpg"
    cloud.upload(key, PHOTO)
    assert outcome(cloud, key) == quiet


@pytest.mark.parametrize(
    "function", ["validate-image", pytest.param("watermark-image", marks=pytest.mark.long)]
)
def test_an_image_that_kills_every_process_is_reported_as_failed(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome, function: str
) -> None:
    """Lambda ends a process without memory like kill -9 does: three times, then the failure is reported."""
    stack.at(function, "decode", "kill", "kill", "kill")
    key = f"{uuid4().hex}.jpg"
    uri = cloud.upload(key, PHOTO)
    record = cloud.outcome(uri)
    assert (record["status"], record["reason_code"]) == ("FAILED", "Runtime.ExitError")
    assert record["renditions"] == {}
    [notice] = [json.loads(message["Body"]) for message in cloud.subscriber.mentioning(uri)]
    assert notice["status"] == "FAILED"
    [message] = cloud.operator.mentioning(key)
    assert record["execution_arn"] in message["Body"]

    again = cloud.start(cloud.event_of(record))
    assert cloud.execution(again)["status"] == "SUCCEEDED"
    assert cloud.record(uri)["status"] == quiet.record["status"]


@pytest.mark.parametrize(
    "seconds, scale",
    [
        pytest.param(1, 0.1, id="a tenth of the time"),
        pytest.param(10, 1, id="ten seconds", marks=pytest.mark.long),
    ],
)
def test_functions_that_are_throttled_for_a_while_complete_afterwards(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome, seconds: float, scale: float
) -> None:
    stack.wait_in_retries(scale)
    functions = [f"{stack.stack_name}-{name}" for name in ("resize-image", "watermark-image")]
    client = cloud.session.client("lambda")
    for name in functions:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        key = f"{uuid4().hex}.jpg"
        cloud.upload(key, PHOTO)
        wait_for(lambda: len(invocations(stack, key)) > 4, "a function that was refused", 10)
        time.sleep(seconds)
    finally:
        for name in functions:
            client.delete_function_concurrency(FunctionName=name)
    assert outcome(cloud, key) == quiet
    assert len(invocations(stack, key)) > 2 * 4


def invocations(stack: FaultyStack, key: str) -> list[str]:
    return [call.operation for call in stack.proxy.mentioning(key) if call.operation == "Invoke"]
