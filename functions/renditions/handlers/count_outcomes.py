"""Count the outcomes of images. Not a state: the stream of the images table invokes it."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, counting
from renditions.logs import error_name, identified
from renditions.places import Places

PLACES = Places.from_environment(os.environ, "measured_table")
DYNAMODB = aws.dynamodb()
BATCH = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
metrics = Metrics()
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
@identified(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Input: changes of records, with both images. Output: what Lambda must send again."""
    return process_partial_response(event, _count, BATCH, context)


def _count(record: DynamoDBRecord) -> None:
    try:
        counting.count(DYNAMODB, PLACES.measured_table, record.raw_event, metrics)
    except Exception as error:
        # Its message may contain a key.
        logger.error("not measured", extra={"error": error_name(error)})  # noqa: TRY400
        raise
