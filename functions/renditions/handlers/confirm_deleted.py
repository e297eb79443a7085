"""ConfirmDeleted and ConfirmGone: check whether the original is gone, and not only a version of it."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws
from renditions.deletions import current_object, expiry
from renditions.errors import ObjectExists
from renditions.logs import identified
from renditions.without_traceback import without_traceback

KEPT_DAYS = int(os.environ.get("DELETED_RECORD_DAYS", "365"))
S3 = aws.s3()
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: ``time`` and ``detail`` of an event from S3; the time is optional. Output: ``CurrentObject``.

    Raises StorageUnavailable.
    """
    found = current_object(S3, event)
    if found.exists and "detail-type" in event:
        # From the definition of release 0.1, which passes the whole event and would take an answer for "deleted". An
        # execution that began with it keeps it, even if it is redriven weeks later.
        raise ObjectExists("The key has an object.")
    logger.info("looked up", extra={"exists": found.exists, "predates_event": found.predates_event})
    return replace(found, expires_at=expiry(KEPT_DAYS, datetime.now(UTC))).to_json()
