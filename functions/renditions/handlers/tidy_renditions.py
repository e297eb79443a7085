"""RetireSuperseded and its kind, RemoveRenditions: the files of an image become those that its record names."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import records, storage
from renditions.contracts import TidyRequest
from renditions.settings import Settings
from renditions.tidying import tidy
from renditions.verdicts import told_without_traceback

SETTINGS = Settings.from_environment(os.environ)
S3 = storage.connect()
DYNAMODB = records.connect()
logger = Logger()


@told_without_traceback
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``TidyRequest``. Output: ``Tidied``. Raises StorageUnavailable."""
    request = TidyRequest(**event)
    tidied = tidy(S3, DYNAMODB, SETTINGS.images_table, SETTINGS.renditions_bucket, request.original())
    logger.info("tidied", extra={"because": request.because, **tidied.to_json()})
    return tidied.to_json()
