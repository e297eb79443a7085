"""Events come fifty times, in the wrong order and too late, and originals change under way: the newest version wins."""

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

FIRST, SECOND = jpeg(320, 240), jpeg(240, 320, shade=1)


MOMENTS = {
    "before it is claimed": ("dynamodb", "UpdateItem", 1),
    "before it is read": ("s3", "GetObject", 1),
    "while it is rendered": ("s3", "GetObject", 3),
    "while its renditions are written": ("s3", "PutObject", 2),
    "before it is recorded": ("dynamodb", "UpdateItem", 2),
    "before it is told": ("sns", "Publish", 1),
}
QUICK = ("before it is read", "before it is recorded")


def some_of(moments: Iterable[str]) -> list[Any]:
    """All moments, those that say the least about the others' only for `make faults`."""
    return [pytest.param(one, marks=[] if one in QUICK else [pytest.mark.long]) for one in moments]


@pytest.fixture
def key() -> str:
    return f"{uuid4().hex}.jpg"


def run(cloud: Cloud, event: dict[str, Any]) -> list[str]:
    """Deliver an event and wait for the end of its execution: the states that it went through."""
    arn = cloud.start(event)
    assert cloud.execution(arn)["status"] == "SUCCEEDED"
    return list(cloud.states(arn))


def uri(cloud: Cloud, key: str) -> str:
    return f"s3://{cloud.outputs['UploadsBucketName']}/{key}"


def assert_shows(cloud: Cloud, key: str, event: dict[str, Any], width: int) -> None:
    """The record, its four files and the last notice are those of this version of the object."""
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
    """What subscribers were told about an image, the latest last."""
    found = [json.loads(one["Body"]) for one in cloud.subscriber.mentioning(key, quiet=0.5)]
    return sorted(found, key=lambda notice: str(notice["execution"]["completed_at"]))


def test_an_event_that_comes_fifty_times_at_once_gives_one_set_of_renditions_and_one_message(
    cloud: Cloud, events: Events, key: str
) -> None:
    event = events.of_upload(key, FIRST)
    with ThreadPoolExecutor(25) as pool:
        ways = list(pool.map(lambda _: run(cloud, event), range(50)))
    assert sorted(way[-1] for way in ways) == ["Duplicate"] * 49 + ["PublishCompletion"]
    assert_shows(cloud, key, event, 320)
    assert len(files(cloud, key)) == 4
    assert len(notices(cloud, key)) == 1


def test_version_two_before_version_one_leaves_version_two(cloud: Cloud, events: Events, key: str) -> None:
    older, newer = events.of_upload(key, FIRST), events.of_upload(key, SECOND)
    assert run(cloud, newer)[-1] == "PublishCompletion"
    assert run(cloud, older) == ["ClaimImage", "Duplicate"]
    assert_shows(cloud, key, newer, 240)
    assert len(notices(cloud, key)) == 1


@pytest.mark.parametrize("older, newer", [("0A", "0A1"), ("0A1", "0B"), ("0055AED6", "0055AED6DCD90281E5")])
@pytest.mark.parametrize("order", [pytest.param("in order", marks=pytest.mark.long), "in reversed order"])
def test_sequencers_of_unequal_length_are_put_in_the_order_of_the_uploads(
    cloud: Cloud, events: Events, key: str, older: str, newer: str, order: str
) -> None:
    first, second = events.of_upload(key, FIRST, older), events.of_upload(key, SECOND, newer)
    for event in (first, second) if order == "in order" else (second, first):
        run(cloud, event)
    assert_shows(cloud, key, second, 240)


@pytest.mark.parametrize("moment", some_of(MOMENTS))
def test_an_original_that_is_replaced_under_way_shows_its_newest_version(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str, moment: str
) -> None:
    """The newer event is processed to its end at that moment, between two steps of the older one."""
    older = events.of_upload(key, FIRST)
    newer: list[dict[str, Any]] = []

    def replace() -> None:
        newer.append(events.of_upload(key, SECOND))
        run(cloud, newer[0])

    service, operation, nth = MOMENTS[moment]
    with stack.proxy.disturbed(Rule(Meanwhile(replace), service, operation, key, nth)):
        ends = run(cloud, older)[-1]
    assert ends in ("Duplicate", "Superseded", "PublishCompletion")
    assert_shows(cloud, key, newer[0], 240)


def delete(cloud: Cloud, event: dict[str, Any]) -> None:
    """Deliver the event of a deletion and wait for the end of its execution."""
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs["ImageDeletedArn"], input=json.dumps(event)
    )
    assert cloud.execution(started["executionArn"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize("moment", some_of(MOMENTS))
def test_an_original_that_is_deleted_under_way_shows_nothing_any_more(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str, moment: str
) -> None:
    """The deletion is carried out to its end at that moment, between two steps of the upload's execution."""
    upload = events.of_upload(key, FIRST)
    service, operation, nth = MOMENTS[moment]
    rule = Rule(Meanwhile(lambda: delete(cloud, events.of_deletion(key))), service, operation, key, nth)
    with stack.proxy.disturbed(rule):
        assert run(cloud, upload)[-1] in ("Duplicate", "Superseded", "PublishCompletion")
    record = cloud.record(uri(cloud, key))
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    assert "DELETED" in [one["status"] for one in notices(cloud, key)]
    assert_nothing_stays(cloud, key)


def assert_nothing_stays(cloud: Cloud, key: str) -> None:
    """No rendition is left, or those that were written after the deletion are marked to expire."""
    for name in files(cloud, key):
        tags = cloud.s3.get_object_tagging(Bucket=cloud.outputs["RenditionsBucketName"], Key=name)["TagSet"]
        assert {"Key": "superseded", "Value": "true"} in tags, name


def test_a_late_upload_event_does_not_bring_a_deleted_image_back_but_a_new_upload_does(
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
    assert_shows(cloud, key, newer, 240)


def test_a_deletion_whose_event_comes_before_that_of_its_upload_stays_a_deletion(
    cloud: Cloud, events: Events, key: str
) -> None:
    upload, deletion = events.of_upload(key, FIRST), events.of_deletion(key)
    delete(cloud, deletion)
    assert run(cloud, upload)[-1] == "Duplicate"
    assert cloud.record(uri(cloud, key))["status"] == "DELETED"
    assert files(cloud, key) == {}


def test_a_late_deletion_does_not_touch_the_upload_that_came_after_it(
    cloud: Cloud, events: Events, key: str
) -> None:
    run(cloud, events.of_upload(key, FIRST))
    deletion = events.of_deletion(key)
    newer = events.of_upload(key, SECOND)
    run(cloud, newer)
    delete(cloud, deletion)
    assert_shows(cloud, key, newer, 240)


def test_an_image_whose_last_run_failed_is_processed_again_by_its_event(
    stack: FaultyStack, cloud: Cloud, events: Events, key: str
) -> None:
    event = events.of_upload(key, FIRST)
    stack.at("validate-image", "read", "kill", "kill", "kill")
    cloud.start(event)
    assert cloud.outcome(uri(cloud, key))["status"] == "FAILED"
    assert run(cloud, event)[-1] == "PublishCompletion"
    assert_shows(cloud, key, event, 320)
