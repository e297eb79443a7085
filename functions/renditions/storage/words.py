"""What an application wrote beside an original: user metadata and tags. Only with ContextKeys or RenditionTags."""

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from renditions import aws
from renditions.context import Words
from renditions.contracts import Upload
from renditions.errors import SourceGone
from renditions.storage.objects import GONE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What S3 answers for an object encrypted with SSE-C, and for one that the malware scan has not found clean.
_REFUSED: Final = {"400", "403"}


def read(s3: "S3Client", upload: Upload) -> Words:
    """Return the words of exactly the object in the event; without metadata if S3 refuses those.

    Raises SourceGone, StorageUnavailable, and botocore's error if the tags cannot be read.
    """
    version: Any = {"VersionId": upload.version_id} if upload.version_id else {}
    unversioned: Any = {} if upload.version_id else {"IfMatch": upload.etag}
    which: Any = {"Bucket": upload.bucket, "Key": upload.key, **version}
    with aws.retryable_errors("S3"):
        try:
            metadata = _metadata(s3, {**which, **unversioned})
            tags = s3.get_object_tagging(**which)["TagSet"]
        except ClientError as error:
            code = aws.error_code(error)
            if code in GONE:
                raise SourceGone(f"The original no longer exists. S3 answered {code}.") from error
            raise
    return Words(metadata, {one["Key"]: one["Value"] for one in tags})


def _metadata(s3: "S3Client", request: dict[str, Any]) -> dict[str, str]:
    try:
        return s3.head_object(**request)["Metadata"]
    except ClientError as error:
        if aws.error_code(error) in _REFUSED:
            return {}
        raise
