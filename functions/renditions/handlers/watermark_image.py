"""Watermark: the rendition with the text, the logo or both."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, credentials, imaging, paging
from renditions.contracts import RenditionRequest
from renditions.logs import identified
from renditions.places import Places
from renditions.settings import Settings
from renditions.storage import originals
from renditions.without_traceback import without_traceback

SETTINGS = Settings.from_environment(os.environ)
imaging.prepare_watermark(SETTINGS)
PLACES = Places.from_environment(os.environ, "renditions_bucket")
CREDENTIALS = credentials.from_environment(os.environ)
S3 = aws.s3()
FONTS: dict[str, bytes] = {}  # by bucket
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``RenditionRequest``. Output: ``Rendition`` and an empty preview. Raises the same as ``resize_image``."""
    request = RenditionRequest.from_event(event)
    if request.is_skipped:
        return request.skipped()
    settings, image = request.image.settings(SETTINGS), request.image
    logo, font = _logo_and_font(settings.watermark_logo_bucket or image.bucket, settings)
    branch = paging.Branch(S3, PLACES.renditions_bucket, request, settings, logo, font, CREDENTIALS)
    time = context.get_remaining_time_in_millis
    stored, rendered = paging.store(branch, originals.read(S3, image.upload()), time)
    logger.info("stored", extra={"rendition": stored.name, "version": branch.version, "bytes": stored.bytes})
    return stored.to_json() | rendered.preview()


def _logo_and_font(bucket: str, settings: Settings) -> tuple[bytes | None, bytes]:
    """Read the logo again for each image, so that a warm process never uses an old one. The font stays: it is large."""
    logo, font = settings.watermark_logo_key, settings.watermark_font_key
    if font and bucket not in FONTS:
        FONTS[bucket] = originals.read_font(S3, bucket, font)
    return originals.read_logo(S3, bucket, logo) if logo else None, FONTS.get(bucket, b"")
