"""Calls that an attacker with a stolen session might try, each with the permission that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.e2e.cloud import Cloud
from tests.faults.roles import Session

NOTHING = "nothing-of-that-name"
KEY = {"image_uri": {"S": "s3://nobody/nothing"}}


@dataclass(frozen=True)
class Attempt:
    """A call that a role may make only if ``needs``, "action resource", is one of its grants."""

    sentence: str
    needs: str
    service: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def make(self, session: Session, cloud: Cloud) -> str:
        """Make the call. Returns the error code, or that it was allowed."""
        try:
            getattr(session.client(cloud, self.service), self.method)(**self.arguments)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "it was allowed"


def attempts(outputs: Mapping[str, str]) -> list[Attempt]:
    """Return all attempts on the resources of a deployed stack. None does harm there, even if it is allowed."""
    return [
        *_on_objects(outputs),
        *_on_buckets(outputs),
        *_on_records(outputs),
        *_on_queues(outputs),
        *_on_machines(outputs),
        *_ON_THE_STACK,
    ]


def _on_objects(o: Mapping[str, str]) -> list[Attempt]:
    """The same calls on the objects of both buckets."""
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "GetObject": ("get_object", {}),
        "PutObject": ("put_object", {"Body": b""}),
        "DeleteObject": ("delete_object", {}),
        "DeleteObjectVersion": ("delete_object", {"VersionId": "0"}),
        "PutObjectTagging": ("put_object_tagging", {"Tagging": {"TagSet": []}}),
    }
    return [
        Attempt(
            f"{action} of {bucket}",
            f"s3:{action} {bucket}/*",
            "s3",
            method,
            {"Bucket": o[f"{bucket}Name"], "Key": NOTHING} | more,
        )
        for bucket in ("UploadsBucket", "RenditionsBucket")
        for action, (method, more) in calls.items()
    ]


def _on_buckets(o: Mapping[str, str]) -> list[Attempt]:
    uploads, renditions = {"Bucket": o["UploadsBucketName"]}, {"Bucket": o["RenditionsBucketName"]}
    stop: dict[str, Any] = {"NotificationConfiguration": {}}
    return [
        Attempt("list originals", "s3:ListBucket UploadsBucket", "s3", "list_objects_v2", uploads),
        Attempt("list renditions", "s3:ListBucket RenditionsBucket", "s3", "list_objects_v2", renditions),
        Attempt(
            "list versions", "s3:ListBucketVersions UploadsBucket", "s3", "list_object_versions", uploads
        ),
        Attempt(
            "stop the events",
            "s3:PutBucketNotification UploadsBucket",
            "s3",
            "put_bucket_notification_configuration",
            uploads | stop,
        ),
        Attempt(
            "open a bucket",
            "s3:PutBucketPolicy UploadsBucket",
            "s3",
            "put_bucket_policy",
            uploads | {"Policy": "{}"},
        ),
        Attempt("make a bucket", "s3:CreateBucket *", "s3", "create_bucket", {"Bucket": NOTHING}),
        Attempt("list all buckets", "s3:ListAllMyBuckets *", "s3", "list_buckets"),
    ]


def _on_records(o: Mapping[str, str]) -> list[Attempt]:
    table = o["ImagesTableName"]
    return [
        Attempt(
            "read a record",
            "dynamodb:GetItem ImagesTable",
            "dynamodb",
            "get_item",
            {"TableName": table, "Key": KEY},
        ),
        Attempt("read all records", "dynamodb:Scan ImagesTable", "dynamodb", "scan", {"TableName": table}),
        Attempt(
            "change a record",
            "dynamodb:UpdateItem ImagesTable",
            "dynamodb",
            "update_item",
            {"TableName": table, "Key": KEY},
        ),
        Attempt(
            "replace a record",
            "dynamodb:PutItem ImagesTable",
            "dynamodb",
            "put_item",
            {"TableName": table, "Item": KEY},
        ),
        Attempt(
            "delete a record",
            "dynamodb:DeleteItem ImagesTable",
            "dynamodb",
            "delete_item",
            {"TableName": table, "Key": KEY},
        ),
    ]


def _on_queues(o: Mapping[str, str]) -> list[Attempt]:
    return [
        Attempt(
            "read the dead letters",
            "sqs:ReceiveMessage StartFailuresQueue",
            "sqs",
            "receive_message",
            {"QueueUrl": o["StartFailuresQueueUrl"]},
        ),
        Attempt(
            "send a dead letter",
            "sqs:SendMessage StartFailuresQueue",
            "sqs",
            "send_message",
            {"QueueUrl": o["StartFailuresQueueUrl"], "MessageBody": "!"},
        ),
        Attempt(
            "drop the dead letters",
            "sqs:PurgeQueue StartFailuresQueue",
            "sqs",
            "purge_queue",
            {"QueueUrl": o["StartFailuresQueueUrl"]},
        ),
    ]


def _on_machines(o: Mapping[str, str]) -> list[Attempt]:
    return [
        Attempt(
            "start a pipeline",
            "states:StartExecution ImagePipeline",
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": o["ImagePipelineArn"]},
        ),
        Attempt(
            "start a deletion",
            "states:StartExecution ImageDeleted",
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": o["ImageDeletedArn"]},
        ),
        Attempt(
            "read an execution",
            "states:ListExecutions ImagePipeline",
            "stepfunctions",
            "list_executions",
            {"stateMachineArn": o["ImagePipelineArn"]},
        ),
    ]


_ON_THE_STACK = [
    Attempt(
        "call the watermark function",
        "lambda:InvokeFunction WatermarkImageFunction",
        "lambda",
        "invoke",
        {"FunctionName": "renditions-watermark-image"},
    ),
    Attempt(
        "call the tidying function",
        "lambda:InvokeFunction TidyRenditionsFunction",
        "lambda",
        "invoke",
        {"FunctionName": "renditions-tidy-renditions"},
    ),
    Attempt(
        "change a function",
        "lambda:UpdateFunctionConfiguration *",
        "lambda",
        "update_function_configuration",
        {"FunctionName": "renditions-resize-image", "Timeout": 1},
    ),
    Attempt(
        "read a function",
        "lambda:GetFunction *",
        "lambda",
        "get_function",
        {"FunctionName": "renditions-resize-image"},
    ),
    Attempt("silence a rule", "events:ListRules *", "events", "list_rules"),
    Attempt(
        "send an event",
        "events:PutEvents *",
        "events",
        "put_events",
        {"Entries": [{"Source": "x", "DetailType": "x", "Detail": "{}"}]},
    ),
    Attempt("read the roles", "iam:ListRoles *", "iam", "list_roles"),
    Attempt(
        "widen a role",
        "iam:PutRolePolicy *",
        "iam",
        "put_role_policy",
        {"RoleName": NOTHING, "PolicyName": "x", "PolicyDocument": "{}"},
    ),
    Attempt("read the stack", "cloudformation:DescribeStacks *", "cloudformation", "describe_stacks"),
]
