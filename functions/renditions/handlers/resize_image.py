"""Every branch of MakeRenditions but Watermark: one rendition of a validated original."""

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
imaging.check_resizer(SETTINGS)
PLACES = Places.from_environment(os.environ, "renditions_bucket")
CREDENTIALS = credentials.from_environment(os.environ)
S3 = aws.s3()
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``RenditionRequest``. Output: ``Rendition`` and the preview, which is empty except for the thumbnail.

    Raises an ImageRejected, SourceGone, PagesLeft or StorageUnavailable.
    """
    request = RenditionRequest.from_event(event)
    if request.is_skipped:
        return request.skipped()
    image = request.image
    branch = paging.Branch(
        S3, PLACES.renditions_bucket, request, image.settings(SETTINGS), credentials=CREDENTIALS
    )
    time = context.get_remaining_time_in_millis
    # No variable has the data: nothing else may keep a file of many pages in memory.
    stored, rendered = paging.store(branch, originals.read(S3, image.upload()), time)
    logger.info("stored", extra={"rendition": stored.name, "version": branch.version, "bytes": stored.bytes})
    return stored.to_json() | rendered.preview()
