"""Count each change of a record once, although a stream delivers it at least once.

A table has the IDs of the changes that are counted. DynamoDB deletes them after two days; a stream keeps its records
for one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from renditions import aws
from renditions.measuring import UNITS, Measurement, measure
from renditions.records import ImageRecord

if TYPE_CHECKING:
    from aws_lambda_powertools import Metrics
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT: Final = timedelta(days=2)


def count(dynamodb: "DynamoDBClient", table: str, change: Mapping[str, Any], metrics: "Metrics") -> None:
    """Print the metrics of one record of the stream, unless that was done before. Raises StorageUnavailable.

    The line follows the mark immediately. A process that dies between the two loses a change, as does a mark whose
    answer gets lost for good. None counts twice.
    """
    images = change["dynamodb"]
    measured = measure(_record(images.get("OldImage")), _record(images.get("NewImage")))
    if measured and _is_first(dynamodb, table, change["eventID"], datetime.now(UTC)):
        _print(measured, metrics)


def _record(item: Any) -> ImageRecord | None:
    return ImageRecord.from_item(item) if item else None


def _is_first(dynamodb: "DynamoDBClient", table: str, event_id: str, now: datetime) -> bool:
    """Mark a change as counted. Returns False if it was marked before.

    ``marked_by`` is different in each call, so that a request that botocore repeats, because the answer was lost,
    recognizes its own mark.
    """
    mark = {"S": uuid4().hex}
    item: Any = {
        "event_id": {"S": event_id},
        "marked_by": mark,
        "expires_at": {"N": str(int((now + _KEPT).timestamp()))},
    }
    try:
        with aws.retryable_errors("DynamoDB"):
            dynamodb.put_item(
                TableName=table,
                Item=item,
                ConditionExpression="attribute_not_exists(event_id) OR marked_by = :mark",
                ExpressionAttributeValues={":mark": mark},
            )
    except ClientError as error:
        if aws.error_code(error) == "ConditionalCheckFailedException":
            return False
        raise
    return True


def _print(measured: Measurement, metrics: "Metrics") -> None:
    """Print a line in CloudWatch's embedded metric format. A rejection counts in total and by its reason."""
    if measured.reason:
        metrics.add_dimensions(service=str(metrics.service), reason=measured.reason)
    for name, value in measured.values.items():
        metrics.add_metric(name, UNITS[name], value)
    for name, fact in measured.facts.items():
        metrics.add_metadata(name, fact)
    metrics.set_timestamp(measured.moment)
    metrics.flush_metrics()
