"""What a site shows stays there, whatever is uploaded over it, deleted or brought back."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from renditions_cli.local.deploy import delete_stack, deploy
from renditions_cli.local.stack import TEMPLATE, LocalStack
from renditions_cli.local.template import prepare
from tests.e2e.cloud import RENDITIONS, Cloud, wait_for
from tests.e2e.pictures import jpeg

RED, GREEN = jpeg(500, 300), jpeg(300, 500)
EXPIRES = {"Key": "superseded", "Value": "true"}


def until(cloud: Cloud, uri: str, status: str, width: int = 0) -> dict[str, Any]:
    """The record once it has this status (and this width)."""

    def found() -> dict[str, Any] | None:
        record = cloud.record(uri)
        return record if record.get("status") == status and width in (0, record.get("width")) else None

    return wait_for(found, f"{uri} to be {status}", 30)


def expiring(cloud: Cloud, record: dict[str, Any]) -> set[str]:
    """The renditions in the record that are tagged to expire."""
    return {
        one["key"]
        for one in record["renditions"].values()
        if EXPIRES in cloud.s3.get_object_tagging(Bucket=one["bucket"], Key=one["key"])["TagSet"]
    }


def test_a_bad_upload_leaves_the_good_image_in_use(cloud: Cloud) -> None:
    good = cloud.outcome(cloud.upload("avatars/77.jpg", RED))
    uri = cloud.upload("avatars/77.jpg", b"%PDF-1.4 Somebody's wrong click.")
    bad = until(cloud, uri, "REJECTED")
    assert bad["renditions"] == good["renditions"]
    assert (bad["served_etag"], bad["version"]) == (good["etag"], good["version"])
    cloud.execution(bad["execution_arn"])
    assert expiring(cloud, bad) == set()
    assert cloud.rendition(bad, "large").size == (500, 300)


def test_copying_an_image_onto_itself_with_a_focus_and_a_crop_renders_anew(cloud: Cloud) -> None:
    bucket, key = cloud.outputs["UploadsBucketName"], "album/framed.jpg"
    whole = cloud.outcome(cloud.upload(key, RED))
    cloud.s3.copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": key},
        MetadataDirective="REPLACE",
        Metadata={"renditions-focus": "0.5,.50", "renditions-crop": "0,0,0.5,1"},
    )

    def found() -> dict[str, Any] | None:
        record = cloud.record(f"s3://{bucket}/{key}")
        return record if record.get("status") == "COMPLETED" and record["crop"] else None

    framed = wait_for(found, "the copy to be rendered", 30)
    assert (framed["focus"], framed["crop"]) == ("0.5,0.5", "0,0,0.5,1")
    assert framed["etag"] == whole["etag"], "the same bytes"
    assert framed["version"] != whole["version"]
    assert cloud.rendition(framed, "large").size == (250, 300)


def test_rolling_back_and_undeleting_bring_an_image_back(cloud: Cloud) -> None:
    bucket, key = cloud.outputs["UploadsBucketName"], "album/back.jpg"
    red = cloud.outcome(cloud.upload(key, RED))
    uri = cloud.upload(key, GREEN)
    until(cloud, uri, "COMPLETED", 300)
    green = cloud.s3.head_object(Bucket=bucket, Key=key)["VersionId"]  # the emulator's events have none
    cloud.s3.delete_object(Bucket=bucket, Key=key, VersionId=green)
    back = until(cloud, uri, "COMPLETED", 500)
    assert back["renditions"] == red["renditions"]
    cloud.execution(back["execution_arn"])
    assert expiring(cloud, back) == set()

    marker = cloud.s3.delete_object(Bucket=bucket, Key=key)["VersionId"]
    assert until(cloud, uri, "DELETED")["renditions"] == {}
    cloud.s3.delete_object(Bucket=bucket, Key=key, VersionId=marker)
    assert cloud.rendition(until(cloud, uri, "COMPLETED", 500), "large").size == (500, 300)


def test_removing_the_versions_of_a_deleted_image_tells_nobody_again(cloud: Cloud) -> None:
    bucket, key = cloud.outputs["UploadsBucketName"], "album/forget.jpg"
    uri = cloud.upload(key, RED)
    cloud.outcome(uri)
    cloud.s3.delete_object(Bucket=bucket, Key=key)
    before = until(cloud, uri, "DELETED")
    found = cloud.s3.list_object_versions(Bucket=bucket, Prefix=key)
    for one in [*found["Versions"], *found["DeleteMarkers"]]:
        cloud.s3.delete_object(Bucket=bucket, Key=key, VersionId=one["VersionId"])
    time.sleep(2)
    assert cloud.record(uri) == before
    told = [one for one in cloud.subscriber.mentioning(f'{uri}"', quiet=1) if "DELETED" in one["Body"]]
    assert len(told) == 1


@pytest.mark.parametrize("code", ["ObjectArchived", "ObjectEncrypted"])
def test_an_original_that_cannot_be_read_is_rejected_with_what_to_do(cloud: Cloud, code: str) -> None:
    more: dict[str, Any] = (
        {"StorageClass": "GLACIER"}
        if code == "ObjectArchived"
        else {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
    )
    bucket = cloud.outputs["UploadsBucketName"]
    cloud.s3.put_object(Bucket=bucket, Key=f"{code}.jpg", Body=RED, **more)
    record = until(cloud, f"s3://{bucket}/{code}.jpg", "REJECTED")
    assert record["reason_code"] == code
    assert "Upload it again" in record["reason"]


@pytest.mark.parametrize("document", ["null", "{}", '{"detail": {}}'])
def test_rubbish_as_input_ends_at_once_without_a_record(cloud: Cloud, document: str) -> None:
    """The claim is refused. On AWS the state fails, because it cannot find the bucket in the input."""
    machine = cloud.outputs["ImagePipelineArn"]
    started = cloud.executions.start_execution(stateMachineArn=machine, input=document)
    assert cloud.execution(started["executionArn"], 10)["status"] == "SUCCEEDED"
    assert list(cloud.states(started["executionArn"])) == ["ClaimImage", "Duplicate"]
    assert cloud.record("s3:///") == {}


@pytest.fixture(scope="module")
def strict(local: LocalStack) -> Iterator[Cloud]:
    """A stack where a rejected upload takes the previous image away."""
    outputs = deploy(
        local.session(), prepare(TEMPLATE, {"OnRejected": "remove"}), "strict", {"OnRejected": "remove"}
    )
    yield Cloud(local.session(), outputs)
    delete_stack(local.session(), "strict")


def test_with_the_setting_remove_a_bad_upload_takes_the_image_away(strict: Cloud) -> None:
    good = strict.outcome(strict.upload("a.jpg", RED))
    bad = until(strict, strict.upload("a.jpg", b"Buy milk."), "REJECTED")
    assert (bad["renditions"], bad["served_etag"], bad["version"]) == ({}, "", "")
    strict.execution(bad["execution_arn"])
    assert len(expiring(strict, good)) == len(RENDITIONS)
