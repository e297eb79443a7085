"""Thumbnail, Medium, Large: one rendition of a validated original, without a watermark."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import imaging, storage
from renditions.contracts import RenditionRequest
from renditions.settings import Settings
from renditions.verdicts import told_without_traceback

SETTINGS = Settings.from_environment(os.environ)
S3 = storage.connect()
logger = Logger()


@told_without_traceback
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``RenditionRequest``. Output: ``Rendition`` and the preview, which is empty but for the thumbnail.

    Raises an ImageRejected, SourceGone or StorageUnavailable.
    """
    request = RenditionRequest.from_event(event)
    # Of this function's own settings, not the validating one's: a deployment between the two never
    # stores pixels of new settings under a version of old ones.
    version = SETTINGS.version(request.image.digest)
    data = storage.read(S3, request.image.upload())
    rendered = imaging.render(data, request.rendition, SETTINGS)
    stored = storage.write(
        S3, SETTINGS.renditions_bucket, request.rendition, request.image, version, rendered
    )
    logger.info("stored", extra={"rendition": stored.name, "version": version, "bytes": stored.bytes})
    return stored.to_json() | rendered.preview()
