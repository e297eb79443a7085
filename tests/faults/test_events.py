"""Duplicate, late and out-of-order events, and originals that change during processing: the newest version wins."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pictures import jpeg
from tests.faults.faults import Meanwhile, Rule
from tests.faults.outcome import Events, files
from tests.faults.stack import FaultyStack
from tests.renditions import NAMES

FIRST, SECOND = jpeg(320, 240), jpeg(240, 320, shade=1)


MOMENTS = {
    "before it is claimed": ("dynamodb", "UpdateItem", 1),
    "before it is read": ("s3", "GetObject", 1),
    "while it is rendered": ("s3", "GetObject", 3),
    "while its renditions are written": ("s3", "PutObject", 2),
    "before it is recorded": ("dynamodb", "UpdateItem", 2),
    "before its notice": ("sns", "Publish", 1),
}
QUICK = ("before it is read", "before it is recorded")


def some_of(moments: Iterable[str]) -> list[Any]:
    """Return all moments as parameters, those that are not QUICK for `make faults` only."""
    return [pytest.param(one, marks=[] if one in QUICK else [pytest.mark.long]) for one in moments]


@pytest.fixture
def key() -> str:
    return f"{uuid4().hex}.jpg"


def run(cloud: Cloud, event: dict[str, Any]) -> list[str]:
    """Deliver an event and wait for the end of its execution. Returns the states entered."""
    arn = cloud.start(event)
    assert cloud.execution(arn)["status"] == "SUCCEEDED"
    return list(cloud.states(arn))


def uri(cloud: Cloud, key: str) -> str:
    return f"s3://{cloud.outputs['UploadsBucketName']}/{key}"


def assert_current(cloud: Cloud, key: str, event: dict[str, Any], width: int) -> None:
    """Check that the record, its four files and the last notice are those of this version of the object."""
    record = cloud.record(uri(cloud, key))
    assert (record["status"], record["width"]) == ("COMPLETED", width)
    assert record["etag"] == event["detail"]["object"]["etag"]
    assert record["version_id"] == event["detail"]["object"]["version-id"]
    assert {found["key"] for found in record["renditions"].values()} <= set(files(cloud, key))
    for found in record["renditions"].values():
        head = cloud.s3.head_object(Bucket=found["bucket"], Key=found["key"])
        assert head["Metadata"]["original-version"] == record["version_id"]
    assert [one["image"].get("etag") for one in notices(cloud, key)][-1] == record["etag"]


def notices(cloud: Cloud, key: str) -> list[dict[str, Any]]:
    """Return the notices about an image, the latest last."""
    found = [json.loads(one["Body"]) for one in cloud.subscriber.mentioning(key, quiet=0.5)]
    return sorted(found, key=lambda notice: str(notice["execution"]["completed_at"]))


def test_twenty_duplicates_at_once_give_one_set_of_renditions_and_one_message(
    cloud: Cloud, events: Events, key: str
) -> None:
    event = events.of_upload(key, FIRST)
    with ThreadPoolExecutor(20) as pool:
        ways = list(pool.map(lambda _: run(cloud, event), range(20)))
    assert sorted(way[-1] for way in ways) == ["Duplicate"] * 19 + ["PublishCompletion"]
    assert_current(cloud, key, event, 320)
    assert len(files(cloud, key)) == len(NAMES)
    assert len(notices(cloud, key)) == 1


def test_version_two_before_version_one_leaves_version_two(cloud: Cloud, events: Events, key: str) -> None:
    older, newer = events.of_upload(key, FIRST), events.of_upload(key, SECOND)
    assert run(cloud, newer)[-1] == "PublishCompletion"
    assert run(cloud, older) == ["ClaimImage", "Duplicate"]
    assert_current(cloud, key, newer, 240)
    assert len(notices(cloud, key)) == 1


@pytest.mark.parametrize("older, newer", [("0A", "0A1"), ("0A1", "0B"), ("0055AED6", "0055AED6DCD90281E5")])
@pytest.mark.parametrize("order", [pytest.param("in order", marks=pytest.mark.long), "in reversed order"])
def test_sequencers_of_unequal_length_are_ordered_as_the_uploads(
    cloud: Cloud, events: Events, key: str, older: str, newer: str, order: str
) -> None:
    first, second = events.of_upload(key, FIRST, older), events.of_upload(key, SECOND, newer)
    for event in (first, second) if order == "in order" else (second, first):
        run(cloud, event)
    assert_current(cloud, key, second, 240)


@pytest.mark.parametrize("moment", some_of(MOMENTS))
def test_an_original_that_is_replaced_during_processing_has_its_newest_version(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str, moment: str
) -> None:
    """At that moment, between two steps of the older execution, the newer event is processed to its end."""
    older = events.of_upload(key, FIRST)
    newer: list[dict[str, Any]] = []

    def replace() -> None:
        newer.append(events.of_upload(key, SECOND))
        run(cloud, newer[0])

    service, operation, nth = MOMENTS[moment]
    with stack.proxy.disturbed(Rule(Meanwhile(replace), service, operation, key, nth)):
        ends = run(cloud, older)[-1]
    assert ends in ("Duplicate", "Superseded", "PublishCompletion")
    assert_current(cloud, key, newer[0], 240)


def delete(cloud: Cloud, event: dict[str, Any]) -> None:
    """Deliver the event of a deletion and wait for the end of its execution."""
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs["ImageDeletedArn"], input=json.dumps(event)
    )
    assert cloud.execution(started["executionArn"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize("moment", some_of(MOMENTS))
def test_an_original_that_is_deleted_during_processing_has_no_renditions(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str, moment: str
) -> None:
    """At that moment, between two steps of the upload, the deletion is processed to its end."""
    upload = events.of_upload(key, FIRST)
    service, operation, nth = MOMENTS[moment]
    rule = Rule(Meanwhile(lambda: delete(cloud, events.of_deletion(key))), service, operation, key, nth)
    with stack.proxy.disturbed(rule):
        assert run(cloud, upload)[-1] in ("Duplicate", "Superseded", "PublishCompletion", "PublishDeletion")
    record = cloud.record(uri(cloud, key))
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    assert "DELETED" in [one["status"] for one in notices(cloud, key)]
    assert_all_expire(cloud, key)


def assert_all_expire(cloud: Cloud, key: str) -> None:
    """Check that no rendition is left, except those written after the deletion, which are tagged to expire."""
    for name in files(cloud, key):
        tags = cloud.s3.get_object_tagging(Bucket=cloud.outputs["RenditionsBucketName"], Key=name)["TagSet"]
        assert {"Key": "superseded", "Value": "true"} in tags, name


def test_a_new_upload_restores_a_deleted_image_and_a_late_event_does_not(
    cloud: Cloud, events: Events, key: str
) -> None:
    upload = events.of_upload(key, FIRST)
    run(cloud, upload)
    delete(cloud, events.of_deletion(key))
    assert files(cloud, key) == {}
    assert run(cloud, upload) == ["ClaimImage", "Duplicate"]
    assert cloud.record(uri(cloud, key))["status"] == "DELETED"
    newer = events.of_upload(key, SECOND)
    run(cloud, newer)
    assert_current(cloud, key, newer, 240)


def test_a_deletion_event_before_that_of_the_upload_stays_effective(
    cloud: Cloud, events: Events, key: str
) -> None:
    upload, deletion = events.of_upload(key, FIRST), events.of_deletion(key)
    delete(cloud, deletion)
    assert cloud.record(uri(cloud, key)) == {}
    assert run(cloud, upload)[-1] == "PublishDeletion"
    delete(cloud, deletion)
    assert [one["status"] for one in notices(cloud, key)] == ["DELETED"]
    assert cloud.record(uri(cloud, key))["status"] == "DELETED"
    assert files(cloud, key) == {}


def test_a_late_deletion_does_not_affect_a_newer_upload(cloud: Cloud, events: Events, key: str) -> None:
    run(cloud, events.of_upload(key, FIRST))
    deletion = events.of_deletion(key)
    newer = events.of_upload(key, SECOND)
    run(cloud, newer)
    delete(cloud, deletion)
    assert_current(cloud, key, newer, 240)


def test_a_failed_image_is_processed_again_by_its_event(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str
) -> None:
    event = events.of_upload(key, FIRST)
    stack.at("validate-image", "read_unless_deleted", "kill", "kill", "kill")
    cloud.start(event)
    assert cloud.outcome(uri(cloud, key))["status"] == "FAILED"
    assert run(cloud, event)[-1] == "RetireSuperseded", "the failed run may have left renditions"
    assert_current(cloud, key, event, 320)
