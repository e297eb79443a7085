"""Reading records."""

from typing import Any

from cli.aws.images import ImageRecord, read_records
from cli.aws.stack import Stack


def rendition(name: str, **more: Any) -> dict[str, Any]:
    entry = {
        "bucket": {"S": "made"},
        "key": {"S": f"a.jpg/0123/{name}.webp"},
        "width": {"N": "800"},
        "height": {"N": "600"},
        "bytes": {"N": "4096"},
        "content_type": {"S": "image/webp"},
        "note": {"S": ""},
    }
    return {"M": entry | more}


COMPLETED: Any = {
    "image_uri": {"S": "s3://in/a.jpg"},
    "status": {"S": "COMPLETED"},
    "etag": {"S": "abc"},
    "format": {"S": "JPEG"},
    "width": {"N": "1600"},
    "height": {"N": "1067"},
    "bytes": {"N": "181220"},
    "renditions": {
        "M": {name: rendition(name) for name in ("watermark", "large", "sepia", "thumbnail", "medium")}
    },
}


def test_a_record_has_whole_numbers_and_its_renditions_in_reading_order() -> None:
    found = ImageRecord.from_item(COMPLETED)
    assert (found.width, found.height, found.bytes) == (1600, 1067, 181220)
    assert [one.name for one in found.renditions] == ["thumbnail", "medium", "large", "watermark", "sepia"]
    assert (found.is_final, found.reason) == (True, None)


def test_a_record_of_an_image_in_work_has_no_facts_yet() -> None:
    item: Any = {
        "image_uri": {"S": "s3://in/a.jpg"},
        "status": {"S": "PROCESSING"},
        "shiny_new_attribute": {"BOOL": True},
    }
    found = ImageRecord.from_item(item)
    assert (found.is_final, found.width, found.renditions) == (False, None, ())


def test_json_has_plain_numbers_and_where_each_rendition_is() -> None:
    document = ImageRecord.from_item(COMPLETED).to_json()
    assert document["width"] == 1600
    assert document["renditions"]["large"]["uri"] == "s3://made/a.jpg/0123/large.webp"


def test_more_records_than_one_request_can_hold_are_all_read(stack: Stack) -> None:
    uris = [stack.image_uri(f"{number}.jpg") for number in range(130)]
    table = stack.session.resource("dynamodb").Table(stack.outputs.images_table)
    with table.batch_writer() as batch:
        for uri in uris:
            batch.put_item({"image_uri": uri, "status": "COMPLETED"})
    found = read_records(
        stack.dynamodb(), stack.outputs.images_table, [*uris, stack.image_uri("missing.jpg")]
    )
    assert sorted(found) == sorted(uris)


def test_an_image_that_was_deleted_is_done_and_one_whose_renditions_are_going_is_not() -> None:
    item: Any = {"image_uri": {"S": "s3://in/a.jpg"}, "deleted_at": {"S": "2026-11-20T12:10:00Z"}}
    deleted = ImageRecord.from_item(item | {"status": {"S": "DELETED"}})
    deleting = ImageRecord.from_item(item | {"status": {"S": "DELETING"}})
    assert (deleted.is_final, deleting.is_final) == (True, False)
    assert deleted.to_json()["deleted_at"] == "2026-11-20T12:10:00Z"
