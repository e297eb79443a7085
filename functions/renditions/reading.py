"""Read an original that the malware scan and the limit on its size let pass."""

from typing import TYPE_CHECKING

from renditions import imaging
from renditions.contracts import Upload
from renditions.errors import ImageRejected
from renditions.settings import Settings
from renditions.storage import originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def read(s3: "S3Client", upload: Upload, settings: Settings, *, scanned: bool) -> originals.Stored:
    """Return the bytes and the metadata. ``scanned``: the scan was asked, and found that the key has an object.

    An upload of the wrong size is not downloaded, but it must not have been deleted. Raises an ImageRejected and the
    errors of storage.
    """
    try:
        imaging.check_size(upload.bytes, settings)
    except ImageRejected:
        originals.confirm_exists(s3, upload)
        raise
    return (originals.read_with_metadata if scanned else originals.read_unless_deleted)(s3, upload)
