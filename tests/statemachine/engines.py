"""What executes the definitions: moto in this process, aws-stepfunctions-local in Docker, or one that already runs.

Retries wait for seconds. How each engine is spared that, with MaxAttempts and the order of errors as declared:
moto sleeps no time at all; for the others IntervalSeconds is 1 and BackoffRate 1. The declared numbers are asserted
on the definitions themselves.
"""

import copy
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3.session
from botocore.exceptions import ClientError

from tests.statemachine import definitions
from tests.statemachine.definitions import Definition
from tests.statemachine.history import Execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

ROLE = "arn:aws:iam::123456789012:role/pipeline"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
aws = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)

# Fields that old builds of aws-stepfunctions-local refuse: exactly these may be left out, and the run says so.
MAY_BE_UNKNOWN = ("MaxDelaySeconds", "JitterStrategy")

Adapt = Callable[[Definition], Definition]


class Engine:
    """A Step Functions endpoint. ``adapt`` shortens a definition's waits where the engine itself cannot."""

    def __init__(self, url: str, adapt: Adapt, *, keeps_order: bool = False) -> None:
        self.url = url
        self.keeps_order = keeps_order  # of a Parallel's results, as AWS does
        self.left_out: set[str] = set()
        self._adapt = adapt
        self._client: SFNClient = aws.client("stepfunctions", endpoint_url=url)

    def create(self, name: str, definition: Definition) -> str:
        """Create a state machine; its ARN. Without the fields that this engine turns out not to know."""
        adapted = self._adapt(definition)
        try:
            return self._create(name, adapted)
        except ClientError as error:
            unknown = {field for field in MAY_BE_UNKNOWN if field in str(error)}
            if not unknown:
                raise
            self.left_out |= set(MAY_BE_UNKNOWN)
            return self._create(name, without(adapted, MAY_BE_UNKNOWN))

    def _create(self, name: str, definition: Definition) -> str:
        text = json.dumps(definition, ensure_ascii=False)
        return self._client.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]

    def start(self, machine_arn: str, name: str, document: object) -> str:
        """Start an execution; its ARN."""
        started = self._client.start_execution(
            stateMachineArn=machine_arn, name=name, input=json.dumps(document, ensure_ascii=False)
        )
        return started["executionArn"]

    def finish(self, machine: str, arn: str) -> Execution:
        """Wait for the end of an execution, and read what it did."""
        while (found := self._client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        error, cause = found.get("error"), found.get("cause")
        if events and (details := events[-1].get("executionFailedEventDetails")):
            error, cause = details.get("error"), details.get("cause")
        name = definitions.same_error(error) if error else None
        return Execution(machine, arn, found["status"], name, cause, events)


def without(definition: Definition, fields: tuple[str, ...]) -> Definition:
    """The definition without these fields of its Retry entries."""
    result = copy.deepcopy(definition)
    for retrier in definitions.retriers(result):
        for field in fields:
            retrier.pop(field, None)
    return result


def in_seconds(definition: Definition) -> Definition:
    """The definition with the shortest waits that the language can say."""
    result = copy.deepcopy(definition)
    for retrier in definitions.retriers(result):
        retrier |= {"IntervalSeconds": 1, "BackoffRate": 1.0}
    return result


@contextmanager
def in_docker(port: int) -> Iterator[Engine]:
    """Amazon's own image, whose endpoints point at ``port`` of the machine that runs Docker."""
    from testcontainers.core.container import DockerContainer

    services = f"http://host.docker.internal:{port}"
    container = DockerContainer("amazon/aws-stepfunctions-local").with_exposed_ports(8083)
    for name in ("LAMBDA_ENDPOINT", "DYNAMODB_ENDPOINT", "SNS_ENDPOINT"):
        container = container.with_env(name, services)
    for name, value in CREDENTIALS.items():
        container = container.with_env(name, value)
    container = container.with_kwargs(extra_hosts={"host.docker.internal": "host-gateway"})
    with container:
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(8083)}"
        _wait_for(url)
        yield Engine(url, in_seconds)


def missing_docker() -> str:
    """Why the Docker engine cannot run here, or nothing."""
    import docker

    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        reason = str(error).splitlines()[0][:120]
        return (
            f"no state machine case runs: --engine=docker needs Docker, which does not answer here ({reason})"
        )
    return ""


@contextmanager
def that_runs(url: str) -> Iterator[Engine]:
    """An engine that someone else started, with its endpoints at our --services-port."""
    _wait_for(url)
    yield Engine(url, in_seconds)


def _wait_for(url: str, seconds: float = 30) -> None:
    """Until something speaks HTTP there. Raises ConnectionError when nothing does in time."""
    client = aws.client("stepfunctions", endpoint_url=url)
    end = time.monotonic() + seconds
    while True:
        try:
            client.list_state_machines()
        except Exception as error:
            if time.monotonic() > end:
                raise ConnectionError(f"No Step Functions answers at {url}: {error}") from error
            time.sleep(0.5)
        else:
            return
