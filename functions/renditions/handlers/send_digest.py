"""Send the digest, on a schedule: one e-mail about all images since the last one."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from renditions import aws, digest
from renditions.places import Places

PLACES = Places.from_environment(os.environ, "digest_queue_url", "digest_topic_arn")
PERIOD = os.environ.get("DIGEST_PERIOD", "daily")
SQS, SNS = aws.sqs(), aws.sns()
# Left for the e-mail, and for deleting what it counts.
TIME_RESERVE_MILLISECONDS = 300_000
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Input: anything. Output: how many messages were in the queue. Sends nothing if there were none."""

    def is_late() -> bool:
        return context.get_remaining_time_in_millis() < TIME_RESERVE_MILLISECONDS

    taken = digest.take(SQS, PLACES.digest_queue_url, is_late)
    counts = taken.summary.counts()
    backfilled = taken.summary.backfilled().total()
    if counts or backfilled:
        mail = digest.compose(taken.summary, PERIOD)
        SNS.publish(TopicArn=PLACES.digest_topic_arn, Subject=mail.subject, Message=mail.text)
    digest.delete(SQS, PLACES.digest_queue_url, [*taken.receipts, *taken.of_backfill])
    told = {"messages": taken.messages, "unreadable": taken.unreadable, **counts}
    if backfilled:
        told["backfilled"] = backfilled
    logger.info("digest", extra=told)
    return told
