"""The rights that the checks need, all of them to read: docs/operations.md has them as a policy."""

from collections.abc import Mapping

# The operation of the AWS API → the action of IAM. GetCallerIdentity needs no permission.
ACTIONS: Mapping[str, str] = {
    "DescribeStacks": "cloudformation:DescribeStacks",
    "ListStackResources": "cloudformation:ListStackResources",
    "DescribeAlarms": "cloudwatch:DescribeAlarms",
    "DescribeEventBus": "events:DescribeEventBus",
    "DescribeRule": "events:DescribeRule",
    "GetPublicKey": "kms:GetPublicKey",
    "GetAccountSettings": "lambda:GetAccountSettings",
    "GetFunction": "lambda:GetFunction",
    "HeadBucket": "s3:ListBucket",
    "GetBucketCors": "s3:GetBucketCORS",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketPolicy": "s3:GetBucketPolicy",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "ListServiceQuotas": "servicequotas:ListServiceQuotas",
    "GetSubscriptionAttributes": "sns:GetSubscriptionAttributes",
    "ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic",
    "GetQueueAttributes": "sqs:GetQueueAttributes",
    "GetQueueUrl": "sqs:GetQueueUrl",
    "GetParameter": "ssm:GetParameter",
    "DescribeStateMachine": "states:DescribeStateMachine",
}


def action_of(operation: str) -> str:
    """Return the IAM action that an operation needs."""
    return ACTIONS.get(operation, operation)
