"""The functions' AWS clients, and the one error for a service that is unavailable right now.

The clients come from botocore: boto3 would also import s3transfer, which makes each cold start slower.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NotConnectedError

from renditions.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

# Error codes of requests that may succeed later although their HTTP status is below 500.
_BUSY: Final = {
    "InternalError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeTooSkewed",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottlingException",
}

# What botocore raises after its own retries when there was no response, only part of one, or a corrupted one.
_NO_RESPONSE: Final = (HTTPClientError, NotConnectedError, IncompleteReadError, FlexibleChecksumError)


def s3(*, attempts: int = 3, connections: int = 10) -> "S3Client":
    """Return an S3 client that gives up on a hanging connection well before the function's timeout.

    Three attempts take half a minute at most. After that the state machine retries the function. ``connections``: the
    most that it keeps open, and so the most requests at a time that need no new one.
    """
    client: S3Client = _client("s3", _config(read_timeout=10, attempts=attempts, connections=connections))
    return client


def web_s3() -> "S3Client":
    """Return an S3 client for the web API, whose user waits 29 seconds at most.

    Its signed URLs name the bucket's own host in its own region, in every region: the page's Content Security Policy
    allows that host only. botocore's default is the global one in the older regions.
    """
    options: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
    signing = Config(signature_version="s3v4", s3=options)
    client: S3Client = _client("s3", _config(read_timeout=5, attempts=2).merge(signing))
    return client


def dynamodb(*, read_timeout: int = 5, attempts: int = 3) -> "DynamoDBClient":
    """Return a DynamoDB client that gives up well before the function's timeout; ``read_timeout`` in seconds."""
    client: DynamoDBClient = _client("dynamodb", _config(read_timeout=read_timeout, attempts=attempts))
    return client


def step_functions(*, attempts: int) -> "SFNClient":
    """Return a Step Functions client that slows down when it is throttled: DescribeExecution has a small quota."""
    patient: Any = {"mode": "adaptive", "total_max_attempts": attempts}
    config = _config(read_timeout=10, attempts=attempts).merge(Config(retries=patient))
    client: SFNClient = _client("stepfunctions", config)
    return client


def cloudfront() -> "CloudFrontClient":
    """Return a CloudFront client."""
    client: CloudFrontClient = _client("cloudfront", _config(read_timeout=10, attempts=3))
    return client


def eventbridge(region: str | None = None) -> "EventBridgeClient":
    """Return an EventBridge client for the function's own region, or for that of a bus."""
    client: EventBridgeClient = _client("events", _config(read_timeout=5, attempts=3), region)
    return client


def sqs() -> "SQSClient":
    """Return an SQS client for the digest."""
    client: SQSClient = _client("sqs", _config(read_timeout=30, attempts=5, connections=10))
    return client


def sns() -> "SNSClient":
    """Return an SNS client for the digest."""
    client: SNSClient = _client("sns", _config(read_timeout=10, attempts=5))
    return client


def lambda_functions() -> "LambdaClient":
    """Return a Lambda client with botocore's own timeouts and retries."""
    client: LambdaClient = _client("lambda", None)
    return client


def kms() -> "KMSClient":
    """Return a KMS client for signatures."""
    client: KMSClient = _client("kms", _config(read_timeout=5, attempts=3))
    return client


def ssm() -> "SSMClient":
    """Return a Systems Manager client, for a parameter."""
    client: SSMClient = _client("ssm", _config(read_timeout=5, attempts=3))
    return client


@contextmanager
def retryable_errors(service: str) -> Iterator[None]:
    """Raise StorageUnavailable in place of an error that may not occur again when the request is retried.

    Every other error of ``service``, such as a missing bucket or denied access, stays a ClientError.
    """
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status < 500 and error_code(error) not in _BUSY:
            raise
        raise StorageUnavailable(f"{service} answered {error_code(error)} ({status}).") from error
    except _NO_RESPONSE as error:
        raise StorageUnavailable(f"The connection to {service} failed: {type(error).__name__}.") from error


def error_code(error: ClientError) -> str:
    """Return the code by which a service names an error, such as ``NoSuchKey``."""
    return error.response.get("Error", {}).get("Code", "")


def is_not_found(error: ClientError) -> bool:
    """Return whether the service answered with HTTP status 404."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404


def _config(*, read_timeout: int, attempts: int, connections: int = 10) -> Config:
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    return Config(
        connect_timeout=3, read_timeout=read_timeout, retries=retries, max_pool_connections=connections
    )


def _client(service: str, config: Config | None, region: str | None = None) -> Any:
    region = region or os.environ.get("AWS_REGION")
    return _session().create_client(service, region_name=region, config=config)


@cache
def _session() -> botocore.session.Session:
    """One session for all clients of a function: a second one would load AWS's data files again."""
    return botocore.session.get_session()
