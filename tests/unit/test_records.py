"""Records of the images table: parsed once, read one by one, in batches and in a scan."""

import uuid
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from renditions import records
from renditions.contracts import Rendition
from renditions.records import ImageRecord
from tests.unit.conftest import aws_session
from tests.unit.record_items import rendition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ = ("image_uri", "status", "renditions")


COMPLETED: Any = {
    "image_uri": {"S": "s3://in/a.jpg"},
    "status": {"S": "COMPLETED"},
    "etag": {"S": "abc"},
    "format": {"S": "JPEG"},
    "width": {"N": "1600"},
    "height": {"N": "1067"},
    "bytes": {"N": "181220"},
    "has_alpha": {"BOOL": False},
    "camera": {"S": ""},
    "hdr_stops": {"N": "2.3"},
    "reason": {"NULL": True},
    "renditions": {"M": {name: rendition(name) for name in ("watermark", "large", "thumbnail")}},
}


def test_a_record_has_plain_values_and_its_renditions_by_name() -> None:
    found = ImageRecord.from_item(COMPLETED)
    assert (found.width, found.height, found.bytes, found.hdr_stops) == (1600, 1067, 181220, 2.3)
    assert (found.has_alpha, found.camera, found.reason, found.reason_code) == (False, "", None, None)
    assert [one.name for one in found.renditions] == ["large", "thumbnail", "watermark"]
    large = Rendition("large", "made", "a.jpg/0123/large.webp", 800, 600, 4096, "image/webp", "")
    assert found.renditions[0] == large
    assert found.keys == {f"a.jpg/0123/{name}.webp" for name in ("large", "thumbnail", "watermark")}


def test_a_rendition_that_a_preset_switches_off_is_only_named() -> None:
    skipped: Any = {"M": {name: {"S": ""} for name in ("bucket", "key", "content_type", "note")}}
    entries = COMPLETED["renditions"]["M"] | {"medium": skipped}
    found = ImageRecord.from_item(COMPLETED | {"renditions": {"M": entries}})
    assert found.skipped == ("medium",)
    assert found.renditions == ImageRecord.from_item(COMPLETED).renditions
    assert "" not in found.keys


def test_a_record_of_an_image_in_work_has_no_facts_yet() -> None:
    item: Any = {
        "image_uri": {"S": "s3://in/a.jpg"},
        "status": {"S": "PROCESSING"},
        "shiny_new_attribute": {"L": [{"N": "1.5"}]},
    }
    found = ImageRecord.from_item(item)
    assert found == ImageRecord("s3://in/a.jpg", "PROCESSING")
    assert all(getattr(found, one.name) in {None, ()} for one in fields(ImageRecord)[2:])


@pytest.mark.parametrize(
    "attribute, read",
    [
        ({"S": '{"tenant":"acme"}'}, {"tenant": "acme"}),
        ({"S": "{}"}, {}),
        ({"S": "edited by hand"}, None),
        ({"S": "[1]"}, None),
        ({"NULL": True}, None),
    ],
)
def test_context_and_labels_of_a_record_are_maps(attribute: Any, read: Any) -> None:
    found = ImageRecord.from_item({**COMPLETED, "context": attribute, "labels": attribute})
    assert found.context == found.labels == read


def test_a_rendition_may_lack_newer_attributes_and_have_unknown_ones() -> None:
    entry = rendition("large", sharpness={"N": "0.5"})
    del entry["M"]["note"]
    item: Any = COMPLETED | {"renditions": {"M": {"large": entry}}}
    [found] = ImageRecord.from_item(item).renditions
    assert (found.key, found.note) == ("a.jpg/0123/large.webp", "")


@pytest.mark.parametrize("status", ["COMPLETED", "REJECTED", "FAILED", "DELETED", "PROCESSING", "DELETING"])
def test_a_record_in_work_is_not_final(status: str) -> None:
    assert ImageRecord("s3://in/a.jpg", status).is_final is (not status.endswith("ING"))


class Table:
    """An images table of one test."""

    def __init__(self, endpoint: str) -> None:
        self.name = f"images-{uuid.uuid4().hex}"
        self.client: DynamoDBClient = aws_session().create_client("dynamodb", endpoint_url=endpoint)  # type: ignore[assignment]
        self.client.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
        )

    def put(self, uris: Iterable[str], **more: Any) -> None:
        for uri in uris:
            self.client.put_item(TableName=self.name, Item=COMPLETED | {"image_uri": {"S": uri}} | more)


@pytest.fixture
def table(s3_endpoint: str, aws_environment: None) -> Table:
    return Table(s3_endpoint)


def test_a_record_is_read_by_its_uri(table: Table) -> None:
    table.put(["s3://in/a.jpg"])
    assert records.get(table.client, table.name, "s3://in/a.jpg") == ImageRecord.from_item(COMPLETED)
    assert records.get(table.client, table.name, "s3://in/b.jpg") is None


def test_more_records_than_one_request_can_hold_are_all_read(table: Table) -> None:
    uris = [f"s3://in/{number}.jpg" for number in range(130)]
    table.put(uris)
    found = records.batch_get(table.client, table.name, [*uris, "s3://in/missing.jpg", uris[0]])
    assert sorted(found) == sorted(uris)
    assert all(uri == record.image_uri for uri, record in found.items())


def test_unprocessed_keys_are_requested_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    uris = [f"s3://in/{number}.jpg" for number in range(5)]
    table.put(uris)
    whole = table.client.batch_get_item

    def two_at_once(RequestItems: Any) -> Any:  # noqa: N803 - the parameter's name in AWS
        request = RequestItems[table.name]
        rest = request["Keys"][2:]
        answer = whole(RequestItems={table.name: request | {"Keys": request["Keys"][:2]}})
        return {**answer, "UnprocessedKeys": {table.name: request | {"Keys": rest}} if rest else {}}

    monkeypatch.setattr(table.client, "batch_get_item", two_at_once)
    assert sorted(records.batch_get(table.client, table.name, uris)) == uris


def test_only_the_requested_attributes_are_read(table: Table) -> None:
    table.put(["s3://in/a.jpg"])
    expected = ImageRecord(
        "s3://in/a.jpg", "COMPLETED", renditions=ImageRecord.from_item(COMPLETED).renditions
    )
    assert records.batch_get(table.client, table.name, ["s3://in/a.jpg"], READ) == {"s3://in/a.jpg": expected}
    [(scanned, last)] = records.scan(table.client, table.name, "s3://in/", "", 10, READ)
    assert (scanned, last) == ([expected], None)


def test_a_scan_finds_the_images_of_a_prefix_that_are_not_deleted(table: Table) -> None:
    table.put([f"s3://in/a/{number}.jpg" for number in range(5)])
    table.put(["s3://in/a/deleted.jpg"], status={"S": "DELETED"})
    table.put(["s3://in/b.jpg"])
    pages = list(records.scan(table.client, table.name, "s3://in/a/", "", 2, READ))
    found = [record.image_uri for page, _ in pages for record in page]
    assert sorted(found) == [f"s3://in/a/{number}.jpg" for number in range(5)]
    assert pages[-1][1] is None


def test_a_scan_continues_after_the_last_key_of_a_page(table: Table) -> None:
    table.put([f"s3://in/{number}.jpg" for number in range(5)])
    first, last = next(records.scan(table.client, table.name, "s3://in/", "", 2, READ))
    assert last == first[-1].image_uri
    rest = [
        one for page, _ in records.scan(table.client, table.name, "s3://in/", last, 2, READ) for one in page
    ]
    assert len(first) + len(rest) == 5
    assert not {one.image_uri for one in first} & {one.image_uri for one in rest}
