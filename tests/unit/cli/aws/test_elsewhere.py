"""What others keep of a forgotten image, for each way to deploy a stack."""

from typing import Any

import pytest

from renditions.logs import pseudonym
from renditions_cli.aws.forgetting.elsewhere import keepers
from renditions_cli.aws.stack import Stack

URI = "s3://uploads/anna.jpg"


def kept(stack: Stack, **parameters: str) -> dict[str, str]:
    """Map each place to what is there and until when."""
    return {one.where: f"{one.what}, {one.until}" for one in keepers(stack, parameters, [URI])}


def test_the_default_stack_keeps_executions_logs_backups_and_notices(stack: Stack) -> None:
    found = kept(stack, LogRetentionDays="14")
    assert set(found) == {
        "executions",
        "logs of the functions",
        "backups of the table",
        "notices that were sent",
        "your own copies",
    }
    assert "14 days" in found["logs of the functions"]
    assert pseudonym(URI) in found["logs of the functions"]
    assert "anna" not in str(found)


@pytest.mark.parametrize(
    "parameter, value, where",
    [
        ("LogExecutionData", "on", "logs of the state machines"),
        ("Monitoring", "full", "stream of the table"),
        ("EmailDigest", "daily", "queue of the digest"),
        ("Backfill", "on", "plans of backfills"),
        ("EventBusArn", "arn:aws:events:us-east-1:123456789012:event-bus/media", "queues of the event bus"),
        ("AccessLogsBucket", "logs", "access logs in s3://logs"),
        ("Delivery", "public", "CloudFront"),
        ("Web", "on", "CloudFront"),
    ],
)
def test_an_option_that_keeps_more_is_named(stack: Stack, parameter: str, value: str, where: str) -> None:
    assert set(kept(stack, **{parameter: value})) - set(kept(stack)) == {where}


def test_the_context_is_named_where_it_is_kept(stack: Stack) -> None:
    with_context = kept(stack, ContextKeys="tenant")
    named = {where for where, what in with_context.items() if "context" in what}
    assert named == {"executions", "notices that were sent"}
    assert "context" not in str(kept(stack))


def test_replicas_are_named(stack: Stack) -> None:
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    rule: Any = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::far-away"},
    }
    configuration: Any = {"Role": "arn:aws:iam::123456789012:role/any", "Rules": [rule]}
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)
    assert f"replica of {bucket} in far-away" in kept(stack)
