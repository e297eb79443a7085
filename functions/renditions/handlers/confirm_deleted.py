"""ConfirmDeleted: check that the original is gone, and not only an old version of it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws
from renditions.contracts import Original
from renditions.storage import originals
from renditions.without_traceback import without_traceback

S3 = aws.s3()
logger = Logger()


@without_traceback
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: the "Object Deleted" event. Output: an empty object. Raises ObjectExists or StorageUnavailable."""
    originals.confirm_deleted(S3, Original.from_event(event))
    return {}
