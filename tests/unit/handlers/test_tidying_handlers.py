"""The handlers of ConfirmDeleted and of the tidying states, as Lambda calls them."""

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from renditions.deletions import current_object
from renditions.errors import ObjectExists
from tests.unit.conftest import ROOT, Bucket, aws_session, connect
from tests.unit.faulty_s3 import Answer, serving
from tests.unit.handlers.conftest import Load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VERSION = "cbc3fa477b8e8447"


def deletion(bucket: Bucket, time: str = "") -> dict[str, Any]:
    """The event under events/, with a bucket of this test."""
    event: dict[str, Any] = json.loads((ROOT / "events/confirm_deleted.json").read_text())
    event["detail"]["bucket"]["name"] = bucket.name
    return event | {"time": time or event["time"]}


NEVER = "253402300799"  # 9999-12-31T23:59:59Z
NOTHING = {"exists": False, "predates_event": False, "etag": "", "start": {}, "expires_at": NEVER}


def test_a_deletion_is_confirmed_if_the_key_has_no_object(load: Load, uploads: Bucket) -> None:
    assert load("confirm_deleted", DELETED_RECORD_DAYS="0")(deletion(uploads)) == NOTHING


@pytest.mark.parametrize("setting, days", [({}, 365), ({"DELETED_RECORD_DAYS": "45"}, 45)])
def test_the_record_of_a_deletion_expires(
    load: Load, uploads: Bucket, setting: dict[str, str], days: int
) -> None:
    found = load("confirm_deleted", **setting)(deletion(uploads))
    assert int(found["expires_at"]) == pytest.approx(time.time() + days * 86_400, abs=60)


def test_a_folder_that_is_there_again_is_nothing(load: Load, uploads: Bucket) -> None:
    event = deletion(uploads, "2999-01-01T00:00:00Z")
    event["detail"]["object"]["key"] = "folder/"
    uploads.put("folder/", b"")
    assert load("confirm_deleted")(event)["exists"] is False
    uploads.put("folder/", b"pixels")
    assert load("confirm_deleted")(event)["predates_event"]


def test_an_object_that_is_newer_than_the_deletion_has_its_own_event(load: Load, uploads: Bucket) -> None:
    event = deletion(uploads)
    uploads.put(event["detail"]["object"]["key"], b"pixels")
    handler = load("confirm_deleted", DELETED_RECORD_DAYS="0")
    assert handler(event) == NOTHING | {"exists": True}
    del event["time"]
    assert handler(event) == NOTHING | {"exists": True}


def test_an_object_that_is_older_than_the_deletion_comes_with_its_event(load: Load, uploads: Bucket) -> None:
    """In S3's format, and with a sequencer between the deletion's and any later one."""
    event = deletion(uploads, "2999-01-01T00:00:00Z")
    about = event["detail"]["object"]
    uploads.put(about["key"], b"pixels")
    found = load("confirm_deleted")(event)
    assert (found["exists"], found["predates_event"]) == (True, True)
    started = found["start"]["event"]
    assert (started["detail-type"], started["source"]) == ("Object Created", "aws.s3")
    assert started["detail"]["object"]["etag"] == found["etag"]
    assert started["detail"]["object"]["sequencer"] == about["sequencer"] + "0"
    assert found["start"]["name"] == f"restored-{started['id']}"
    again = load("confirm_deleted")(event) | {"expires_at": found["expires_at"]}
    assert again == found, "the same event makes the same execution"
    json.dumps(found)


def test_an_encrypted_object_exists_although_nobody_can_read_it(uploads: Bucket) -> None:
    """HeadObject answers 400 without a body if the key of SSE-C is missing."""
    with serving(Answer(400)) as faulty:
        found = current_object(connect(faulty.endpoint), deletion(uploads, "2999-01-01T00:00:00Z"))
    assert (found.exists, found.predates_event) == (True, False)


def test_an_execution_of_an_earlier_release_ends_as_it_did_there(load: Load, uploads: Bucket) -> None:
    """Its definition passes the whole event, and takes an answer for a confirmation."""
    event: dict[str, Any] = json.loads((ROOT / "events/object_deleted.json").read_text())
    event["detail"]["bucket"]["name"] = uploads.name
    assert load("confirm_deleted")(event)["exists"] is False
    uploads.put(event["detail"]["object"]["key"], b"pixels")
    with pytest.raises(ObjectExists):
        load("confirm_deleted")(event)


def test_renditions_that_the_record_does_not_name_are_retired(
    load: Load, renditions: Bucket, s3_endpoint: str
) -> None:
    request = json.loads((ROOT / "events/tidy_renditions.json").read_text())
    dynamodb: DynamoDBClient = aws_session().create_client("dynamodb", endpoint_url=s3_endpoint)  # type: ignore[assignment]
    dynamodb.create_table(
        TableName=renditions.name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
    )
    item: Any = {
        "image_uri": {"S": f"s3://{request['bucket']}/{request['key']}"},
        "status": {"S": "REJECTED"},
        "execution_arn": {"S": "arn"},
        "renditions": {"M": {}},
    }
    dynamodb.put_item(TableName=renditions.name, Item=item)
    renditions.s3.put_object(
        Bucket=renditions.name,
        Key=f"{request['key']}/{VERSION}/large.webp",
        Body=b"webp",
        ContentType="image/webp",
        CacheControl="public",
    )
    handler = load("tidy_renditions", IMAGES_TABLE=renditions.name)
    assert handler(request) == {"status": "REJECTED", "retired": 1, "removed": 0, "left": 0}
    assert handler(request) == {"status": "REJECTED", "retired": 0, "removed": 0, "left": 0}
