"""Storing a rendition: its key, its headers, its metadata, and what happens when S3 does not take it."""

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError
from hypothesis import assume, example, given
from hypothesis import strategies as st

from renditions import storage
from renditions.contracts import Image, Rendered, Rendition
from renditions.errors import StorageUnavailable
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


def test_a_rendition_is_stored_and_described_as_it_is(s3: "S3Client", renditions: Bucket) -> None:
    stored = storage.write(s3, renditions.name, "thumbnail", original("holiday/beach.jpg"), VERSION, RENDERED)
    key = f"holiday/beach.jpg/{VERSION}/thumbnail.webp"
    assert stored == Rendition("thumbnail", renditions.name, key, 200, 150, 10, "image/webp", "No watermark.")
    assert renditions.get(key)["Body"].read() == b"webp bytes"


def test_a_rendition_carries_its_content_type_and_may_be_cached_for_ever(
    s3: "S3Client", renditions: Bucket
) -> None:
    stored = storage.write(s3, renditions.name, "thumbnail", original("beach.jpg"), VERSION, RENDERED)
    found = renditions.get(stored.key)
    assert found["ContentType"] == "image/webp"
    assert found["CacheControl"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("key", ["beach.jpg", "Fotos 2026/Zoë + 100%2B día 🎉.jpg", "a%20b"])
def test_the_metadata_names_the_original_and_its_version(
    s3: "S3Client", renditions: Bucket, key: str
) -> None:
    stored = storage.write(s3, renditions.name, "thumbnail", original(key), VERSION, RENDERED)
    metadata = renditions.get(stored.key)["Metadata"]
    assert unquote(metadata["original"]) == f"s3://uploads/{key}"
    assert metadata["original-version"] == "L4kqtJlcpXroDTDmpUMLUo"
    assert metadata["version"] == VERSION


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "🎉" * 256, "%" * 1024])
def test_the_longest_keys_are_stored_with_metadata_that_fits_into_s3s_2_kb(
    s3: "S3Client", renditions: Bucket, key: str
) -> None:
    stored = storage.write(s3, renditions.name, "watermark", original(key), VERSION, RENDERED)
    metadata = renditions.get(stored.key)["Metadata"]
    digest = hashlib.sha256(f"s3://uploads/{key}".encode()).hexdigest()
    assert sum(len(name) + len(value) for name, value in metadata.items()) <= 2048
    assert all(value.isascii() for value in metadata.values())
    assert metadata["original"] in {f"s3://uploads/{key}", f"sha256:{digest}"}
    assert len(stored.key.encode()) <= 1024


def test_an_original_without_versions_is_named_as_such(s3: "S3Client", renditions: Bucket) -> None:
    stored = storage.write(s3, renditions.name, "thumbnail", original("beach.jpg", "null"), VERSION, RENDERED)
    assert renditions.get(stored.key)["Metadata"]["original-version"] == "null"


def test_storing_the_same_rendition_twice_changes_nothing(s3: "S3Client", renditions: Bucket) -> None:
    arguments = (s3, renditions.name, "thumbnail", original("beach.jpg"), VERSION, RENDERED)
    first = storage.write(*arguments)
    before = renditions.get(first.key)
    assert storage.write(*arguments) == first
    after = renditions.get(first.key)
    assert renditions.keys() == [first.key]
    assert (after["ETag"], after["Metadata"]) == (before["ETag"], before["Metadata"])


def test_a_missing_renditions_bucket_is_a_failure(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        storage.write(s3, "no-such-bucket", "thumbnail", original("beach.jpg"), VERSION, RENDERED)


def test_a_forbidden_write_is_a_failure() -> None:
    with serving(error(403, "AccessDenied")) as faulty, pytest.raises(ClientError, match="AccessDenied"):
        storage.write(connect(faulty.endpoint), "renditions", "large", original("a.jpg"), VERSION, RENDERED)


@pytest.mark.parametrize("answer", [error(503, "SlowDown"), error(500, "InternalError"), None])
def test_a_write_that_s3_cannot_take_now_may_be_taken_later(answer: Answer | None) -> None:
    with serving(answer) as faulty, pytest.raises(StorageUnavailable):
        storage.write(connect(faulty.endpoint), "renditions", "large", original("a.jpg"), VERSION, RENDERED)


keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=1024).filter(
    lambda key: len(key.encode()) <= 1024
)
pieces = st.sampled_from(
    ["a", "é", "日", "🎉", "/", "~", "0123456789abcdef" * 4, "~" + "0123456789abcdef" * 4]
)
long_keys = st.builds(lambda piece, tail: (piece * 1024).encode()[: 1024 - len(tail)].decode(errors="ignore") + tail,
                      pieces, st.sampled_from(["", "a", "b", "~" + "f" * 64]))  # fmt: skip
all_keys = keys | long_keys
file_names = st.sampled_from(["thumbnail.webp", "watermark.jpeg", "large.png"])


@given(original=all_keys, file_name=file_names)
@example(original="🎉" * 256, file_name="watermark.jpeg")
def test_a_key_is_valid_for_s3_and_ends_in_version_and_file(original: str, file_name: str) -> None:
    key = storage.rendition_key(original, VERSION, file_name)
    assert len(key.encode()) <= 1024
    assert key.endswith(f"/{VERSION}/{file_name}")


@given(original=long_keys)
def test_what_is_left_of_a_shortened_key_is_its_beginning_in_whole_characters(original: str) -> None:
    start = storage.rendition_key(original, VERSION, "large.webp").removesuffix(f"/{VERSION}/large.webp")
    assume(start != original)
    assert original.startswith(start[:-65])
    assert start[-65:] == "~" + hashlib.sha256(original.encode()).hexdigest()


@given(original=keys)
def test_a_key_that_has_room_stays_as_it_is(original: str) -> None:
    assume(len(original.encode()) <= 900 and "~" not in original)
    assert storage.rendition_key(original, VERSION, "large.webp") == f"{original}/{VERSION}/large.webp"


@given(first=all_keys, second=all_keys)
@example(first="k" * 1023 + "a", second="k" * 1023 + "b")
def test_two_originals_never_share_a_key(first: str, second: str) -> None:
    assume(first != second)
    one = storage.rendition_key(first, VERSION, "large.webp")
    assert one != storage.rendition_key(second, VERSION, "large.webp")


@given(original=long_keys)
def test_an_original_that_is_named_like_a_shortened_one_gets_another_key(original: str) -> None:
    taken = storage.rendition_key(original, VERSION, "large.webp")
    imitation = taken.removesuffix(f"/{VERSION}/large.webp")
    assume(imitation != original)
    assert storage.rendition_key(imitation, VERSION, "large.webp") != taken


def test_versions_and_renditions_of_one_original_have_keys_of_their_own() -> None:
    made = {
        storage.rendition_key("k" * 1024, version, name)
        for version in ("0" * 16, "1" * 16)
        for name in ("medium.webp", "large.webp", "large.jpeg")
    }
    assert len(made) == 6
