"""Reading a queue to its end. SQS has no list: a message that was read is hidden for a while, then there again."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.aws.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 10  # messages, the most that SQS hands over or takes back in one request
HIDDEN_SECONDS = (
    300  # much longer than ten starts take; what reappears is met a second time, which changes nothing
)
WAIT_SECONDS = 1  # long polling, which asks all of SQS's servers: without it a message may be overlooked


def receive(sqs: "SQSClient", queue_url: str) -> Iterator[DeadLetter]:
    """Every message once, ten at a time, hidden from others meanwhile. Ends when nothing is left to be seen."""
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=AT_ONCE,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            return
        new = [one for one in messages if one["MessageId"] not in seen]
        seen |= {one["MessageId"] for one in new}
        yield from (DeadLetter.parse(queue_url, one) for one in new)


def release(sqs: "SQSClient", letters: Sequence[DeadLetter]) -> None:
    """Show messages again at once, instead of when their time is over."""
    for start in range(0, len(letters), AT_ONCE):
        some = letters[start : start + AT_ONCE]
        entries = [
            {"Id": str(number), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0}
            for number, one in enumerate(some)
        ]
        sqs.change_message_visibility_batch(QueueUrl=some[0].queue_url, Entries=entries)  # type: ignore[arg-type]


def remove(sqs: "SQSClient", letter: DeadLetter) -> None:
    """Take a message out of its queue for good."""
    sqs.delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.receipt)


def set_aside(sqs: "SQSClient", letter: DeadLetter, queue_url: str, reason: str) -> None:
    """Move a message to another queue, with the reason. If that dies in the middle it is in both, never in none."""
    attributes = {**letter.attributes, "SET_ASIDE_BECAUSE": reason}
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=letter.body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
        },
    )
    remove(sqs, letter)
