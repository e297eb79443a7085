"""The verdict of the malware scan on exactly the version in the event: everything but a clean one closes the gate."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from renditions.contracts import Upload
from renditions.errors import MalwareFound, NotScannedYet, ScanFailed, ScanUnsupported, SourceGone
from renditions.storage import originals, scans
from tests.unit.conftest import Bucket, connect
from tests.unit.faulty_s3 import error, serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOADED = "2026-11-29T08:00:00Z"
ANY = Upload("uploads", "beach.jpg", "755f85c2723bb39381c7379a604160d8", "v1", 3)
AT_ONCE = datetime(2026, 11, 29, 8, 0, 1, tzinfo=UTC)


def upload_of(bucket: Bucket, about: dict[str, Any]) -> Upload:
    return Upload.from_event({"detail": {"bucket": {"name": bucket.name}, "object": about}})


def tag(bucket: Bucket, about: dict[str, Any], verdict: str, key: str = scans.TAG) -> None:
    """Write a tag to one version, as GuardDuty does."""
    bucket.s3.put_object_tagging(
        Bucket=bucket.name,
        Key=about["key"],
        VersionId=about["version-id"],
        Tagging={"TagSet": [{"Key": "team", "Value": "web"}, {"Key": key, "Value": verdict}]},
    )


def confirm(s3: "S3Client", upload: Upload, now: datetime = AT_ONCE) -> None:
    scans.confirm_clean(s3, upload, UPLOADED, now)


def test_a_clean_upload_may_be_read(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    tag(uploads, about, "NO_THREATS_FOUND")
    confirm(s3, upload_of(uploads, about))


@pytest.mark.parametrize(
    "verdict, expected",
    [
        ("THREATS_FOUND", MalwareFound),
        ("UNSUPPORTED", ScanUnsupported),
        ("ACCESS_DENIED", ScanFailed),
        ("FAILED", ScanFailed),
        ("", ScanFailed),
        ("no_threats_found", ScanFailed),
        ("A_VERDICT_OF_NEXT_YEAR", ScanFailed),
    ],
)
def test_every_other_verdict_closes_the_gate(
    s3: "S3Client", uploads: Bucket, verdict: str, expected: type[Exception]
) -> None:
    about = uploads.put("beach.jpg", b"sand")
    tag(uploads, about, verdict)
    with pytest.raises(expected, match=r"\.$"):
        confirm(s3, upload_of(uploads, about))


def test_without_a_verdict_the_state_machine_asks_again(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    tag(uploads, about, "NO_THREATS_FOUND", key="GuardDuty")
    with pytest.raises(NotScannedYet):
        confirm(s3, upload_of(uploads, about))


@pytest.mark.parametrize(
    "minutes, expected", [(29, NotScannedYet), (31, ScanFailed), (60 * 24 * 400, ScanFailed)]
)
def test_an_upload_from_before_the_protection_is_not_waited_for(
    s3: "S3Client", uploads: Bucket, minutes: int, expected: type[Exception]
) -> None:
    about = uploads.put("beach.jpg", b"sand")
    with pytest.raises(expected):
        confirm(s3, upload_of(uploads, about), AT_ONCE + timedelta(minutes=minutes))


def test_without_a_time_in_the_event_the_state_machine_asks_again(s3: "S3Client", uploads: Bucket) -> None:
    with pytest.raises(NotScannedYet):
        scans.confirm_clean(s3, upload_of(uploads, uploads.put("beach.jpg", b"sand")), None)


def test_the_verdict_on_another_version_does_not_count(s3: "S3Client", uploads: Bucket) -> None:
    """Scans end in any order: neither a clean successor nor a clean predecessor opens the gate."""
    first = uploads.put("beach.jpg", b"old")
    second = uploads.put("beach.jpg", b"new")
    tag(uploads, second, "NO_THREATS_FOUND")
    with pytest.raises(NotScannedYet):
        confirm(s3, upload_of(uploads, first))
    tag(uploads, first, "THREATS_FOUND")
    with pytest.raises(MalwareFound):
        confirm(s3, upload_of(uploads, first))
    confirm(s3, upload_of(uploads, second))


def test_a_deleted_upload_is_gone_even_if_its_version_is_clean(s3: "S3Client", uploads: Bucket) -> None:
    about = uploads.put("beach.jpg", b"sand")
    tag(uploads, about, "NO_THREATS_FOUND")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg")
    with pytest.raises(SourceGone):
        confirm(s3, upload_of(uploads, about))


def test_a_removed_version_is_gone(s3: "S3Client", uploads: Bucket) -> None:
    first = uploads.put("beach.jpg", b"old")
    uploads.put("beach.jpg", b"new")
    s3.delete_object(Bucket=uploads.name, Key="beach.jpg", VersionId=first["version-id"])
    with pytest.raises(SourceGone):
        confirm(s3, upload_of(uploads, first))


def test_a_bucket_without_versions_is_read_by_its_key(s3: "S3Client", plain_uploads: Bucket) -> None:
    about = plain_uploads.put("beach.jpg", b"sand")
    with pytest.raises(NotScannedYet):
        confirm(s3, upload_of(plain_uploads, about))


def test_a_refused_read_of_a_missing_version_is_no_failure() -> None:
    """A role that may read clean objects only is refused where there is no object, which has no tags."""
    with (
        serving(error(403, "AccessDenied"), error(404, "NoSuchVersion")) as faulty,
        pytest.raises(SourceGone),
    ):
        originals.read(connect(faulty.endpoint), ANY)


def test_a_refused_read_of_an_object_that_exists_stays_a_failure() -> None:
    with serving(error(403, "AccessDenied")) as faulty, pytest.raises(ClientError, match="AccessDenied"):
        originals.read(connect(faulty.endpoint), ANY)
    assert faulty.requests == 2
