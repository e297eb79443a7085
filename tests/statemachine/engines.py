"""The engines: moto in this process, aws-stepfunctions-local in Docker, or one that is already running.

Retries are shortened: moto does not sleep, and the others get IntervalSeconds 1 and BackoffRate 1. MaxAttempts and the
order of the errors stay as declared. tests/contract/test_flow.py checks the declared numbers.

aws-stepfunctions-local differs from AWS in two ways that a definition cannot avoid. It may refuse fields, which are
then left out, and it wants DynamoDB's type BOOL to be called Bool. The end of a run says what was changed.
"""

import copy
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import boto3.session
from botocore.exceptions import ClientError

from tests.statemachine import definitions
from tests.statemachine.choices import KEPT, ORIGINS
from tests.statemachine.definitions import Definition
from tests.statemachine.history import Event, Execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

ROLE = "arn:aws:iam::123456789012:role/pipeline"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
aws = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)

# Fields that old builds of aws-stepfunctions-local refuse. Only these may be left out, and the run says so.
MAY_BE_UNKNOWN = ("MaxDelaySeconds", "JitterStrategy")
# The functions that they may not know, and what takes their place: a number, the attributes without the context, and
# what is true of an upload.
MAY_BE_FIXED = {
    "States.MathRandom(0, 8)": "0",
    "States.JsonMerge($.attributes.context, $.attributes.own, false)": "$.attributes.own",
    **dict.fromkeys(ORIGINS, "States.Format('{}', 'upload')"),
    **{
        kept.replace("${RejectionPrefix}", prefix): f"States.Format('{{}}', '{prefix}{name}')"
        for name, kept in KEPT.items()
        for prefix in ("", "no_")
    },
}

# Writes an attribute of the type BOOL. AWS sends the request, and the table does not exist. aws-stepfunctions-local
# cannot build the request, and the task ends as TaskSubmitFailed.
PROBE: Definition = {
    "StartAt": "Probe",
    "States": {
        "Probe": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "no-such-table", "Item": {"a": {"S": "a"}, "b": {"BOOL": True}}},
            "End": True,
        }
    },
}

Adapt = Callable[[Definition], Definition]


class Engine:
    """A Step Functions endpoint. ``adapt`` shortens the waits of a definition if the engine itself cannot."""

    def __init__(self, url: str, adapt: Adapt, *, keeps_order: bool = False) -> None:
        self.url = url
        self.keeps_order = keeps_order  # of the results of a Parallel state, as AWS does
        self.left_out: set[str] = set()
        self.says_bool = False
        self._adapt = adapt
        self._client: SFNClient = aws.client("stepfunctions", endpoint_url=url)

    def create(self, name: str, definition: Definition) -> str:
        """Create a state machine, without fields that the engine does not support. Returns its ARN."""
        adapted = self._adapt(with_bool(definition) if self.says_bool else definition)
        try:
            return self._create(name, adapted)
        except ClientError as error:
            unknown = {field for field in (*MAY_BE_UNKNOWN, "MathRandom", "JsonMerge") if field in str(error)}
            if not unknown:
                raise
            self.left_out |= {*MAY_BE_UNKNOWN, *MAY_BE_FIXED}
            return self._create(name, fixed(without(adapted, MAY_BE_UNKNOWN)))

    def _create(self, name: str, definition: Definition) -> str:
        text = json.dumps(definition, ensure_ascii=False)
        return self._client.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]

    def probe(self) -> Self:
        """Find out how the engine spells DynamoDB's type BOOL."""
        name = f"probe-{uuid4().hex}"
        probed = self.finish("image_pipeline", self.start(self._create(name, PROBE), name, {}))
        self.says_bool = any(event["type"] == "TaskSubmitFailed" for event in probed.events)
        return self

    def start(self, machine_arn: str, name: str, document: object) -> str:
        """Start an execution and return its ARN."""
        started = self._client.start_execution(
            stateMachineArn=machine_arn, name=name, input=json.dumps(document, ensure_ascii=False)
        )
        return started["executionArn"]

    def finish(self, machine: str, arn: str) -> Execution:
        """Wait for the end of an execution and read its history."""
        found, events = self._ended(arn), self._events(arn)
        error, cause = found.get("error"), found.get("cause")
        if events and (details := events[-1].get("executionFailedEventDetails")):
            error, cause = details.get("error"), details.get("cause")
        name = definitions.same_error(error) if error else None
        return Execution(machine, arn, found["status"], name, cause, events)

    def _ended(self, arn: str) -> "DescribeExecutionOutputTypeDef":
        while (found := self._client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
        return found

    def _events(self, arn: str) -> Sequence[Event]:
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]


def without(definition: Definition, fields: tuple[str, ...]) -> Definition:
    """Return the definition without these fields of its retriers."""
    result = copy.deepcopy(definition)
    for retrier in definitions.retriers(result):
        for field in fields:
            retrier.pop(field, None)
    return result


def with_bool(definition: Definition) -> Definition:
    """Return the definition with the type BOOL as aws-stepfunctions-local spells it."""
    spelled: Definition = json.loads(json.dumps(definition).replace('"BOOL.$":', '"Bool.$":'))
    return spelled


def fixed(definition: Definition) -> Definition:
    """Return the definition without the functions that the engine may not know."""
    text = json.dumps(definition)
    for call, instead in MAY_BE_FIXED.items():
        text = text.replace(call, instead)
    result: Definition = json.loads(text)
    return result


def in_seconds(definition: Definition) -> Definition:
    """Return the definition with the shortest waits that the language allows."""
    result = copy.deepcopy(definition)
    for retrier in definitions.retriers(result):
        retrier |= {"IntervalSeconds": 1, "BackoffRate": 1.0}
    return result


@contextmanager
def in_docker(port: int) -> Iterator[Engine]:
    """Run the image of AWS, with endpoints at ``port`` of the machine that runs Docker."""
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
        yield Engine(url, in_seconds).probe()


def missing_docker() -> str:
    """Return why the Docker engine cannot run here, or nothing."""
    import docker

    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        reason = str(error).splitlines()[0][:120]
        return f"the state machine cases are skipped: --engine=docker needs a running Docker ({reason})"
    return ""


@contextmanager
def running(url: str) -> Iterator[Engine]:
    """Use an engine that is already running, with its endpoints at our --services-port."""
    _wait_for(url)
    yield Engine(url, in_seconds).probe()


def _wait_for(url: str, seconds: float = 30) -> None:
    """Wait until Step Functions answers there. Raises ConnectionError after ``seconds``."""
    client = aws.client("stepfunctions", endpoint_url=url)
    end = time.monotonic() + seconds
    while True:
        try:
            client.list_state_machines()
        except Exception as error:
            if time.monotonic() > end:
                raise ConnectionError(f"No answer from Step Functions at {url}: {error}") from error
            time.sleep(0.5)
        else:
            return
