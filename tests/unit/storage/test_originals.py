"""Read exactly the object in the event, or say clearly why that is not possible."""

import json
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Original, Upload
from renditions.errors import InvalidSettings, ObjectArchived, ObjectEncrypted, SourceGone, StorageUnavailable
from renditions.storage import originals
from tests.unit.conftest import ROOT, Bucket, connect
from tests.unit.faulty_s3 import Answer, error, serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ANY = Upload("uploads", "beach.jpg", "755f85c2723bb39381c7379a604160d8", None, 3)


def upload_of(bucket: Bucket, about: dict[str, Any]) -> Upload:
    """The upload that the function parses from an event about an object."""
    return Upload.from_event({"detail": {"bucket": {"name": bucket.name}, "object": about}})


def test_the_bytes_of_an_upload_are_read(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    assert originals.read(s3, upload_of(uploads, about)) == b"sand"


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
    about = uploads.put(key, b"sand")
    assert originals.read(s3, upload_of(uploads, about)) == b"sand"
    assert uploads.keys() == [key]


def test_an_overwritten_version_is_still_read_as_it_was(s3: "S3Client", uploads: Bucket) -> None:
    first = uploads.put("beach.jpg", b"old")
    second = uploads.put("beach.jpg", b"new")
    assert originals.read(s3, upload_of(uploads, first)) == b"old"
    assert originals.read(s3, upload_of(uploads, second)) == b"new"


def test_a_version_below_a_delete_marker_is_still_read(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg")
    assert originals.read(s3, upload_of(uploads, about)) == b"sand"


def test_a_permanently_deleted_version_is_gone(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg", VersionId=about["version-id"])
    with pytest.raises(SourceGone, match="no longer exists"):
        originals.read(s3, upload_of(uploads, about))


def test_a_delete_marker_is_not_an_original(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    marker = s3.delete_object(Bucket=uploads.name, Key="beach.jpg")["VersionId"]
    with pytest.raises(SourceGone):
        originals.read(s3, upload_of(uploads, {**about, "version-id": marker}))


def test_without_versioning_the_etag_identifies_the_object(s3: "S3Client", plain_uploads: Bucket) -> None:
    about = plain_uploads.put("beach.jpg", b"sand")
    assert "version-id" not in about
    assert originals.read(s3, upload_of(plain_uploads, about)) == b"sand"


def test_without_versioning_a_replaced_original_is_gone(s3: "S3Client", plain_uploads: Bucket) -> None:
    about = plain_uploads.put("beach.jpg", b"old")
    plain_uploads.put("beach.jpg", b"new")
    with pytest.raises(SourceGone, match="PreconditionFailed"):
        originals.read(s3, upload_of(plain_uploads, about))


def test_without_versioning_a_deleted_original_is_gone(s3: "S3Client", plain_uploads: Bucket) -> None:
    about = plain_uploads.put("beach.jpg", b"sand")
    s3.delete_object(Bucket=plain_uploads.name, Key="beach.jpg")
    with pytest.raises(SourceGone, match="NoSuchKey"):
        originals.read(s3, upload_of(plain_uploads, about))


@pytest.mark.parametrize(
    "status, code",
    [
        (404, "NoSuchKey"),
        (404, "NoSuchVersion"),
        (405, "MethodNotAllowed"),  # the version is a delete marker
        (412, "PreconditionFailed"),
    ],
)
def test_every_error_code_of_s3_for_a_missing_object_is_recognized(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(SourceGone, match=code):
        originals.read(connect(faulty.endpoint), ANY)


def test_a_missing_bucket_is_a_failure_and_not_a_missing_original(s3: "S3Client") -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        originals.read(s3, ANY)


def test_denied_access_is_a_failure(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject*",
        "Resource": f"arn:aws:s3:::{uploads.name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    s3.put_bucket_policy(Bucket=uploads.name, Policy=policy)
    with pytest.raises(ClientError, match="403"):
        originals.read(s3, upload_of(uploads, about))


@pytest.mark.parametrize(
    "status, code",
    [
        (403, "AccessDenied"),
        (400, "InvalidArgument"),
        (403, "KMS.DisabledException"),
    ],
)
def test_a_refusal_stays_a_client_error(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(ClientError) as caught:
        originals.read(connect(faulty.endpoint), ANY)
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
def test_a_busy_or_broken_s3_is_temporary(status: int, code: str) -> None:
    with serving(error(status, code)) as faulty, pytest.raises(StorageUnavailable, match=code):
        originals.read(connect(faulty.endpoint), ANY)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="no response"),
        pytest.param(Answer(body=b"half of it", missing=10), id="a body cut off"),
        pytest.param(Answer(missing=10), id="a body never sent"),
        pytest.param(
            Answer(body=b"corrupt", headers={"x-amz-checksum-crc32": "AAAAAA=="}),
            id="a body with a wrong checksum",
        ),
    ],
)
def test_a_broken_response_is_temporary(answer: Answer | None) -> None:
    with serving(answer) as faulty, pytest.raises(StorageUnavailable, match="The connection to S3 failed"):
        originals.read(connect(faulty.endpoint), ANY)


def test_a_refused_connection_is_temporary() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(StorageUnavailable):
        originals.read(connect(f"http://127.0.0.1:{port}"), ANY)


def test_a_read_timeout_is_temporary() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(StorageUnavailable, match="ReadTimeoutError"):
            originals.read(connect(f"http://127.0.0.1:{port}", read_timeout=0.3), ANY)


def test_the_client_of_the_functions_retries_a_busy_service_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(error(503, "SlowDown"), Answer(body=b"sand")) as faulty:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faulty.endpoint)
        assert originals.read(aws.s3(), ANY) == b"sand"
        assert faulty.requests == 2


def test_the_logo_is_read(s3: "S3Client", uploads: Bucket) -> None:
    uploads.put("logo.png", b"mark")
    assert originals.read_logo(s3, uploads.name, "logo.png") == b"mark"


def test_a_font_is_read_unless_it_is_too_large(
    s3: "S3Client", uploads: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.put("own.ttf", b"font")
    assert originals.read_font(s3, uploads.name, "own.ttf") == b"font"
    monkeypatch.setattr(originals, "_LARGEST_FONT", 3)
    with pytest.raises(InvalidSettings, match="At most 3 bytes"):
        originals.read_font(s3, uploads.name, "own.ttf")


def test_a_missing_logo_is_a_failure_and_not_a_missing_original(s3: "S3Client", uploads: Bucket) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        originals.read_logo(s3, uploads.name, "logo.png")


def test_the_logo_may_be_read_later_if_s3_is_unavailable() -> None:
    with serving(error(503, "SlowDown")) as faulty, pytest.raises(StorageUnavailable):
        originals.read_logo(connect(faulty.endpoint), "uploads", "logo.png")


def test_a_key_has_no_object_exactly_while_a_delete_marker_hides_it(s3: "S3Client", uploads: Bucket) -> None:
    original = Original(uploads.name, "beach.jpg")
    assert originals.look_up(s3, original) is None
    uploads.put("beach.jpg", b"pixels")
    found = originals.look_up(s3, original)
    assert found is not None
    assert found.bytes == 6
    marker = s3.delete_object(Bucket=uploads.name, Key="beach.jpg")["VersionId"]
    assert originals.look_up(s3, original) is None
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg", VersionId=marker)
    assert originals.look_up(s3, original) == found


def test_a_version_behind_a_delete_marker_is_gone_only_for_validation(
    s3: "S3Client", uploads: Bucket
) -> None:
    upload = Upload.from_event(uploads.upload("beach.jpg", b"pixels"))
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg")
    assert originals.read(s3, upload) == b"pixels"
    with pytest.raises(SourceGone):
        originals.read_unless_deleted(s3, upload)
    with pytest.raises(SourceGone):
        originals.confirm_exists(s3, upload)


def test_a_version_that_was_replaced_is_still_validated(s3: "S3Client", uploads: Bucket) -> None:
    upload = Upload.from_event(uploads.upload("beach.jpg", b"pixels"))
    uploads.put("beach.jpg", b"other pixels")
    assert originals.read_unless_deleted(s3, upload).data == b"pixels"
    without_version = replace(upload, version_id=None)
    with pytest.raises(SourceGone):
        originals.read_unless_deleted(s3, without_version)


@pytest.mark.parametrize(
    "status, code, expected",
    [(403, "InvalidObjectState", ObjectArchived), (400, "InvalidRequest", ObjectEncrypted)],
)
def test_an_object_that_only_its_uploader_can_read_is_rejected(
    status: int, code: str, expected: type[Exception]
) -> None:
    """Archived in Glacier, or encrypted with SSE-C."""
    upload = Upload("uploads", "beach.jpg", "e", "v", 3)
    for read in (originals.read, originals.read_unless_deleted):
        with serving(error(status, code)) as faulty, pytest.raises(expected, match=r"\. Upload it again "):
            read(connect(faulty.endpoint), upload)


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException"])
def test_an_object_that_the_operators_can_make_readable_is_a_failure(code: str) -> None:
    with serving(error(403, code)) as faulty, pytest.raises(ClientError, match=code):
        originals.read(connect(faulty.endpoint), Upload("uploads", "beach.jpg", "e", "v", 3))
