"""Reading an original: exactly the object that the event told about, or a clear word why not."""

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from renditions import storage
from renditions.contracts import Upload
from renditions.errors import SourceGone, StorageUnavailable
from tests.unit.conftest import ROOT, Bucket, connect
from tests.unit.faulty_s3 import Answer, error, serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ANY = Upload("uploads", "beach.jpg", "755f85c2723bb39381c7379a604160d8", None, 3)


def upload_of(bucket: Bucket, told: dict[str, Any]) -> Upload:
    """The upload that the function parses from an event about ``told``."""
    return Upload.from_event({"detail": {"bucket": {"name": bucket.name}, "object": told}})


def test_the_bytes_of_an_upload_are_read(s3: "S3Client", uploads: Bucket) -> None:
    told = uploads.put("beach.jpg", b"sand")
    assert storage.read(s3, upload_of(uploads, told)) == b"sand"


@pytest.mark.parametrize(
    "key",
    [
        json.loads((ROOT / "events/upload_odd_key.json").read_text())["detail"]["object"]["key"],
        "a%2Bb.jpg",
        "a+b c.jpg",
        " leading and trailing ",
        "//double//slash.jpg",
        "no-extension",
        "ünï/日本語/🎉.jpg",
        "question?and#hash&amp;.jpg",
        "k" * 1024,
    ],
)
def test_a_key_is_never_decoded_or_changed(s3: "S3Client", uploads: Bucket, key: str) -> None:
    told = uploads.put(key, b"sand")
    assert storage.read(s3, upload_of(uploads, told)) == b"sand"
    assert uploads.keys() == [key]


def test_an_overwritten_version_is_still_read_as_it_was(s3: "S3Client", uploads: Bucket) -> None:
    first = uploads.put("beach.jpg", b"old")
    second = uploads.put("beach.jpg", b"new")
    assert storage.read(s3, upload_of(uploads, first)) == b"old"
    assert storage.read(s3, upload_of(uploads, second)) == b"new"


def test_a_version_below_a_delete_marker_is_still_read(s3: "S3Client", uploads: Bucket) -> None:
    told = uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg")
    assert storage.read(s3, upload_of(uploads, told)) == b"sand"


def test_a_version_that_was_deleted_for_good_is_gone(s3: "S3Client", uploads: Bucket) -> None:
    told = uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg", VersionId=told["version-id"])
    with pytest.raises(SourceGone, match="not there any more"):
        storage.read(s3, upload_of(uploads, told))


def test_a_delete_marker_is_no_original(s3: "S3Client", uploads: Bucket) -> None:
    told = uploads.put("beach.jpg", b"sand")
    marker = s3.delete_object(Bucket=uploads.name, Key="beach.jpg")["VersionId"]
    with pytest.raises(SourceGone):
        storage.read(s3, upload_of(uploads, {**told, "version-id": marker}))


def test_without_versions_the_etag_says_which_object_is_meant(s3: "S3Client", plain_uploads: Bucket) -> None:
    told = plain_uploads.put("beach.jpg", b"sand")
    assert "version-id" not in told
    assert storage.read(s3, upload_of(plain_uploads, told)) == b"sand"


def test_without_versions_a_replaced_original_is_gone(s3: "S3Client", plain_uploads: Bucket) -> None:
    told = plain_uploads.put("beach.jpg", b"old")
    plain_uploads.put("beach.jpg", b"new")
    with pytest.raises(SourceGone, match="PreconditionFailed"):
        storage.read(s3, upload_of(plain_uploads, told))


def test_without_versions_a_deleted_original_is_gone(s3: "S3Client", plain_uploads: Bucket) -> None:
    told = plain_uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=plain_uploads.name, Key="beach.jpg")
    with pytest.raises(SourceGone, match="NoSuchKey"):
        storage.read(s3, upload_of(plain_uploads, told))


@pytest.mark.parametrize(
    "status, code",
    [
        (404, "NoSuchKey"),
        (404, "NoSuchVersion"),
        (405, "MethodNotAllowed"),  # the version is a delete marker
        (412, "PreconditionFailed"),
    ],
)
def test_each_word_of_s3_for_an_object_that_is_gone_is_understood(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(SourceGone, match=code):
        storage.read(connect(faulty.endpoint), ANY)


def test_a_bucket_that_is_not_there_is_a_failure_and_not_a_lost_race(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        storage.read(s3, ANY)


def test_a_policy_that_forbids_reading_is_a_failure(s3: "S3Client", uploads: Bucket) -> None:
    told = uploads.put("beach.jpg", b"sand")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject*",
        "Resource": f"arn:aws:s3:::{uploads.name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    s3.put_bucket_policy(Bucket=uploads.name, Policy=policy)
    with pytest.raises(ClientError, match="403"):
        storage.read(s3, upload_of(uploads, told))


@pytest.mark.parametrize(
    "status, code",
    [
        (403, "AccessDenied"),
        (403, "InvalidObjectState"),
        (400, "InvalidArgument"),
        (403, "KMS.DisabledException"),
    ],
)
def test_a_refusal_stays_what_s3_said(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(ClientError) as caught:
        storage.read(connect(faulty.endpoint), ANY)
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    "status, code",
    [
        (503, "SlowDown"),
        (503, "ServiceUnavailable"),
        (500, "InternalError"),
        (400, "RequestTimeout"),
        (502, "BadGateway"),
    ],
)
def test_a_busy_or_broken_s3_may_serve_later(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(StorageUnavailable, match=code):
        storage.read(connect(faulty.endpoint), ANY)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="no answer at all"),
        pytest.param(Answer(body=b"half of it", missing=10), id="a body that is cut off"),
        pytest.param(Answer(missing=10), id="a body that never comes"),
        pytest.param(
            Answer(body=b"spoilt", headers={"x-amz-checksum-crc32": "AAAAAA=="}),
            id="a body with a wrong checksum",
        ),
    ],
)
def test_a_broken_answer_may_be_whole_later(answer: Answer | None) -> None:
    with serving(answer) as faulty, pytest.raises(StorageUnavailable, match="The connection to S3 broke"):
        storage.read(connect(faulty.endpoint), ANY)


def test_a_refused_connection_may_be_accepted_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(StorageUnavailable):
        storage.read(connect(f"http://127.0.0.1:{port}"), ANY)


def test_an_answer_that_does_not_come_in_time_may_come_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(StorageUnavailable, match="ReadTimeoutError"):
            storage.read(connect(f"http://127.0.0.1:{port}", read_timeout=0.3), ANY)


def test_the_functions_own_client_does_not_even_mention_one_busy_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(error(503, "SlowDown"), Answer(body=b"sand")) as faulty:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.endpoint)
        assert storage.read(storage.connect(), ANY) == b"sand"
        assert faulty.requests == 2


def test_the_logo_is_read(s3: "S3Client", uploads: Bucket) -> None:
    uploads.put("logo.png", b"mark")
    assert storage.read_logo(s3, uploads.name, "logo.png") == b"mark"


def test_a_missing_logo_is_a_failure_and_not_a_gone_original(s3: "S3Client", uploads: Bucket) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        storage.read_logo(s3, uploads.name, "logo.png")


def test_a_logo_that_s3_cannot_give_now_may_be_read_later() -> None:
    with serving(error(503, "SlowDown")) as faulty, pytest.raises(StorageUnavailable):
        storage.read_logo(connect(faulty.endpoint), "uploads", "logo.png")
