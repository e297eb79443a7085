"""Watermark: the rendition that carries the text, the logo or both."""

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
    """Input: ``RenditionRequest``. Output: ``Rendition`` and an empty preview. Raises as ``resize_image`` does."""
    request = RenditionRequest.from_event(event)
    version = SETTINGS.version(request.image.digest)
    data = storage.read(S3, request.image.upload())
    rendered = imaging.render(data, request.rendition, SETTINGS, _logo(request.image.bucket))
    stored = storage.write(
        S3, SETTINGS.renditions_bucket, request.rendition, request.image, version, rendered
    )
    logger.info("stored", extra={"rendition": stored.name, "version": version, "bytes": stored.bytes})
    return stored.to_json() | rendered.preview()


def _logo(uploads_bucket: str) -> bytes | None:
    """The logo's bytes, read anew for each image so that a warm process never shows an old one."""
    if not SETTINGS.watermark_logo_key:
        return None
    return storage.read_logo(
        S3, SETTINGS.watermark_logo_bucket or uploads_bucket, SETTINGS.watermark_logo_key
    )
