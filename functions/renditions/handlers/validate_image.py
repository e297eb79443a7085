"""ValidateImage: inspect the original in S3's event, and return what the renditions need to know about it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, imaging, noting, preset_files
from renditions.contracts import Image, Upload
from renditions.errors import ImageRejected
from renditions.logs import identified
from renditions.storage import originals, scans
from renditions.without_traceback import without_traceback

SETTINGS, PRESETS = preset_files.from_environment(os.environ)
SCANNED = bool(os.environ.get("MALWARE_SCAN"))  # any text counts: a slip must not let files pass
S3 = aws.s3()
NOTING = noting.from_environment(os.environ)
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: the EventBridge event. Output: ``Image``. Raises an ImageRejected or any error of storage."""
    upload = Upload.from_event(event)
    tags = NOTING.note(S3, upload, event["task"]["execution"]) if NOTING else ""
    original = _read(upload, event.get("time"))
    facts, framing = imaging.inspect(original.data, SETTINGS), original.framing()
    preset = PRESETS.of(upload.key, original.metadata)
    image = Image.of(upload, facts, original.data, framing, SETTINGS, preset, tags=tags)
    logger.info("accepted", extra={"version": image.version, "format": image.format, "bytes": image.bytes})
    return image.to_json()


def _read(upload: Upload, uploaded_at: str | None) -> originals.Stored:
    """The original. An upload of the wrong size is not downloaded, but it must not have been deleted."""
    if SCANNED:
        scans.confirm_clean(S3, upload, uploaded_at)
    try:
        imaging.check_size(upload.bytes, SETTINGS)
    except ImageRejected:
        originals.confirm_exists(S3, upload)
        raise
    return (originals.read_with_metadata if SCANNED else originals.read_unless_deleted)(S3, upload)
