"""Deletions and replacements during which a call fails or a process is killed: no old rendition stays."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.faults.calls import Call
from tests.faults.faults import Fault, Rule
from tests.faults.outcome import Events, files
from tests.faults.stack import FaultyStack
from tests.faults.test_failing_calls import WAYS, places
from tests.renditions import NAMES

FIRST, SECOND = jpeg(320, 240), jpeg(240, 320)


def carry_out(cloud: Cloud, machine: str, event: dict[str, Any]) -> None:
    """Deliver an event and wait for its execution to succeed."""
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs[machine], input=json.dumps(event)
    )
    ended = cloud.execution(started["executionArn"], 60)
    assert ended["status"] == "SUCCEEDED", ended


def upload(cloud: Cloud, events: Events, key: str, data: bytes = FIRST) -> None:
    carry_out(cloud, "ImagePipelineArn", events.of_upload(key, data))


def assert_gone(cloud: Cloud, key: str) -> None:
    """Check that no file is left, that the record says DELETED, and that subscribers were notified."""
    uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"
    record = cloud.record(uri)
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    assert record["deleted_at"]
    assert files(cloud, key) == {}
    wait_for(lambda: "DELETED" in notified(cloud, key), "the notice of the deletion", 15)


def notified(cloud: Cloud, key: str) -> set[str]:
    """Return the statuses in the notices about an image so far."""
    return {json.loads(one["Body"])["status"] for one in cloud.subscriber.mentioning(key)}


@pytest.fixture
def calls(stack: FaultyStack, cloud: Cloud, events: Events) -> list[Call]:
    """All calls of a deletion without faults."""
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    before = len(stack.proxy.mentioning(key))
    carry_out(cloud, "ImageDeletedArn", events.of_deletion(key))
    assert_gone(cloud, key)
    return stack.proxy.mentioning(key)[before:]


@pytest.mark.long
@pytest.mark.parametrize(
    "fault, times", [pytest.param(fault, times, id=name) for name, fault, times, _ in WAYS]
)
def test_a_deletion_succeeds_whichever_call_fails(
    stack: FaultyStack, cloud: Cloud, events: Events, calls: list[Call], fault: Fault, times: int
) -> None:
    """Deletes one image for each call of a deletion, at the same time. For each, only that call fails."""
    keys = {f"{uuid4().hex}.jpg": place for place in places(calls)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: upload(cloud, events, key), keys))
        rules = [
            Rule(fault, call.service, call.operation, key, nth, times) for key, (call, nth) in keys.items()
        ]
        deletions = {key: events.of_deletion(key) for key in keys}
        with stack.proxy.disturbed(*rules):
            list(pool.map(lambda event: carry_out(cloud, "ImageDeletedArn", event), deletions.values()))
    for key in keys:
        assert_gone(cloud, key)


@pytest.mark.parametrize(
    "function, step", [("confirm-deleted", "look_up"), ("tidy-renditions", "remove_version")]
)
def test_a_deletion_continues_after_a_function_is_killed(
    stack: FaultyStack, cloud: Cloud, events: Events, function: str, step: str
) -> None:
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    stack.at(function, step, "kill")
    carry_out(cloud, "ImageDeletedArn", events.of_deletion(key))
    assert_gone(cloud, key)


@pytest.mark.parametrize("order", ["kill", pytest.param("hang", marks=pytest.mark.long)])
def test_a_replaced_image_is_complete_even_if_tidying_is_killed(
    stack: FaultyStack, cloud: Cloud, events: Events, order: str
) -> None:
    """After it tagged one of the old renditions. At the end all of them are tagged, and no new one is."""
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    old = set(files(cloud, key))
    stack.at("tidy-renditions", "retire", order)
    upload(cloud, events, key, SECOND)
    record = cloud.record(f"s3://{cloud.outputs['UploadsBucketName']}/{key}")
    named = {found["key"] for found in record["renditions"].values()}
    assert (record["status"], record["width"], len(named & set(files(cloud, key)))) == (
        "COMPLETED",
        240,
        len(NAMES),
    )
    assert {name for name in files(cloud, key) if expires(cloud, name)} == old


def expires(cloud: Cloud, key: str) -> bool:
    """Return whether a rendition is tagged to expire."""
    bucket = cloud.outputs["RenditionsBucketName"]
    tags = cloud.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {"Key": "superseded", "Value": "true"} in tags
