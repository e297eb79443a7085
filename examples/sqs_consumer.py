"""Receive notices through a queue: create it with its policy, subscribe it, and handle each notice.

A queue without this policy hears nothing, and nobody reports an error: ``renditions subscribe QUEUE_ARN`` checks it.
To adapt: the names, what ``handle`` does, and the filter. Needs boto3.

    python examples/sqs_consumer.py --topic-arn arn:aws:sns:eu-central-1:123456789012:renditions-…
"""

import argparse
import json
from collections.abc import Callable
from typing import Any

import boto3

Notice = dict[str, Any]
SECONDS_TO_HANDLE = 60  # then SQS gives the message to somebody else
ATTEMPTS = 5


def create_queue(session: Any, topic_arn: str, name: str = "renditions-notices") -> str:
    """Create the queue and one for messages that fail, subscribe it to the topic, and return its URL."""
    sqs, sns = session.client("sqs"), session.client("sns")
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = _arn(sqs, dead).removesuffix("-dead")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    url: str = sqs.create_queue(
        QueueName=name,
        Attributes={
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": ATTEMPTS}
            ),
            "VisibilityTimeout": str(SECONDS_TO_HANDLE),
        },
    )["QueueUrl"]
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={
            "RawMessageDelivery": "true",  # the notice is the body, without an envelope
            "FilterPolicy": json.dumps({"status": ["COMPLETED", "REJECTED", "FAILED", "DELETED"]}),
        },
    )
    return url


def consume(sqs: Any, url: str, handle: Callable[[Notice], None], seconds: int = 20) -> int:
    """Wait up to ``seconds`` for notices, handle them, and return how many there were. Call it again and again.

    A message leaves the queue after ``handle`` has returned. The same notice can come twice: ``handle`` must not mind.
    """
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds)
    messages = answer.get("Messages", [])
    for message in messages:
        handle(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)


def show(notice: Notice) -> None:
    """Print what happened to an image. A rendition that its preset leaves out has no key."""
    made = [name for name, one in (notice.get("renditions") or {}).items() if one["key"]]
    print(notice["status"], notice["image"]["uri"], ", ".join(made))  # noqa: T201


def _arn(sqs: Any, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topic-arn", required=True)
    session = boto3.Session()
    queue = create_queue(session, parser.parse_args().topic_arn)
    while True:
        consume(session.client("sqs"), queue, show)
