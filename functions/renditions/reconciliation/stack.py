"""The AWS clients of a reconciliation, and the invocation that continues it."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from renditions import aws
from renditions.reconciliation.position import Position

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

_CONCURRENCY: Final = 8  # requests for single objects and executions; below the ten connections of a client
_ATTEMPTS: Final = 6


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients, with threads for requests that take one object or one execution each."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    step_functions: "SFNClient"
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_CONCURRENCY))

    @classmethod
    def connect(cls) -> Self:
        """Return clients that retry a throttling service for longer than the other functions do."""
        return cls(
            aws.s3(attempts=_ATTEMPTS),
            aws.dynamodb(read_timeout=10, attempts=_ATTEMPTS),
            aws.step_functions(attempts=_ATTEMPTS),
        )


def hand_over(client: "LambdaClient", function: str, position: Position) -> None:
    """Invoke the function again to continue from ``position``, without waiting for it."""
    payload = json.dumps({"continuation": position.to_json()})
    client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
