"""The pages of a TIFF in a reconciliation: each has a file, or the record says that it has none."""

from typing import Any

import pytest

from renditions.page_keys import key_of_page
from renditions.reconciliation import preview
from renditions.storage.keys import rendition_key
from tests.unit.reconciliation.conftest import VERSION, World

KEY = "scans/volume.tif"


def volume(world: World, pages: str, *stored: int) -> str:
    """Record an image whose one rendition has further ``pages``, of which these are stored. Returns page 1's key."""
    etag, first = world.upload(KEY), rendition_key(KEY, VERSION, "large.webp")
    world.record(KEY, etag)
    made: Any = {"large": {"M": {"key": {"S": first}, "bucket": {"S": "made"}, "pages": {"S": pages}}}}
    world.clients.dynamodb.update_item(
        TableName=world.places.images_table,
        Key={"image_uri": {"S": world.places.uri(KEY)}},
        UpdateExpression="SET renditions = :made",
        ExpressionAttributeValues={":made": {"M": made}},
    )
    for number in (1, *stored):
        key = key_of_page(first, number)
        world.clients.s3.put_object(Bucket=world.places.renditions_bucket, Key=key, Body=b"page")
    return first


@pytest.mark.parametrize("size", [2, 1000])
def test_all_pages_that_the_record_names_are_no_finding(
    world: World, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("renditions.reconciliation.queries.PAGE_SIZE", size)
    volume(world, "2-4,6-9", 2, 3, 4, 6, 7, 8, 9)
    world.complete("scans/other.jpg", "scans/volume.ti")
    assert world.found(preview) == set()


def test_a_page_that_is_missing_is_found_once(world: World) -> None:
    first = volume(world, "2-9", 2, 3, 6, 7, 8)
    [result] = world.run(preview)
    assert (result.finding.kind.name, result.finding.detail) == ("INCOMPLETE", key_of_page(first, 4))


def test_a_page_that_the_record_does_not_name_is_orphaned(world: World) -> None:
    first = volume(world, "2-3,5", 2, 3, 4, 5, 6)
    assert world.found(preview) == {("ORPHANED", key_of_page(first, number)) for number in (4, 6)}
