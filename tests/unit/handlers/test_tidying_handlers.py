"""The handlers of ConfirmDeleted and of the tidying states, as Lambda calls them."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from renditions.errors import ObjectExists
from tests.unit.conftest import ROOT, Bucket, aws_session
from tests.unit.handlers.conftest import Load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VERSION = "cbc3fa477b8e8447"


def deletion(bucket: Bucket) -> dict[str, Any]:
    """The event under events/, with a bucket of this test."""
    event: dict[str, Any] = json.loads((ROOT / "events/object_deleted.json").read_text())
    event["detail"]["bucket"]["name"] = bucket.name
    return event


def test_a_deletion_is_confirmed_if_the_key_has_no_object(load: Load, uploads: Bucket) -> None:
    assert load("confirm_deleted")(deletion(uploads)) == {}


def test_a_deletion_is_not_confirmed_if_the_key_has_an_object(load: Load, uploads: Bucket) -> None:
    event = deletion(uploads)
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
    assert handler(request) == {"status": "REJECTED", "retired": 1, "removed": 0}
    assert handler(request) == {"status": "REJECTED", "retired": 0, "removed": 0}
