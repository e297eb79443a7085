"""A person asks to be forgotten: whatever happens at the same moment, nothing of the image stays or comes back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from renditions.storage import keys
from renditions_cli.aws.forgetting.removal import Removal
from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.conftest import Command
from tests.e2e.pictures import jpeg


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of the emulator take milliseconds."""
    monkeypatch.setattr("renditions_cli.aws.forgetting.removal.SECONDS_FOR_LATE_EVENTS", 1)
    monkeypatch.setattr("renditions_cli.aws.forgetting.running.SECONDS_BETWEEN_CHECKS", 0.2)


def meanwhile(monkeypatch: pytest.MonkeyPatch, step: str, act: Callable[[], object]) -> None:
    """Do something just before a step of the removal, the first time."""
    original, todo = getattr(Removal, step), [act]

    def with_act(self: Removal, *arguments: Any) -> Any:
        if todo:
            todo.pop()()
        return original(self, *arguments)

    monkeypatch.setattr(Removal, step, with_act)


def versions(cloud: Cloud, output: str, key: str) -> list[str]:
    """Return all versions, delete markers and unfinished uploads of an image in a bucket."""
    bucket = cloud.outputs[output]
    listed = cloud.s3.list_object_versions(Bucket=bucket, Prefix=key)
    uploads = cloud.s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", [])
    found = [*listed.get("Versions", []), *listed.get("DeleteMarkers", []), *uploads]
    return [one["Key"] for one in found if one["Key"] == key or keys.is_rendition_of(key, one["Key"])]


def works_on(cloud: Cloud, key: str) -> bool:
    """Return whether an execution works on the image."""
    for output in ("ImagePipelineArn", "ImageDeletedArn", "ExecutionFailedArn"):
        running = cloud.executions.list_executions(
            stateMachineArn=cloud.outputs[output], statusFilter="RUNNING"
        )
        for one in running["executions"]:
            found = cloud.executions.describe_execution(executionArn=one["executionArn"])
            if json.dumps(key) in found["input"]:
                return True
    return False


def assert_forgotten(cloud: Cloud, uri: str, key: str) -> None:
    """Check after all executions have ended."""
    wait_for(lambda: not works_on(cloud, key), "the end of all executions", 60)
    assert versions(cloud, "UploadsBucketName", key) == []
    assert versions(cloud, "RenditionsBucketName", key) == []
    assert cloud.record(uri) == {}


def forgotten(ended: Any) -> dict[str, Any]:
    [image] = json.loads(ended.stdout)["images"]
    return dict(image)


@pytest.mark.parametrize(
    "name",
    [
        "a b/+%20?&ü’.jpg",
        pytest.param("beach.jpg", marks=pytest.mark.long),
        pytest.param("x" * 1000 + ".jpg", marks=pytest.mark.long),
    ],
    ids=["odd", "plain", "long"],
)
def test_nothing_of_an_image_is_left_in_any_version(
    cloud: Cloud, renditions: Command, prefix: str, name: str
) -> None:
    key = prefix + name
    cloud.outcome(cloud.upload(key, jpeg(60, 40)))
    neighbour = cloud.upload(f"{key[:-1]}" if len(key) > 1000 else f"{key}2", jpeg(60, 40))
    uri = cloud.upload(key, jpeg(50, 40))
    cloud.outcome(neighbour)
    wait_for(lambda: cloud.record(uri).get("width") == 50 or None, "the second image", 60)
    cloud.s3.create_multipart_upload(Bucket=cloud.outputs["UploadsBucketName"], Key=key)
    ended = renditions("forget", key, "--yes", "--json")
    image = forgotten(ended)
    assert (ended.exit_code, image["left"], image["is_replaced"]) == (0, [], False)
    assert image["removed"]["originals"] == 2
    assert image["removed"]["renditions"] >= 8
    assert (image["removed"]["records"], image["removed"]["unfinished_uploads"]) == (1, 1)
    assert_forgotten(cloud, uri, key)
    [told] = cloud.subscriber.mentioning(json.dumps(uri)[1:-1] + '","deleted_at"')
    assert json.loads(told["Body"])["status"] == "DELETED"
    assert cloud.record(neighbour)["status"] == "COMPLETED"
    again = renditions("forget", key, "--yes", "--json")
    assert (again.exit_code, forgotten(again)["removed"]) == (0, {})


def test_an_image_in_work_is_forgotten_once_its_executions_have_ended(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    key = prefix + "beach.jpg"
    uri = cloud.upload(key, jpeg(2000, 1500))
    wait_for(lambda: cloud.record(uri), "the claim", 30)
    ended = renditions("forget", key, "--yes", "--json")
    assert (ended.exit_code, forgotten(ended)["left"]) == (0, [])
    assert_forgotten(cloud, uri, key)


LATER = ("_delete_image", "_remove_renditions", "_remove_record")


@pytest.mark.parametrize("step", ["begin", *(pytest.param(one, marks=pytest.mark.long) for one in LATER)])
def test_an_upload_meanwhile_is_another_image_and_stays_whole(
    cloud: Cloud, renditions: Command, prefix: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    key = prefix + "beach.jpg"
    uri = cloud.upload(key, jpeg(60, 40))
    old = cloud.outcome(uri)
    meanwhile(monkeypatch, step, lambda: cloud.upload(key, jpeg(50, 40)))
    ended = renditions("forget", key, "--yes", "--json")
    image = forgotten(ended)
    assert (ended.exit_code, image["is_replaced"], image["left"]) == (1, True, [])
    wait_for(lambda: not works_on(cloud, key), "the end of all executions", 60)
    record = cloud.outcome(uri)
    assert (record["status"], record["width"]) == ("COMPLETED", 50)
    assert len(versions(cloud, "UploadsBucketName", key)) == 1
    assert cloud.rendition(record, "thumbnail").size == (50, 40)
    left = versions(cloud, "RenditionsBucketName", key)
    assert set(left) == {one["key"] for one in record["renditions"].values()}
    assert not set(left) & {one["key"] for one in old["renditions"].values()}


@pytest.mark.long
def test_an_event_that_comes_a_day_late_brings_back_no_more_than_a_record_that_expires(
    cloud: Cloud, renditions: Command, prefix: str
) -> None:
    key = prefix + "beach.jpg"
    uri = cloud.upload(key, jpeg(60, 40))
    event = cloud.event_of(cloud.outcome(uri))
    assert renditions("forget", key, "--yes").exit_code == 0
    cloud.execution(cloud.start(event))
    record = cloud.record(uri)
    assert (record["status"], record["renditions"]) == ("DELETED", {})
    assert record["expires_at"] > 0
    assert versions(cloud, "RenditionsBucketName", key) == []
    assert renditions("forget", key, "--yes").exit_code == 0
    assert_forgotten(cloud, uri, key)


@pytest.mark.long
def test_a_bad_upload_meanwhile_does_not_hide_what_the_record_still_says(
    cloud: Cloud, renditions: Command, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = prefix + "beach.jpg"
    uri = cloud.upload(key, jpeg(60, 40))
    cloud.outcome(uri)
    meanwhile(monkeypatch, "begin", lambda: cloud.upload(key, b"nonsense"))
    ended = renditions("forget", key, "--yes", "--json")
    [left] = forgotten(ended)["left"]
    assert ended.exit_code == 1
    assert "the new upload is REJECTED" in left
    assert versions(cloud, "RenditionsBucketName", key) == []
    assert renditions("forget", key, "--yes").exit_code == 0
    assert_forgotten(cloud, uri, key)
