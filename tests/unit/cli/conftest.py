"""A deployed stack on moto's server, as the command finds it, and the command as a user calls it."""

import json
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.loaders import Loader
from typer.main import get_command
from typer.testing import CliRunner, Result

from renditions_cli.aws.stack import Stack, StackChoice, find_stack
from renditions_cli.main import app

Command = Callable[..., Result]

TEMPLATE = {
    "Resources": {
        "UploadsBucket": {"Type": "AWS::S3::Bucket"},
        "RenditionsBucket": {"Type": "AWS::S3::Bucket"},
        "BackfillBucket": {"Type": "AWS::S3::Bucket"},
        "StartFailuresQueue": {"Type": "AWS::SQS::Queue"},
        "SetAsideQueue": {"Type": "AWS::SQS::Queue"},
        "ImagesTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"}
                    for name in ("image_uri", "status_shard", "status_since")
                ],
                "KeySchema": [{"AttributeName": "image_uri", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by-status",
                        "KeySchema": [
                            {"AttributeName": "status_shard", "KeyType": "HASH"},
                            {"AttributeName": "status_since", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            },
        },
    },
    "Outputs": {
        "UploadsBucketName": {"Value": {"Ref": "UploadsBucket"}},
        "RenditionsBucketName": {"Value": {"Ref": "RenditionsBucket"}},
        "ImagesTableName": {"Value": {"Ref": "ImagesTable"}},
        "ImagePipelineArn": {"Value": "arn:aws:states:us-east-1:123456789012:stateMachine:image-pipeline"},
        "ExecutionFailedArn": {
            "Value": "arn:aws:states:us-east-1:123456789012:stateMachine:execution-failed"
        },
        "StartFailuresQueueUrl": {"Value": {"Ref": "StartFailuresQueue"}},
        "SetAsideQueueUrl": {"Value": {"Ref": "SetAsideQueue"}},
        "NotificationsTopicArn": {"Value": "arn:aws:sns:us-east-1:123456789012:notifications"},
        "ImageBackfillArn": {"Value": "arn:aws:states:us-east-1:123456789012:stateMachine:image-backfill"},
        "BackfillBucketName": {"Value": {"Ref": "BackfillBucket"}},
        "ConsoleUrl": {"Value": "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/x"},
    },
}


GET_COMMAND = cache(get_command)  # building the command from its functions takes longer than most calls of it
LOADER = Loader()  # loading the service models of AWS takes longer than most tests, so it happens only once


def fresh_session(*_: object) -> botocore.session.Session:
    """Return a session as in a new process, which has not read any settings."""
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    return session


@pytest.fixture(autouse=True)
def fresh_sessions(aws_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every boto3 session read the AWS settings again."""
    monkeypatch.setattr(botocore.session, "get_session", fresh_session)


@pytest.fixture
def renditions_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run ``renditions`` with arguments, in an empty folder, without a running local stack."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("renditions_cli.aws.stack.DIRECTORY", tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("typer.testing._get_command", GET_COMMAND)

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="renditions")

    return call


@pytest.fixture
def stack_name() -> str:
    """Return a name that no other test uses."""
    return f"stack-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def stack(fresh_sessions: None, s3_endpoint: str, stack_name: str, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Create a stack of that name and find it, as on AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    boto3.Session().client("cloudformation").create_stack(
        StackName=stack_name, TemplateBody=json.dumps(TEMPLATE)
    )
    found = find_stack(StackChoice(stack_name))
    found.s3().put_bucket_versioning(  # moto's CloudFormation ignores the property
        Bucket=found.outputs.uploads_bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    return found


@pytest.fixture
def state_machines(stack: Stack) -> Iterator[None]:
    """The state machines that the outputs of the stack name. Their executions stay RUNNING."""
    client = stack.step_functions()
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    arns = [stack.outputs.image_pipeline, stack.outputs.execution_failed]
    for arn in arns:
        role = "arn:aws:iam::123456789012:role/any"
        client.create_state_machine(name=arn.rsplit(":", 1)[-1], definition=definition, roleArn=role)
    yield
    for arn in arns:
        client.delete_state_machine(stateMachineArn=arn)
