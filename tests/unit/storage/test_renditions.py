"""Store a rendition: its key, its headers, its metadata, and S3's errors."""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError

from renditions.contracts import Image, Rendered, Rendition
from renditions.errors import StorageUnavailable
from renditions.storage.renditions import is_retired_or_gone, read_tags, write
from tests.unit.conftest import Bucket, connect
from tests.unit.faulty_s3 import Answer, error, serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VERSION = "cbc3fa477b8e8447"
RENDERED = Rendered(b"webp bytes", 200, 150, "image/webp", "webp", "No watermark.")


def original(key: str, version_id: str = "L4kqtJlcpXroDTDmpUMLUo") -> Image:
    return Image(
        "uploads",
        key,
        "e",
        version_id,
        3,
        "d",
        VERSION,
        "JPEG",
        4000,
        3000,
        1,
        1,
        has_alpha=False,
        taken_at="",
        camera="",
    )


def test_a_rendition_is_stored_and_described(s3: "S3Client", renditions: Bucket) -> None:
    stored = write(s3, renditions.name, "thumbnail", original("holiday/beach.jpg"), VERSION, RENDERED)
    key = f"holiday/beach.jpg/{VERSION}/thumbnail.webp"
    assert stored == Rendition("thumbnail", renditions.name, key, 200, 150, 10, "image/webp", "No watermark.")
    assert renditions.get(key)["Body"].read() == b"webp bytes"


def test_a_rendition_has_its_content_type_and_may_be_cached_indefinitely(
    s3: "S3Client", renditions: Bucket
) -> None:
    stored = write(s3, renditions.name, "thumbnail", original("beach.jpg"), VERSION, RENDERED)
    found = renditions.get(stored.key)
    assert found["ContentType"] == "image/webp"
    assert found["CacheControl"] == "public, max-age=31536000, immutable"


def test_a_signed_rendition_that_is_made_again_keeps_its_bytes_and_gets_the_new_tags(
    s3: "S3Client", renditions: Bucket
) -> None:
    signed = replace(RENDERED, is_signed=True)
    beach = replace(original("beach.jpg"), tags="tenant=acme")
    write(s3, renditions.name, "large", beach, VERSION, signed)
    again, moved = replace(signed, data=b"other bytes"), replace(beach, tags="tenant=b%2Fb&project=a+b")
    stored = write(s3, renditions.name, "large", moved, VERSION, again)
    assert renditions.get(stored.key)["Body"].read() == b"webp bytes"
    assert read_tags(s3, renditions.name, stored.key) == [
        {"Key": "tenant", "Value": "b/b"},
        {"Key": "project", "Value": "a b"},
    ]


@pytest.mark.parametrize("key", ["beach.jpg", "Fotos 2026/Zoë + 100%2B día 🎉.jpg", "a%20b"])
def test_the_metadata_names_the_original_and_its_version(
    s3: "S3Client", renditions: Bucket, key: str
) -> None:
    stored = write(s3, renditions.name, "thumbnail", original(key), VERSION, RENDERED)
    metadata = renditions.get(stored.key)["Metadata"]
    assert unquote(metadata["original"]) == f"s3://uploads/{key}"
    assert metadata["original-version"] == "L4kqtJlcpXroDTDmpUMLUo"
    assert metadata["version"] == VERSION


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "🎉" * 256, "%" * 1024])
def test_the_longest_keys_have_metadata_within_the_2_kb_that_s3_allows(
    s3: "S3Client", renditions: Bucket, key: str
) -> None:
    stored = write(s3, renditions.name, "watermark", original(key), VERSION, RENDERED)
    metadata = renditions.get(stored.key)["Metadata"]
    digest = hashlib.sha256(f"s3://uploads/{key}".encode()).hexdigest()
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048
    assert all(value.isascii() for value in metadata.values())
    assert metadata["original"] in {f"s3://uploads/{key}", f"sha256:{digest}"}
    assert len(stored.key.encode()) <= 1024


def test_the_metadata_says_that_an_original_has_no_version(s3: "S3Client", renditions: Bucket) -> None:
    stored = write(s3, renditions.name, "thumbnail", original("beach.jpg", "null"), VERSION, RENDERED)
    assert renditions.get(stored.key)["Metadata"]["original-version"] == "null"


def test_storing_the_same_rendition_twice_changes_nothing(s3: "S3Client", renditions: Bucket) -> None:
    arguments = (s3, renditions.name, "thumbnail", original("beach.jpg"), VERSION, RENDERED)
    first = write(*arguments)
    before = renditions.get(first.key)
    assert write(*arguments) == first
    after = renditions.get(first.key)
    assert renditions.keys() == [first.key]
    assert (after["ETag"], after["Metadata"]) == (before["ETag"], before["Metadata"])


def test_a_missing_renditions_bucket_is_a_failure(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        write(s3, "no-such-bucket", "thumbnail", original("beach.jpg"), VERSION, RENDERED)


def test_a_denied_write_is_a_failure() -> None:
    with serving(error(403, "AccessDenied")) as faulty, pytest.raises(ClientError, match="AccessDenied"):
        write(connect(faulty.endpoint), "renditions", "large", original("a.jpg"), VERSION, RENDERED)


@pytest.mark.parametrize("answer", [error(503, "SlowDown"), error(500, "InternalError"), None])
def test_a_write_may_succeed_later_if_s3_is_unavailable(answer: Answer | None) -> None:
    with serving(answer) as faulty, pytest.raises(StorageUnavailable):
        write(connect(faulty.endpoint), "renditions", "large", original("a.jpg"), VERSION, RENDERED)


def test_only_a_reconciliation_accepts_a_rendition_deleted_since_it_was_listed() -> None:
    with serving(error(404, "NoSuchKey")) as faulty:
        assert is_retired_or_gone(connect(faulty.endpoint), "renditions", "a.jpg/0/large.webp")
        with pytest.raises(ClientError, match="NoSuchKey"):
            read_tags(connect(faulty.endpoint), "renditions", "a.jpg/0/large.webp")


def test_only_a_reconciliation_gets_the_original_error_of_a_busy_s3() -> None:
    with serving(error(503, "SlowDown")) as faulty:
        with pytest.raises(ClientError, match="SlowDown"):
            is_retired_or_gone(connect(faulty.endpoint), "renditions", "a.jpg/0/large.webp")
        with pytest.raises(StorageUnavailable, match=r"^S3 answered SlowDown \(503\)\.$"):
            read_tags(connect(faulty.endpoint), "renditions", "a.jpg/0/large.webp")
