"""An original is deleted or replaced, and a call fails or a process dies on the way: nothing of the old one stays."""

import json
from collections.abc import Iterator
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

FIRST, SECOND = jpeg(320, 240), jpeg(240, 320)
QUICK = ("loses its reply",)


def carry_out(cloud: Cloud, machine: str, event: dict[str, Any]) -> None:
    """Deliver an event and wait for the end of its execution, which must be a good one."""
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs[machine], input=json.dumps(event)
    )
    ended = cloud.execution(started["executionArn"], 60)
    assert ended["status"] == "SUCCEEDED", ended


def upload(cloud: Cloud, events: Events, key: str, data: bytes = FIRST) -> None:
    carry_out(cloud, "ImagePipelineArn", events.of_upload(key, data))


def assert_gone(cloud: Cloud, key: str) -> None:
    """Nothing is left, the record says when it went, and subscribers were told."""
    uri = f"s3://{cloud.outputs['UploadsBucketName']}/{key}"
    record = cloud.record(uri)
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    assert record["deleted_at"]
    assert files(cloud, key) == {}
    wait_for(lambda: "DELETED" in told(cloud, key), "the notice of the deletion", 15)


def told(cloud: Cloud, key: str) -> set[str]:
    """The statuses that subscribers were told of an image so far."""
    return {json.loads(one["Body"])["status"] for one in cloud.subscriber.mentioning(key)}


def ways() -> Iterator[Any]:
    for name, fault, times, _ in WAYS:
        yield pytest.param(fault, times, id=name, marks=[] if name in QUICK else [pytest.mark.long])


@pytest.fixture
def calls(stack: FaultyStack, cloud: Cloud, events: Events) -> list[Call]:
    """All calls of a deletion when nothing is in the way."""
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    before = len(stack.proxy.mentioning(key))
    carry_out(cloud, "ImageDeletedArn", events.of_deletion(key))
    assert_gone(cloud, key)
    return stack.proxy.mentioning(key)[before:]


@pytest.mark.parametrize("fault, times", list(ways()))
def test_whichever_call_of_a_deletion_fails_the_image_is_gone_and_people_are_told(
    stack: FaultyStack, cloud: Cloud, events: Events, calls: list[Call], fault: Fault, times: int
) -> None:
    """All at once: for each call of a deletion one image, of which just that call fails."""
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
    "function, step", [("confirm-deleted", "confirm_deleted"), ("tidy-renditions", "remove_version")]
)
def test_a_deletion_goes_on_where_a_function_was_killed(
    stack: FaultyStack, cloud: Cloud, events: Events, function: str, step: str
) -> None:
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    stack.at(function, step, "kill")
    carry_out(cloud, "ImageDeletedArn", events.of_deletion(key))
    assert_gone(cloud, key)


@pytest.mark.parametrize("order", ["kill", pytest.param("hang", marks=pytest.mark.long)])
def test_a_replaced_image_is_complete_though_the_tidying_behind_it_died(
    stack: FaultyStack, cloud: Cloud, events: Events, order: str
) -> None:
    """In the middle of it: of four old renditions one was marked to expire. In the end all are, and no new one is."""
    key = f"{uuid4().hex}.jpg"
    upload(cloud, events, key)
    old = set(files(cloud, key))
    stack.at("tidy-renditions", "retire", order)
    upload(cloud, events, key, SECOND)
    record = cloud.record(f"s3://{cloud.outputs['UploadsBucketName']}/{key}")
    named = {found["key"] for found in record["renditions"].values()}
    assert (record["status"], record["width"], len(named & set(files(cloud, key)))) == ("COMPLETED", 240, 4)
    assert {name for name in files(cloud, key) if expires(cloud, name)} == old


def expires(cloud: Cloud, key: str) -> bool:
    """Whether a rendition carries the tag by which the bucket lets it expire."""
    bucket = cloud.outputs["RenditionsBucketName"]
    tags = cloud.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {"Key": "superseded", "Value": "true"} in tags
