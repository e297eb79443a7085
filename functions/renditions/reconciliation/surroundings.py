"""Where everything is, and the clients that reach it."""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import botocore.session
from botocore.config import Config

from renditions.errors import InvalidSettings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

    from renditions.reconciliation.walk import Position

AT_ONCE: Final = 8  # requests for single objects and executions; below the ten connections of a client
NAMES: Final = ("uploads_bucket", "renditions_bucket", "images_table", "image_pipeline_arn")


@dataclass(frozen=True, slots=True)
class Places:
    """The stack's resources. ``image_deleted_arn`` is empty where the stack has no such state machine."""

    uploads_bucket: str
    renditions_bucket: str
    images_table: str
    image_pipeline_arn: str
    image_deleted_arn: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read them from ``environ``. Raises InvalidSettings, naming every one that is missing."""
        missing = [name.upper() for name in NAMES if not environ.get(name.upper())]
        if missing:
            raise InvalidSettings(f"{', '.join(missing)} must be set.")
        found = {name: environ[name.upper()] for name in NAMES}
        return cls(**found, image_deleted_arn=environ.get("IMAGE_DELETED_ARN", ""))

    def uri(self, key: str) -> str:
        """The image of the uploads bucket's object ``key``."""
        return f"s3://{self.uploads_bucket}/{key}"


@dataclass(frozen=True, slots=True)
class Clients:
    """What a reconciliation talks to, with threads for what has to be asked one by one."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    step_functions: "SFNClient"
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE))


def connect() -> Clients:
    """Clients with the credentials of the surroundings, patient with a throttling service."""
    session = botocore.session.get_session()
    config = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 6})
    region = os.environ.get("AWS_REGION")
    s3, dynamodb, step_functions = (
        session.create_client(service, region_name=region, config=config)
        for service in ("s3", "dynamodb", "stepfunctions")
    )
    return Clients(s3, dynamodb, step_functions)  # type: ignore[arg-type]


def connect_lambda() -> "LambdaClient":
    """A client with which a function hands its rest over to its own next run."""
    client: LambdaClient = botocore.session.get_session().create_client(  # type: ignore[assignment]
        "lambda", region_name=os.environ.get("AWS_REGION")
    )
    return client


def hand_over(client: "LambdaClient", function: str, position: "Position") -> None:
    """Let the function run again from ``position`` on, without waiting for it."""
    payload = json.dumps({"continuation": position.to_json()})
    client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
