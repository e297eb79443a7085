"""What somebody with a stolen session would try: each attempt with the permission that it needs."""

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
    """A call that a role may make only if ``needs``, "action resource", is among its grants."""

    sentence: str
    needs: str
    service: str
    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def make(self, session: Session, cloud: Cloud) -> str:
        """The code of the refusal, or a word that there was none."""
        try:
            getattr(session.client(cloud, self.service), self.method)(**self.arguments)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "it was allowed"


def attempts(outputs: Mapping[str, str]) -> list[Attempt]:
    """All of them, on the resources of a deployed stack. Were one allowed it would still do no harm there."""
    return [
        *_on_buckets(outputs),
        *_on_records(outputs),
        *_on_queues(outputs),
        *_on_machines(outputs),
        *_ON_THE_STACK,
    ]


def _on_buckets(o: Mapping[str, str]) -> list[Attempt]:
    uploads, renditions = o["UploadsBucketName"], o["RenditionsBucketName"]
    return [
        Attempt(
            "read a rendition",
            "s3:GetObject RenditionsBucket/*",
            "s3",
            "get_object",
            {"Bucket": renditions, "Key": NOTHING},
        ),
        Attempt(
            "write an original",
            "s3:PutObject UploadsBucket/*",
            "s3",
            "put_object",
            {"Bucket": uploads, "Key": NOTHING, "Body": b""},
        ),
        Attempt(
            "write a rendition",
            "s3:PutObject RenditionsBucket/*",
            "s3",
            "put_object",
            {"Bucket": renditions, "Key": NOTHING, "Body": b""},
        ),
        Attempt(
            "delete an original",
            "s3:DeleteObject UploadsBucket/*",
            "s3",
            "delete_object",
            {"Bucket": uploads, "Key": NOTHING},
        ),
        Attempt(
            "delete a rendition",
            "s3:DeleteObject RenditionsBucket/*",
            "s3",
            "delete_object",
            {"Bucket": renditions, "Key": NOTHING},
        ),
        Attempt(
            "delete a version of an original",
            "s3:DeleteObjectVersion UploadsBucket/*",
            "s3",
            "delete_object",
            {"Bucket": uploads, "Key": NOTHING, "VersionId": "0"},
        ),
        Attempt(
            "delete a version of a rendition",
            "s3:DeleteObjectVersion RenditionsBucket/*",
            "s3",
            "delete_object",
            {"Bucket": renditions, "Key": NOTHING, "VersionId": "0"},
        ),
        Attempt(
            "tag an original",
            "s3:PutObjectTagging UploadsBucket/*",
            "s3",
            "put_object_tagging",
            {"Bucket": uploads, "Key": NOTHING, "Tagging": {"TagSet": []}},
        ),
        Attempt(
            "list the renditions",
            "s3:ListBucket RenditionsBucket",
            "s3",
            "list_objects_v2",
            {"Bucket": renditions},
        ),
        Attempt(
            "list versions of originals",
            "s3:ListBucketVersions UploadsBucket",
            "s3",
            "list_object_versions",
            {"Bucket": uploads},
        ),
        Attempt(
            "stop the events",
            "s3:PutBucketNotification UploadsBucket",
            "s3",
            "put_bucket_notification_configuration",
            {"Bucket": uploads, "NotificationConfiguration": {}},
        ),
        Attempt(
            "open a bucket",
            "s3:PutBucketPolicy UploadsBucket",
            "s3",
            "put_bucket_policy",
            {"Bucket": uploads, "Policy": "{}"},
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
