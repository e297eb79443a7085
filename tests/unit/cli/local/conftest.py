"""A small SAM project, deployed to the emulator: a few resources of the same types as in the real template."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from renditions_cli.local.stack import LocalStack

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: { Type: String, Default: Hello }
  Runtime: { Type: String, Default: python3.13 }
Globals:
  Function: { CodeUri: code/, Runtime: !Ref Runtime, Architectures: [arm64] }
Resources:
  Box:
    Type: AWS::S3::Bucket
  BoxPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Box
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub "${Box.Arn}/*"
            Condition: { Bool: { "aws:SecureTransport": "false" } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Topic:
    Type: AWS::SNS::Topic
  GreetFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: greeter.handlers.greet
      Environment: { Variables: { GREETING: !Ref Greeting, BOX: !Ref Box } }
      Policies: [{ Statement: [{ Effect: Allow, Action: s3:PutObject, Resource: !Sub "${Box.Arn}/*" }] }]
  OtherFunction:
    Type: AWS::Serverless::Function
    Properties: { Handler: greeter.handlers.forbidden, Environment: { Variables: { BOX: !Ref Box } } }
  Queue:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: queue.asl.json
      DefinitionSubstitutions: { Function: !GetAtt GreetFunction.Arn }
      Policies: [{ LambdaInvokePolicy: { FunctionName: !Ref GreetFunction } }]
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.json
      DefinitionSubstitutions: { TopicArn: !Ref Topic }
      Policies: [{ Statement: [{ Effect: Allow, Action: sns:Publish, Resource: !Ref Topic }] }]
Outputs:
  Box: { Value: !Ref Box }
  Table: { Value: !Ref Table }
  Topic: { Value: !Ref Topic }
  Queue: { Value: !Ref Queue }
  Machine: { Value: !Ref Machine }
  Greet: { Value: !Ref GreetFunction }
  Other: { Value: !Ref OtherFunction }
  Greeting: { Value: !Ref Greeting }
"""

HANDLERS = """
import os
import time
import boto3

class Unhappy(Exception):
    pass

def greet(event, context):
    if event.get("unhappy"):
        raise Unhappy("no reason")
    time.sleep(event.get("seconds", 0))
    boto3.client("s3").put_object(Bucket=os.environ["BOX"], Key="greeting", Body=b"x")
    role = boto3.client("sts").get_caller_identity()["Arn"]
    return {"said": os.environ["GREETING"], "file": __file__, "role": role, "secret": os.environ.get("OUR_SECRET")}

def forbidden(event, context):
    boto3.client("s3").put_object(Bucket=os.environ["BOX"], Key="forbidden", Body=b"x")
"""

MACHINE = {
    "StartAt": "Tell",
    "States": {
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {
                "TopicArn": "${TopicArn}",
                "Message": "done",
                "MessageAttributes": {"status": {"DataType": "String", "StringValue.$": "$.status"}},
            },
            "End": True,
        }
    },
}

QUEUE = {
    "StartAt": "Work",
    "States": {
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "${Function}", "Payload.$": "$"},
            "TimeoutSeconds": 5,
            "End": True,
        }
    },
}


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a project with a template, two functions in one code folder, and two state machines."""
    folder = tmp_path_factory.mktemp("project")
    code = folder / "code" / "greeter"
    code.mkdir(parents=True)
    (code / "__init__.py").touch()
    (code / "handlers.py").write_text(HANDLERS)
    (folder / "machine.asl.json").write_text(json.dumps(MACHINE))
    (folder / "queue.asl.json").write_text(json.dumps(QUEUE))
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


@pytest.fixture(scope="session")
def small_stack(small_project: Path) -> Iterator[LocalStack]:
    """Deploy the small project. Tests may update the stack, but must leave it complete."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUR_SECRET", "of this machine")
        with LocalStack(
            0, template=small_project / "template.yaml", directory=small_project / ".local"
        ) as stack:
            yield stack
