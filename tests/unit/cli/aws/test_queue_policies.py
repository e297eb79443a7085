"""Whether the policy of a queue lets SNS send."""

import json
from typing import Any

import pytest

from renditions_cli.aws.queue_policies import Permitted, permitted, statement_for

QUEUE = "arn:aws:sqs:us-east-1:123456789012:scans"
TOPIC = "arn:aws:sns:us-east-1:123456789012:notices"
RIGHT = statement_for(QUEUE, TOPIC)
DENY = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE}
YES, NO, UNCLEAR = Permitted.YES, Permitted.NO, Permitted.UNCLEAR


@pytest.mark.parametrize(
    "statements, sending",
    [
        ([RIGHT], YES),
        (RIGHT, YES),
        ([], NO),
        ([RIGHT | {"Principal": {"Service": "events.amazonaws.com"}}], NO),
        ([RIGHT | {"Principal": {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]}}], YES),
        ([RIGHT | {"Principal": "*"}], YES),
        ([RIGHT | {"Principal": {"AWS": "*"}}], YES),
        ([RIGHT | {"Principal": {"AWS": "123456789012"}}], NO),
        ([RIGHT | {"Action": "SQS:*"}], YES),
        ([RIGHT | {"Action": ["sqs:ReceiveMessage", "sqs:SendMessage"]}], YES),
        ([RIGHT | {"Action": "sqs:ReceiveMessage"}], NO),
        ([RIGHT | {"Resource": "*"}], YES),
        ([RIGHT | {"Resource": QUEUE + "-other"}], NO),
        ([RIGHT | {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:notices"}}}], YES),
        ([RIGHT | {"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC + "-other"}}}], NO),
        ([RIGHT | {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}], YES),
        ([RIGHT | {"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}], NO),
        ([RIGHT | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}], UNCLEAR),
        ([RIGHT, DENY], NO),
        ([RIGHT, DENY | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}], YES),
        ([RIGHT, DENY | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}], UNCLEAR),
        ([{"Effect": "Allow", "Principal": "*", "NotAction": "sqs:DeleteQueue", "Resource": QUEUE}], UNCLEAR),
        ([{"Effect": "Allow"}], NO),
        (["rubbish"], UNCLEAR),
        ([RIGHT | {"Condition": "rubbish"}], UNCLEAR),
    ],
)  # fmt: skip
def test_a_policy_lets_the_notices_through_or_not(statements: Any, sending: Permitted) -> None:
    assert permitted(json.dumps({"Statement": statements}), QUEUE, TOPIC) is sending


@pytest.mark.parametrize("policy, sending", [("", NO), ("{", UNCLEAR), ("[]", UNCLEAR), ("{}", UNCLEAR)])
def test_a_queue_without_a_policy_receives_nothing(policy: str, sending: Permitted) -> None:
    assert permitted(policy, QUEUE, TOPIC) is sending
