"""A stack on moto, with images as the pipeline leaves them, and state machines that start but do nothing."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.config import default_user_config

from renditions.places import Places
from renditions.reconciliation import (
    Clients,
    Clock,
    Position,
    Reconciliation,
    Result,
    Walk,
    start,
)
from renditions.storage.keys import rendition_key

VERSION = "0123456789abcdef"
NAMES = ("large.webp", "thumbnail.webp")


class Nothing:
    """An empty body, as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        """Yield nothing."""
        yield b""


@dataclass
class World:
    """What the tests do to the stack, and what a reconciliation finds in it."""

    clients: Clients
    places: Places
    later: timedelta = field(default=timedelta(hours=1))

    def upload(self, key: str, data: bytes = b"picture") -> str:
        """Upload an original. Returns its ETag."""
        answer = self.clients.s3.put_object(Bucket=self.places.uploads_bucket, Key=key, Body=data)
        return answer["ETag"].strip('"')

    def make(self, key: str, version: str = VERSION) -> list[str]:
        """Store the renditions of an original. Returns their keys."""
        keys = [rendition_key(key, version, name) for name in NAMES]
        for one in keys:
            self.clients.s3.put_object(Bucket=self.places.renditions_bucket, Key=one, Body=b"rendition")
        return keys

    def record(self, key: str, etag: str, status: str = "COMPLETED", **more: Any) -> None:
        """Write the record."""
        named = {"etag": etag, "sequencer": "0062E9", "execution_arn": "arn:gone", "status": status}
        item: dict[str, Any] = {name: {"S": value} for name, value in {**named, **more}.items() if value}
        served = status == "COMPLETED" or more.get("served_etag")
        keys = [rendition_key(key, VERSION, name) for name in NAMES] if served else []
        made = {one: {"M": {"bucket": {"S": "made"}, "key": {"S": one}}} for one in keys}
        item |= {"image_uri": {"S": self.places.uri(key)}, "renditions": {"M": made}}
        self.clients.dynamodb.put_item(TableName=self.places.images_table, Item=item)

    def complete(self, *keys: str) -> None:
        """Add images that are completed."""
        for key in keys:
            self.record(key, self.upload(key))
            self.make(key)

    def execution(self, *, ended: bool) -> str:
        """An execution of the pipeline. Returns its ARN."""
        client = self.clients.step_functions
        arn = client.start_execution(stateMachineArn=self.places.image_pipeline_arn, name=uuid.uuid4().hex)
        if ended:
            client.stop_execution(executionArn=arn["executionArn"])
        return arn["executionArn"]

    def refuse(self, operation: str, part: str, status: int) -> None:
        """Answer each request of ``operation`` whose URL or body contains ``part`` with this HTTP status."""
        service, _, name = operation.partition(".")
        client = getattr(self.clients, {"s3": "s3", "sfn": "step_functions"}[service])

        def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
            if part not in f"{request.url} {request.body!r}":
                return None
            headers = HTTPHeaders.from_dict({"x-amzn-errortype": "AccessDenied"})
            return AWSResponse(request.url, status, headers, Nothing())

        client.meta.events.register(f"before-send.{service}.{name}", answer)

    def walk(self, **options: Any) -> Walk:
        """A comparison an hour from now."""
        return Walk(self.clients, self.places, Clock(datetime.now(UTC) + self.later), **options)

    def run(self, act: Any = start, position: Position | None = None, **options: Any) -> list[Result]:
        """Everything that a reconciliation finds and does."""
        whole = Reconciliation(self.walk(**options), act, lambda _: False)
        return list(whole.run(position or Position()))

    def found(self, act: Any = start, **options: Any) -> set[tuple[str, str]]:
        """The findings, as (name of the kind, key)."""
        return {(one.finding.kind.name, one.finding.key) for one in self.run(act, **options)}

    def started(self, result: Result) -> Any:
        """The input of the execution that was started."""
        found = self.clients.step_functions.describe_execution(executionArn=result.execution_arn)
        return json.loads(found["input"])


@pytest.fixture(autouse=True)
def executions_keep_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """Executions stay RUNNING, even in a process where other tests let moto run them."""
    monkeypatch.setitem(default_user_config["stepfunctions"], "execute_state_machine", value=False)


@pytest.fixture
def world(s3_endpoint: str, aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An empty stack."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    clients = Clients.connect()
    s3, dynamodb, step_functions = clients.s3, clients.dynamodb, clients.step_functions
    name = uuid.uuid4().hex
    for purpose in ("uploads", "made"):
        s3.create_bucket(Bucket=f"{purpose}-{name}")
    s3.put_bucket_versioning(Bucket=f"uploads-{name}", VersioningConfiguration={"Status": "Enabled"})
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "image_uri", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "image_uri", "KeyType": "HASH"}],
    )
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    role = "arn:aws:iam::123456789012:role/any"
    pipeline, deleted = (
        step_functions.create_state_machine(name=f"{one}-{name}", definition=definition, roleArn=role)[
            "stateMachineArn"
        ]
        for one in ("image-pipeline", "image-deleted")
    )
    yield World(clients, Places(f"uploads-{name}", f"made-{name}", name, pipeline, deleted))
    clients.threads.shutdown()
