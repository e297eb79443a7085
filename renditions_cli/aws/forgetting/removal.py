"""Remove everything that a stack has of one image, in an order that lets nothing bring it back.

1. Originals. Versions go one by one, the oldest first and the current one last, so that no older one becomes current
   and is processed. Only the versions that were found: what is uploaded meanwhile is another image, and stays.
2. ``image_deleted`` claims the record. From then on no execution can complete this image: each removes what it made.
   It also tells the subscribers. S3's own event would start it, too, but may be late or switched off.
3. Once no execution works on the image any more, what is left of the renditions, and the record.
4. A few seconds later the same again, because events of S3 that were on their way may have written a record.
"""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import ClientError

from renditions import records
from renditions.contracts import bucket_and_key
from renditions.reconciliation.events import object_deleted
from renditions.records import ImageRecord
from renditions.storage import keys, objects
from renditions.tidying import BEING_DELETED, SETTLED
from renditions_cli.aws.forgetting.forgotten import Forgotten
from renditions_cli.aws.forgetting.originals import Originals
from renditions_cli.aws.forgetting.running import SECONDS_BETWEEN_CHECKS, Running
from renditions_cli.aws.forgetting.traces import Traces, Version, rendition_versions
from renditions_cli.aws.queues import receive, release, remove
from renditions_cli.aws.replay import replayed_queues
from renditions_cli.aws.sdk_errors import response_error
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# Longer than EventBridge usually takes for an event.
SECONDS_FOR_LATE_EVENTS = 5.0


def remove_all(removals: Sequence["Removal"]) -> list[Forgotten]:
    """Remove everything of many images, and wait for late events of all of them together."""
    for one in removals:
        one.begin()
    waiting = list(removals)
    while waiting:
        for one in waiting:
            one.settle()
        if any(one.result.removed for one in waiting):
            time.sleep(SECONDS_FOR_LATE_EVENTS)
        waiting = [one for one in waiting if not one.result.is_replaced and one.is_written_again()]
    return [one.finish() for one in removals]


@dataclass(slots=True)
class Removal:
    """The removal of what ``traces`` names. ``seconds``: how long to wait for executions that work on it."""

    stack: Stack
    traces: Traces
    running: Running
    seconds: float
    result: Forgotten
    seen: dict[tuple[str, str], Version] = field(default_factory=dict)
    s3: "S3Client" = field(init=False)
    dynamodb: "DynamoDBClient" = field(init=False)

    def __post_init__(self) -> None:
        self.s3, self.dynamodb = self.stack.s3(), self.stack.dynamodb()

    def begin(self) -> None:
        """Remove the originals, and have the record claimed."""
        self.seen.update({one.identity: one for one in self.traces.renditions})
        originals = Originals(self.s3, self.traces, self.result)
        originals.abort_unfinished()
        if originals.remove():
            self._delete_image()
        else:
            self.result.leave("The renditions and the record, because the original is still there.")
            self.result.is_stopped = True

    def settle(self) -> None:
        """Remove the renditions and the record, once no execution works on the image any more."""
        end = time.monotonic() + self.seconds
        while not self.result.is_stopped and self._settle(lambda: time.monotonic() > end):
            time.sleep(SECONDS_BETWEEN_CHECKS)

    def is_written_again(self) -> bool:
        """Return whether an event that was on its way has written something since the image has settled."""
        if self.result.is_stopped:
            return False
        return bool(
            self._record()
            or self.running.about(self.traces.image_uri)
            or self._renditions().keys() - self.seen.keys()
        )

    def finish(self) -> Forgotten:
        """Remove the dead letters, and return what was done."""
        self._remove_letters()
        self._count_renditions()
        return self.result

    def _delete_image(self) -> None:
        """Start ``image_deleted``, if the record is not DELETED yet."""
        record, machine = self._record(), self.stack.outputs.image_deleted
        if record is None or record.status == "DELETED" or self._exists():
            return
        if record.status == "PROCESSING":
            self.running.add_express(record)
        if not machine:
            self.result.leave("The record: this stack has no state machine for deletions. Deploy it again.")
            return
        bucket, key = bucket_and_key(self.traces.image_uri)
        now = datetime.now(UTC)
        partition = self.s3.meta.partition
        event = object_deleted(bucket, key, None, record, now, partition=partition)
        client, name = self.stack.step_functions(), f"forget-{uuid4()}"
        if self.result.allows(
            lambda: client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(event)),
            "The record",
        ):
            self.running.add(
                f"{machine.replace(':stateMachine:', ':execution:')}:{name}", self.traces.image_uri
            )

    def _settle(self, is_late: Callable[[], bool]) -> bool:
        """Wait for executions, remove renditions and the record. Returns whether to look again at once."""
        arns = self.running.wait(self.traces.image_uri, is_late)
        self.result.is_replaced = self._exists()
        record = self._remove_renditions()
        if arns:
            return self._stop(
                f"The record, because {', '.join(arns)} still works on the image. Run the command again when it has "
                "ended."
            )
        if record is None:
            return False
        if self.result.is_replaced:
            self._look_at_replacement(record)
            return False
        if record.status == "DELETED":
            return self._remove_record(record) and not is_late()
        if self.running.is_running(record.execution_arn or "") and not is_late():
            return True  # ListExecutions does not know it yet
        return self._stop(
            f"The record, which is {record.status}: the execution {record.execution_arn} has not ended well. See "
            "`renditions failures`, then run the command again."
        )

    def _look_at_replacement(self, record: ImageRecord) -> None:
        """Note if the record of a newer upload, which was not completed, still describes the forgotten image."""
        forgotten = {one.etag for one in self.traces.originals if not one.is_marker}
        if record.status != "COMPLETED" and record.served_etag in forgotten:
            self.result.leave(
                f"What the record says about the forgotten image, because the new upload is {record.status}. Run the "
                "command again to remove both."
            )

    def _stop(self, sentence: str) -> bool:
        self.result.leave(sentence)
        self.result.is_stopped = True
        return False

    def _remove_renditions(self) -> ImageRecord | None:
        """Delete the versions that no record will name. Returns the record that was read after they were listed.

        While the record is DELETED or there is none, no newer upload has begun, so that none of them is its.
        """
        listed = self._renditions()
        self.seen.update(listed)
        record = self._record()
        found = {one.identity for one in self.traces.renditions}
        named = record.keys if record else frozenset()
        for identity, one in listed.items():
            if identity in found or _is_unneeded(one, record, named):
                self._remove_rendition(one)
        return record

    def _remove_rendition(self, one: Version) -> None:
        bucket = self.stack.outputs.renditions_bucket
        self.result.allows(
            lambda: self.s3.delete_object(Bucket=bucket, Key=one.key, VersionId=one.version_id),
            f"The version {one.version_id} of the rendition s3://{bucket}/{one.key}",
        )

    def _renditions(self) -> dict[tuple[str, str], Version]:
        """Return all versions of all renditions that are there now."""
        _, key = bucket_and_key(self.traces.image_uri)
        listed = rendition_versions(self.s3, self.stack.outputs.renditions_bucket, key)
        return {one.identity: one for one in listed}

    def _count_renditions(self) -> None:
        """Count what has gone: ``image_deleted`` and this command remove renditions at the same time."""
        there = self._renditions()
        for identity, one in self.seen.items():
            if identity not in there:
                self.result.count("delete_markers" if one.is_marker else "renditions")

    def _remove_record(self, record: ImageRecord) -> bool:
        """Delete the record, unless it has changed. Returns whether it has."""
        client = self.dynamodb
        try:
            client.delete_item(
                TableName=self.stack.outputs.images_table,
                Key={"image_uri": {"S": self.traces.image_uri}},
                ConditionExpression="#status = :deleted AND (sequencer = :same OR attribute_not_exists(sequencer))",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":same": {"S": record.sequencer or ""},
                    ":deleted": {"S": "DELETED"},
                },
            )
        except client.exceptions.ConditionalCheckFailedException:
            return True
        except ClientError as error:
            return self._stop(f"The record: {response_error(error)}")
        self.result.count("records")
        return False

    def _remove_letters(self) -> None:
        if not self.traces.letters:
            return
        sqs, others = self.stack.sqs(), []
        queues = [*replayed_queues(self.stack), self.stack.outputs.set_aside_queue]
        try:
            for letter in receive(sqs, *queues):
                if letter.image != self.traces.image_uri:
                    others.append(letter)
                elif self.result.allows(partial(remove, sqs, letter), "A dead letter"):
                    self.result.count("dead_letters")
        finally:
            release(sqs, others)

    def _record(self) -> ImageRecord | None:
        return records.get(self.dynamodb, self.stack.outputs.images_table, self.traces.image_uri)

    def _exists(self) -> bool:
        return objects.exists(self.s3, *bucket_and_key(self.traces.image_uri))


def _is_unneeded(one: Version, record: ImageRecord | None, named: Collection[str]) -> bool:
    """Whether no record names a version: that of a deleted image names none, and one in work will name others."""
    if record is None or record.status in BEING_DELETED:
        return True
    return record.status in SETTLED and not (one.is_latest and keys.described(one.key) in named)
