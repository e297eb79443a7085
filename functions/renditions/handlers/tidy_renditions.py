"""The Retire… states, RemoveRenditions and TidyRenditions: keep only the renditions that the image's record names."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, delivery
from renditions.contracts import TidyRequest
from renditions.logs import identified
from renditions.places import Places
from renditions.tidying import BEING_DELETED, CONCURRENCY, tidy
from renditions.without_traceback import without_traceback

PLACES = Places.from_environment(os.environ, "renditions_bucket", "images_table")
S3 = aws.s3(connections=CONCURRENCY)
DYNAMODB = aws.dynamodb()
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``TidyRequest``. Output: ``Tidied``. Raises StorageUnavailable."""
    request = TidyRequest.from_event(event)
    tidied = tidy(S3, DYNAMODB, PLACES.images_table, PLACES.renditions_bucket, request.original())
    if PLACES.delivery_distribution and tidied.status in BEING_DELETED:
        delivery.forget(aws.cloudfront(), PLACES.delivery_distribution, request.original())
    logger.info("tidied", extra={"because": request.because, **tidied.to_json()})
    return tidied.to_json()
