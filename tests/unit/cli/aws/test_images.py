"""How records are shown."""

from typing import Any

import pytest

from renditions.records import ImageRecord
from renditions_cli.aws.images import in_reading_order, may_have_record, record_json
from tests.renditions import NAMES
from tests.unit.record_items import rendition

COMPLETED: Any = {
    "image_uri": {"S": "s3://in/a.jpg"},
    "status": {"S": "COMPLETED"},
    "etag": {"S": "abc"},
    "format": {"S": "JPEG"},
    "width": {"N": "1600"},
    "height": {"N": "1067"},
    "bytes": {"N": "181220"},
    "renditions": {"M": {name: rendition(name) for name in sorted([*NAMES, "sepia"])}},
}


def test_renditions_are_shown_in_reading_order_and_unknown_ones_last() -> None:
    shown = in_reading_order(ImageRecord.from_item(COMPLETED).renditions)
    assert [one.name for one in shown] == [*NAMES, "sepia"]


def test_json_has_plain_numbers_and_the_uri_of_each_rendition() -> None:
    document = record_json(ImageRecord.from_item(COMPLETED))
    assert document["width"] == 1600
    assert list(document["renditions"]) == [*NAMES, "sepia"]
    assert document["renditions"]["large"]["uri"] == "s3://made/a.jpg/0123/large.webp"


def test_json_says_when_an_original_was_deleted() -> None:
    item: Any = {
        "image_uri": {"S": "s3://in/a.jpg"},
        "status": {"S": "DELETED"},
        "deleted_at": {"S": "2026-11-20T12:10:00Z"},
    }
    assert record_json(ImageRecord.from_item(item))["deleted_at"] == "2026-11-20T12:10:00Z"


@pytest.mark.parametrize(
    "image, accepted",
    [("", False), ("s3://in/a.jpg", True), (f"s3://in/{'k' * 3000}", False), ("s3://in/\ud800", False)],
)
def test_only_a_key_that_dynamodb_accepts_is_looked_up(image: str, accepted: bool) -> None:  # noqa: FBT001
    assert may_have_record(image) is accepted
