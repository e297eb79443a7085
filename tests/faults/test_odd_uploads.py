"""Unusual and hostile uploads: odd keys, empty and huge files, and our own renditions."""

from unicodedata import normalize
from uuid import uuid4

import pytest

from tests.e2e.cloud import RENDITIONS, Cloud
from tests.e2e.pictures import jpeg
from tests.faults.outcome import files
from tests.faults.stack import FaultyStack
from tests.renditions import size_of

PHOTO = jpeg(320, 240)
HOSTILE = [
    "with some  spaces .jpg",
    "a+b.jpg",
    "a%2Bb.jpg",
    "a b.jpg",
    "a%20b.jpg",
    "100%.jpg",
    'it\'s "quoted" `so`.jpg',
    # No line break: "*" does not match one in the emulator's IAM. tests/statemachine has that key.
    "🎉/día.jpg",
    "../../../etc/passwd.jpg",
    "a/../b.jpg",
    "b.jpg",
    "a//b.jpg",
    "a/b.jpg",
    "/leading/slash.jpg",
    "leading/slash.jpg",
    "trailing.jpg/",
    "{}/{0}/$.detail/${x}.jpg",
    "<script>&amp;.jpg",
    "back\\slash.jpg",
    normalize("NFC", "Zoë.jpg"),
    normalize("NFD", "Zoë.jpg"),
    "a.jpg",
    "a.png",
    "A.jpg",
    "a.jpg.jpg",
    "x" * 1024,
    "x" * 1023 + "y",
    "ö" * 512,
]


def test_every_odd_key_is_kept_exactly_and_none_collides(cloud: Cloud) -> None:
    """Uploads all at the same time, each with a different image, so that a mix-up is visible."""
    uris = {cloud.upload(key, jpeg(320 + number, 240)): key for number, key in enumerate(HOSTILE)}
    assert len(uris) == len(HOSTILE)
    records = cloud.outcomes(list(uris))
    assert {uri: record["status"] for uri, record in records.items()} == dict.fromkeys(uris, "COMPLETED")
    assert [record["image_uri"] for record in records.values()] == list(uris)
    assert [record["width"] for record in records.values()] == [
        320 + number for number in range(len(HOSTILE))
    ]
    keys = [found["key"] for record in records.values() for found in record["renditions"].values()]
    assert len(set(keys)) == len(HOSTILE) * len(RENDITIONS)
    for uri, record in records.items():
        for name in RENDITIONS:
            assert_below_its_own_original(record["renditions"][name]["key"], uris[uri], record["version"])
            assert cloud.rendition(record, name).size == size_of(name, int(record["width"]), 240)


def assert_below_its_own_original(key: str, original: str, version: str) -> None:
    """Check that it has the whole key and the version, or for a very long key, its start and its digest."""
    start = key.rpartition(f"/{version}/")[0]
    assert len(key.encode()) <= 1024
    if len(original.encode()) < 900:
        assert start == original
    else:
        assert start.startswith(original[:400])
        assert "~" in start


@pytest.mark.parametrize(
    "name, size, code",
    [("empty.jpg", 0, "EmptyFile"), ("a/folder", 0, "EmptyFile"), ("film.jpg", 60_000_000, "FileTooLarge")],
)
def test_an_original_of_invalid_size_is_rejected_without_a_download(
    stack: FaultyStack, cloud: Cloud, name: str, size: int, code: str
) -> None:
    key = f"{uuid4().hex}/{name}"
    record = cloud.outcome(cloud.upload(key, bytes(size)))
    assert (record["status"], record["reason_code"]) == ("REJECTED", code)
    assert [call for call in stack.proxy.mentioning(key) if call.operation == "GetObject"] == []


def test_an_upload_with_the_key_of_a_rendition_is_an_ordinary_upload(
    stack: FaultyStack, cloud: Cloud
) -> None:
    original = f"{uuid4().hex}.jpg"
    record = cloud.outcome(cloud.upload(original, PHOTO))
    same = record["renditions"]["thumbnail"]["key"]
    copy = cloud.outcome(cloud.upload(same, PHOTO))
    assert copy["status"] == "COMPLETED"
    assert copy["renditions"]["thumbnail"]["key"].startswith(f"{same}/")
    assert len(files(cloud, original)) == 2 * len(RENDITIONS), "those of each, and none in common"
    assert cloud.record(record["image_uri"]) == record


def test_a_file_in_the_renditions_bucket_starts_nothing(stack: FaultyStack, cloud: Cloud) -> None:
    key = f"{uuid4().hex}.jpg"
    cloud.s3.put_object(Bucket=cloud.outputs["RenditionsBucketName"], Key=key, Body=PHOTO)
    # A later upload is complete: an execution for the file would have started by now.
    cloud.outcome(cloud.upload(f"{uuid4().hex}.jpg", PHOTO))
    assert stack.proxy.mentioning(key) == []
