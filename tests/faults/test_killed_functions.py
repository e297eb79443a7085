"""A function's process dies, hangs or is not let in: tried again, and the same picture, or a failure that is told."""

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
    ("validate-image", "read"),
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
    """What comes of the photograph when nothing is in the way."""
    key = f"{uuid4().hex}.jpg"
    users.upload(key, PHOTO)
    return outcome(users, key)


@pytest.mark.parametrize("function, step", POINTS)
def test_a_function_that_is_killed_after_a_step_leaves_no_trace(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome, function: str, step: str
) -> None:
    """By kill -9, right after it has read, decoded or written: identical bytes and record in the end."""
    stack.at(function, step, "kill")
    key = f"{uuid4().hex}.jpg"
    cloud.upload(key, PHOTO)
    assert outcome(cloud, key) == quiet
    assert stack.left_at_crash_points() == []


def test_a_function_that_hangs_is_ended_and_tried_again(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome
) -> None:
    stack.at("watermark-image", "decode", "hang")
    key = f"{uuid4().hex}.jpg"
    cloud.upload(key, PHOTO)
    assert outcome(cloud, key) == quiet


@pytest.mark.parametrize(
    "function", ["validate-image", pytest.param("watermark-image", marks=pytest.mark.long)]
)
def test_a_picture_that_is_too_much_for_every_process_is_reported_as_failed(
    stack: FaultyStack, cloud: Cloud, quiet: Outcome, function: str
) -> None:
    """Lambda ends a process that needs too much memory as kill -9 does: three times, then people are told."""
    stack.at(function, "decode", "kill", "kill", "kill")
    key = f"{uuid4().hex}.jpg"
    uri = cloud.upload(key, PHOTO)
    record = cloud.outcome(uri)
    assert (record["status"], record["reason_code"]) == ("FAILED", "Runtime.ExitError")
    assert record["renditions"] == {}
    [notice] = [json.loads(message["Body"]) for message in cloud.subscriber.mentioning(uri)]
    assert notice["status"] == "FAILED"
    [told] = cloud.operator.mentioning(key)
    assert record["execution_arn"] in told["Body"]

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
def test_functions_that_are_throttled_for_a_while_do_their_work_afterwards(
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
