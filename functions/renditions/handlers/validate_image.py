"""ValidateImage: inspect the original in S3's event, and return what the renditions need to know about it."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, imaging, noting, preset_files, reading
from renditions.contracts import Image, Upload
from renditions.logs import identified
from renditions.storage import scans
from renditions.without_traceback import without_traceback

SETTINGS, PRESETS = preset_files.from_environment(os.environ)
SCANNED = bool(os.environ.get("MALWARE_SCAN"))  # any text counts: a slip must not let files pass
NOTING = noting.from_environment(os.environ)
S3 = aws.s3()
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: the EventBridge event. Output: ``Image``. Raises an ImageRejected or any error of storage."""
    upload = Upload.from_event(event)
    try:
        if SCANNED:
            scans.confirm_clean(S3, upload, event.get("time"))
    finally:  # whatever the verdict; not before it, because S3 shows metadata only of clean files
        tags = NOTING.note(S3, upload, event["task"]["execution"]) if NOTING else ""
    original = reading.read(S3, upload, SETTINGS, scanned=SCANNED)
    facts, framing = imaging.inspect(original.data, SETTINGS), original.framing()
    choice = PRESETS.of(upload.key, original.metadata)
    image = Image.of(upload, facts, original.data, framing, SETTINGS, choice, tags=tags)
    logger.info("accepted", extra={"version": image.version, "format": image.format, "bytes": image.bytes})
    return image.to_json()
