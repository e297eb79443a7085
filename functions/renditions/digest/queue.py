"""The queue of the notices that no digest has counted yet."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from renditions import aws
from renditions.digest.summary import Notice, Summary
from renditions.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_A_TIME: Final = 10  # the most that SQS gives and takes
# Of one e-mail. SQS lets 120,000 messages of a queue be received and not yet deleted.
AT_MOST: Final = 100_000
# Notices of a backfill, which may be a million, are deleted before the e-mail, so many at a time: if sending it fails,
# the next one counts fewer of them, which is better than days in which it counts nothing else.
AHEAD: Final = 10_000
# Long polling asks all servers of the queue, so that an empty answer means an empty queue.
WAIT_SECONDS: Final = 1
DELETIONS: Final = 8  # requests at a time


@dataclass(slots=True)
class Taken:
    """Notices from the queue: what they say, the receipts to delete them, and how many messages were no notices.

    ``of_backfill``: the receipts of notices that may be deleted before the e-mail. ``messages``: how many there were.
    """

    summary: Summary = field(default_factory=Summary)
    receipts: list[str] = field(default_factory=list)
    of_backfill: list[str] = field(default_factory=list)
    messages: int = 0
    unreadable: int = 0

    def add(self, body: str, receipt: str) -> None:
        """Add a message."""
        self.messages += 1
        try:
            notice = Notice.parse(body)
        except ValueError:
            notice = None
            self.unreadable += 1
        if notice is None:
            self.receipts.append(receipt)
            return
        self.summary.add(notice)
        (self.of_backfill if notice.is_of_backfill else self.receipts).append(receipt)


def take(sqs: "SQSClient", queue: str, is_late: Callable[[], bool], at_most: int = AT_MOST) -> Taken:
    """Receive the notices in the queue. They stay there, invisible, until ``delete`` or the visibility timeout.

    Of a backfill, all but the last AHEAD are deleted at once. Raises StorageUnavailable.
    """
    taken = Taken()
    while len(taken.receipts) < at_most and not is_late():
        if len(taken.of_backfill) >= AHEAD:
            delete(sqs, queue, taken.of_backfill)
            taken.of_backfill.clear()
        with aws.retryable_errors("SQS"):
            answer = sqs.receive_message(
                QueueUrl=queue, MaxNumberOfMessages=AT_A_TIME, WaitTimeSeconds=WAIT_SECONDS
            )
        messages = answer.get("Messages", [])
        if not messages:
            break
        for message in messages:
            taken.add(message["Body"], message["ReceiptHandle"])
    return taken


def delete(sqs: "SQSClient", queue: str, receipts: list[str]) -> None:
    """Delete the messages. One that is left is counted again by the next digest. Raises StorageUnavailable."""
    batches = [receipts[start : start + AT_A_TIME] for start in range(0, len(receipts), AT_A_TIME)]
    with ThreadPoolExecutor(DELETIONS) as pool:
        left = sum(pool.map(lambda batch: _delete(sqs, queue, batch), batches))
    if left:
        raise StorageUnavailable(f"SQS did not delete {left} messages. The next digest counts them again.")


def _delete(sqs: "SQSClient", queue: str, batch: Iterable[str]) -> int:
    """Delete at most ten messages. Returns how many are left."""
    with aws.retryable_errors("SQS"):
        answer = sqs.delete_message_batch(
            QueueUrl=queue,
            Entries=[{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(batch)],
        )
    return len(answer.get("Failed", []))
