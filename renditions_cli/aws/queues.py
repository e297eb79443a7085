"""Read all messages of queues. SQS cannot list them: it hides a received message for a while, then shows it again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from renditions_cli.aws.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10  # messages, the maximum of SQS for one request
# Much longer than ten starts take. A message that reappears anyway is processed twice, which changes nothing.
HIDDEN_SECONDS = 300
WAIT_SECONDS = 1  # long polling, which asks all servers of SQS: without it a message may be missed


def receive(sqs: "SQSClient", *queue_urls: str) -> Iterator[DeadLetter]:
    """Yield every message once, and hide it from others meanwhile. Ends when no message is visible in any queue.

    All queues are asked at the same time, because each waits a while for messages that may still appear.
    """
    seen: set[str] = set()
    remaining = list(queue_urls)
    with ThreadPoolExecutor(len(queue_urls) or 1) as pool:
        while remaining:
            received = dict(
                zip(remaining, pool.map(lambda url: _receive_some(sqs, url), remaining), strict=True)
            )
            for letters in received.values():
                new = [one for one in letters if one.message_id not in seen]
                seen |= {one.message_id for one in new}
                yield from new
            remaining = [url for url, letters in received.items() if letters]


def _receive_some(sqs: "SQSClient", queue_url: str) -> list[DeadLetter]:
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
    )
    return [DeadLetter.parse(queue_url, one) for one in answer.get("Messages", [])]


def release(sqs: "SQSClient", letters: Sequence[DeadLetter]) -> None:
    """Make messages visible again at once, before their time is up."""
    by_queue: dict[str, list[DeadLetter]] = defaultdict(list)
    for one in letters:
        by_queue[one.queue_url].append(one)
    for queue_url, found in by_queue.items():
        for start in range(0, len(found), BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": one.receipt, "VisibilityTimeout": 0}
                for number, one in enumerate(found[start : start + BATCH])
            ]
            sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type]


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
