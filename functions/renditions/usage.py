"""How often each user of the web page did something in this hour. DynamoDB deletes the counts of past hours."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from renditions import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT: Final = timedelta(hours=2)


def count(
    dynamodb: "DynamoDBClient", table: str, subject: str, what: str, moment: datetime, most: int
) -> bool:
    """Count one more ``what`` of a user in the hour of ``moment`` (UTC). Returns False, uncounted, after ``most``.

    One conditional write, so that any number of requests at once never pass the limit. Raises StorageUnavailable.
    """
    try:
        with aws.retryable_errors("DynamoDB"):
            dynamodb.update_item(
                TableName=table,
                Key={"user_hour": {"S": f"{subject} {moment:%Y-%m-%dT%H}"}},
                UpdateExpression="ADD #what :one SET expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(#what) OR #what < :most",
                ExpressionAttributeNames={"#what": what},
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":most": {"N": str(most)},
                    ":expires_at": {"N": str(int((moment + _KEPT).timestamp()))},
                },
            )
    except ClientError as error:
        if aws.error_code(error) == "ConditionalCheckFailedException":
            return False
        raise
    return True
