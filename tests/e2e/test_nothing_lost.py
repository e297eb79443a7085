"""Originals that are deleted or overwritten, as their owner sees them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jsonschema import Draft202012Validator

from tests.e2e.cloud import RENDITIONS, Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.renditions import TRANSITIONS

EXPIRES = {"Key": "superseded", "Value": "true"}


def delete(cloud: Cloud, key: str) -> None:
    """Delete an object as any S3 client does: a delete marker hides its versions."""
    cloud.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)


def with_status(cloud: Cloud, uri: str, status: str) -> dict[str, Any]:
    """Wait until the record has this status. Returns it."""

    def found() -> dict[str, Any] | None:
        record = cloud.record(uri)
        return record if record.get("status") == status else None

    return wait_for(found, f"{status} of {uri}", 30)


def files(cloud: Cloud, key: str) -> set[str]:
    """Return the keys of all renditions below the key of an original, in all versions."""
    bucket = cloud.outputs["RenditionsBucketName"]
    listed = cloud.s3.list_object_versions(Bucket=bucket, Prefix=f"{key}/")
    return {one["Key"] for one in listed.get("Versions", [])}


def tags(cloud: Cloud, rendition: dict[str, Any]) -> list[dict[str, str]]:
    answer = cloud.s3.get_object_tagging(Bucket=rendition["bucket"], Key=rendition["key"])
    found: list[dict[str, str]] = answer["TagSet"]
    return found


def newest(cloud: Cloud, key: str, data: bytes) -> dict[str, Any]:
    """Upload, and wait for the outcome of exactly this object."""
    uri = cloud.upload(key, data)
    etag = cloud.s3.head_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)["ETag"].strip('"')
    return cloud.outcome(uri, etag=etag)


def test_a_deleted_image_loses_its_renditions_and_a_new_upload_restores_them(
    cloud: Cloud, notice_schema: Draft202012Validator
) -> None:
    first = newest(cloud, "album/gone.jpg", jpeg(500, 300))
    second = newest(cloud, "album/gone.jpg", jpeg(400, 300))
    neighbours = [newest(cloud, key, jpeg(300, 200)) for key in ("album/gone.jpg/2.jpg", "album/gone.jpg2")]
    delete(cloud, "album/gone.jpg")
    uri = first["image_uri"]
    record = with_status(cloud, uri, "DELETED")

    assert record["renditions"] == {}
    assert record["deleted_at"]
    for rendition in [*first["renditions"].values(), *second["renditions"].values()]:
        with pytest.raises(ClientError, match="NoSuchKey"):
            cloud.s3.get_object(Bucket=rendition["bucket"], Key=rendition["key"])
    assert len(files(cloud, "album/gone.jpg")) == len(RENDITIONS), "only those of the image with a longer key"
    assert [cloud.rendition(neighbour, "large").size for neighbour in neighbours] == [(300, 200)] * 2
    notices = [json.loads(message["Body"]) for message in cloud.subscriber.mentioning(f'{uri}"', quiet=1)]
    [notice] = [one for one in notices if one["status"] == "DELETED"]
    notice_schema.validate(notice)
    assert notice["image"] == {"uri": uri, "deleted_at": record["deleted_at"]}

    late = cloud.start(cloud.event_of(second))
    assert list(cloud.states(cloud.execution(late)["executionArn"])) == ["ClaimImage", "Duplicate"]
    assert cloud.record(uri) == record

    cloud.upload("album/gone.jpg", jpeg(500, 300))
    back = with_status(cloud, uri, "COMPLETED")
    assert back["version"] == first["version"]
    assert cloud.rendition(back, "large").size == (500, 300)
    assert all(EXPIRES not in tags(cloud, rendition) for rendition in back["renditions"].values())


def test_an_overwritten_image_is_still_readable_but_will_expire(cloud: Cloud) -> None:
    old = newest(cloud, "album/again.jpg", jpeg(500, 300))
    new = newest(cloud, "album/again.jpg", jpeg(400, 300))
    cloud.execution(new["execution_arn"])

    assert cloud.rendition(old, "large").size == (500, 300)
    assert all(EXPIRES in tags(cloud, rendition) for rendition in old["renditions"].values())
    assert all(EXPIRES not in tags(cloud, rendition) for rendition in new["renditions"].values())
    assert len(list(cloud.states(new["execution_arn"]))) == TRANSITIONS + 1
