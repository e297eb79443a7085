"""What the images table says: the only module of the functions that reads it. Only the state machines write."""

import os
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError

from renditions.contracts import Record
from renditions.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BUSY = {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"}


def connect() -> "DynamoDBClient":
    """A DynamoDB client that gives up well before the function's time is up; the state machine tries again."""
    config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    client: DynamoDBClient = botocore.session.get_session().create_client(  # type: ignore[assignment]
        "dynamodb", region_name=os.environ.get("AWS_REGION"), config=config
    )
    return client


def read(dynamodb: "DynamoDBClient", table: str, image_uri: str) -> Record | None:
    """The image's record as it is now, or None. Raises StorageUnavailable."""
    try:
        answer = dynamodb.get_item(TableName=table, Key={"image_uri": {"S": image_uri}}, ConsistentRead=True)
    except ClientError as error:
        raise _unavailable(error) from error
    except (HTTPClientError, NotConnectedError) as error:
        raise StorageUnavailable(f"The connection to DynamoDB broke: {type(error).__name__}.") from error
    item: Any = answer.get("Item")
    return _parse(item) if item else None


def _parse(item: Any) -> Record:
    renditions = item.get("renditions", {"M": {}})["M"].values()
    return Record(
        status=item["status"]["S"],
        execution_arn=item["execution_arn"]["S"],
        keys=frozenset(one["M"]["key"]["S"] for one in renditions),
    )


def _unavailable(error: ClientError) -> Exception:
    """StorageUnavailable for what may pass by itself; a refusal stays what it is."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return StorageUnavailable(f"DynamoDB answered {code}.") if status >= 500 or code in _BUSY else error
