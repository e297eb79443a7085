"""What GuardDuty Malware Protection for S3 says about an original: a tag of the version that it scanned.

Only with MalwareScan=on. GuardDuty also sends an event, which has no sequencer and may come in any order. The tag is
on the very version that the renditions are made from, so nothing has to be put in order.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from renditions import aws
from renditions.contracts import Upload
from renditions.errors import MalwareFound, NotScannedYet, ScanFailed, ScanUnsupported, SourceGone
from renditions.storage.objects import GONE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TAG: Final = "GuardDutyMalwareScanStatus"
CLEAN: Final = "NO_THREATS_FOUND"

# GuardDuty writes this object when the protection of a bucket begins. It is no upload, and the rule ignores it.
VALIDATION_OBJECT: Final = "malware-protection-resource-validation-object"

# A scan takes seconds. An object without a verdict after this time was probably uploaded before the protection began.
LONGEST_SCAN: Final = timedelta(minutes=30)


def confirm_clean(
    s3: "S3Client", upload: Upload, uploaded_at: str | None, now: datetime | None = None
) -> None:
    """Return if the scan found no threat in exactly the version in the event, and its key still has an object.

    ``uploaded_at``: the time of the event. Raises MalwareFound or ScanUnsupported; NotScannedYet while a verdict may
    still come; ScanFailed if there will be none, also for a verdict that is not known here; SourceGone;
    StorageUnavailable.
    """
    verdict = _verdict(s3, upload)
    if verdict == CLEAN:
        return
    if verdict == "THREATS_FOUND":
        raise MalwareFound("Malware was found in this file. Do not open or share it. Upload a clean file.")
    if verdict == "UNSUPPORTED":
        raise ScanUnsupported(
            "The file cannot be scanned for malware. Upload an image that is not encrypted or protected by a password."
        )
    if verdict is not None:
        raise ScanFailed(f"GuardDuty tagged the original with {verdict}. Only {CLEAN} is accepted.")
    if uploaded_at and (now or datetime.now(UTC)) - datetime.fromisoformat(uploaded_at) > LONGEST_SCAN:
        raise ScanFailed(f"GuardDuty has not scanned the original, which was uploaded at {uploaded_at}.")
    raise NotScannedYet("GuardDuty has not scanned the original yet.")


def is_gone(s3: "S3Client", request: "dict[str, Any]") -> bool:
    """Return whether the object of a refused GetObject does not exist. False if that cannot be found out.

    The roles may read objects with the tag of a clean one only, and an object that does not exist has no tags: S3
    answers "forbidden" instead of "not found".
    """
    try:
        _tags(s3, **{name: request[name] for name in ("Bucket", "Key", "VersionId") if name in request})
    except SourceGone:
        return True
    except ClientError:
        return False
    return False


def _verdict(s3: "S3Client", upload: Upload) -> str | None:
    """The verdict on the version in the event, or None. Mostly that is the current one, and one request is enough."""
    current, verdict = _tags(s3, Bucket=upload.bucket, Key=upload.key)
    if upload.version_id is None or upload.version_id == current:
        return verdict
    return _tags(s3, Bucket=upload.bucket, Key=upload.key, VersionId=upload.version_id)[1]


def _tags(s3: "S3Client", **request: Any) -> tuple[str | None, str | None]:
    """The version ID of an object, and its verdict. Raises SourceGone, also for a delete marker."""
    with aws.retryable_errors("S3"):
        try:
            found = s3.get_object_tagging(**request)
        except ClientError as error:
            if aws.error_code(error) in GONE:
                raise SourceGone(
                    f"The original no longer exists. S3 answered {aws.error_code(error)}."
                ) from error
            raise
    verdicts = (tag["Value"] for tag in found["TagSet"] if tag["Key"] == TAG)
    return found.get("VersionId"), next(verdicts, None)
