"""Read all messages of a queue. SQS cannot list them: it hides a received message for a while, then shows it again."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.aws.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10  # messages, the maximum of SQS for one request
# Much longer than ten starts take. A message that reappears anyway is processed twice, which changes nothing.
HIDDEN_SECONDS = 300
WAIT_SECONDS = 1  # long polling, which asks all servers of SQS: without it a message may be missed


def receive(sqs: "SQSClient", queue_url: str) -> Iterator[DeadLetter]:
    """Yield every message once, and hide it from others meanwhile. Ends when no message is visible."""
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=BATCH,
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
    """Make messages visible again at once, before their time is up."""
    for start in range(0, len(letters), BATCH):
        batch = letters[start : start + BATCH]
        entries = [
            {"Id": str(number), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0}
            for number, one in enumerate(batch)
        ]
        sqs.change_message_visibility_batch(QueueUrl=batch[0].queue_url, Entries=entries)  # type: ignore[arg-type]


def remove(sqs: "SQSClient", letter: DeadLetter) -> None:
    """Delete a message from its queue."""
    sqs.delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.receipt)


def set_aside(sqs: "SQSClient", letter: DeadLetter, queue_url: str, reason: str) -> None:
    """Move a message to another queue, with the reason. If that is interrupted, it is in both queues, never in none."""
    attributes = {**letter.attributes, "SET_ASIDE_BECAUSE": reason}
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=letter.body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
        },
    )
    remove(sqs, letter)
