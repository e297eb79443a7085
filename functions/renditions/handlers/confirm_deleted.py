"""ConfirmDeleted: whether the original of a deletion event is really gone, or only an old version of it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import storage
from renditions.contracts import Original
from renditions.verdicts import told_without_traceback

S3 = storage.connect()
logger = Logger()


@told_without_traceback
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: the "Object Deleted" event. Output: nothing. Raises ObjectExists or StorageUnavailable."""
    storage.confirm_deleted(S3, Original.from_event(event))
    return {}
