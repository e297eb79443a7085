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
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import ClientError

from renditions import records
from renditions.contracts import bucket_and_key
from renditions.reconciliation.events import object_deleted
from renditions.records import ImageRecord
from renditions.storage import objects, originals
from renditions.storage.objects import StoredObject
from renditions.tidying import BEING_DELETED, SETTLED
from renditions_cli.aws.forgetting.running import SECONDS_BETWEEN_CHECKS, Running
from renditions_cli.aws.forgetting.traces import Traces, Version, original_versions, rendition_versions
from renditions_cli.aws.queues import receive, release, remove
from renditions_cli.aws.replay import replayed_queues
from renditions_cli.aws.sdk_errors import response_error
from renditions_cli.aws.stack import Stack

# Longer than EventBridge usually takes for an event.
SECONDS_FOR_LATE_EVENTS = 5.0


@dataclass(slots=True)
class Forgotten:
    """What was removed, by kind, and in sentences what is left. ``is_replaced``: a newer upload was kept."""

    image_uri: str
    removed: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    is_replaced: bool = False

    def count(self, kind: str, number: int = 1) -> None:
        """Add to the number of removed things of a kind."""
        if number:
            self.removed[kind] = self.removed.get(kind, 0) + number


@dataclass(frozen=True, slots=True)
class Removal:
    """The removal of what ``traces`` names. ``seconds``: how long to wait for executions that work on it."""

    stack: Stack
    traces: Traces
    running: Running
    seconds: float
    result: Forgotten
    seen: dict[tuple[str, str], Version] = field(default_factory=dict)

    def run(self) -> Forgotten:
        """Remove it. Whatever is refused is a sentence in ``left``, and everything that does not need it goes on."""
        self.seen.update({one.identity: one for one in self.traces.renditions})
        self._abort_unfinished()
        if not self._remove_originals():
            self.result.left.append("The renditions and the record, because the original is still there.")
        else:
            self._delete_image()
            end = time.monotonic() + self.seconds
            while self._settle(lambda: time.monotonic() > end):
                pass
        self._remove_letters()
        self._count_renditions()
        return self.result

    def _abort_unfinished(self) -> None:
        s3 = self.stack.s3()
        for one in self.traces.unfinished:
            if self._allowed(
                lambda: s3.abort_multipart_upload(Bucket=one.bucket, Key=one.key, UploadId=one.upload_id),  # noqa: B023
                "An unfinished upload",
            ):
                self.result.count("unfinished_uploads")

    def _remove_originals(self) -> bool:
        """Delete the versions that were found. Returns whether none of them is current any more."""
        bucket, key = bucket_and_key(self.traces.image_uri)
        if not self.traces.originals:
            return True
        *older, latest = self.traces.originals
        kept = [one for one in older if not self._remove_version(bucket, one) and not one.is_marker]
        if latest.is_marker:
            if not kept:
                self._remove_version(bucket, latest)
            return True
        if kept or latest.version_id in self.traces.locks:
            # An older version would become current, or this one stays so. Behind a delete marker it is deleted to
            # everybody without its version ID.
            is_hidden = self._hide(bucket, key, latest)
            self._remove_version(bucket, latest)
            return is_hidden
        return self._remove_version(bucket, latest)

    def _hide(self, bucket: str, key: str, latest: Version) -> bool:
        """Put a delete marker over the current version. Returns whether it is not current any more."""
        if not any(one.version_id == latest.version_id and one.is_latest for one in self._originals()):
            return True  # somebody has uploaded or deleted it since
        return self._allowed(
            lambda: self.stack.s3().delete_object(Bucket=bucket, Key=key), "The current version"
        )

    def _remove_version(self, bucket: str, one: Version) -> bool:
        """Delete one version or delete marker. Returns whether it is gone."""
        name = f"{'The delete marker' if one.is_marker else 'The version'} {one.version_id} of the original"
        if lock := self.traces.locks.get(one.version_id):
            self.result.left.append(f"{name} is locked: {lock}. Run the command again after that.")
            return False
        stored = StoredObject(one.key, one.etag, one.bytes or 0, one.modified, one.version_id)
        gone = self._allowed(lambda: originals.remove_version(self.stack.s3(), bucket, stored), name)
        if gone:
            self.result.count("delete_markers" if one.is_marker else "originals")
        return gone

    def _delete_image(self) -> None:
        """Start ``image_deleted``, if the record is not DELETED yet."""
        record, machine = self._record(), self.stack.outputs.image_deleted
        if record is None or record.status == "DELETED" or self._exists():
            return
        if not machine:
            self.result.left.append(
                "The record: this stack has no state machine for deletions. Deploy it again."
            )
            return
        bucket, key = bucket_and_key(self.traces.image_uri)
        now = datetime.now(UTC)
        partition = self.stack.s3().meta.partition
        event = object_deleted(bucket, key, None, record, now, partition=partition)
        client, name = self.stack.step_functions(), f"forget-{uuid4()}"
        if self._allowed(
            lambda: client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(event)),
            "The record",
        ):
            # ListExecutions may not know it for a second or two.
            self.running.started.append(f"{machine.replace(':stateMachine:', ':execution:')}:{name}")

    def _settle(self, is_late: Callable[[], bool]) -> bool:
        """Wait for executions, remove renditions and the record. Returns whether to look again for late events."""
        arns = self.running.wait(self.traces.image_uri, is_late)
        self.result.is_replaced = self._exists()
        record = self._remove_renditions()
        if arns:
            self.result.left.append(
                f"The record, because {', '.join(arns)} still works on the image. Run the command again when it has "
                "ended."
            )
            return False
        if record is None:
            return self._is_written_again(is_late)
        if self.result.is_replaced:
            return False
        if record.status != "DELETED":
            self.result.left.append(
                f"The record, which is {record.status}: the execution {record.execution_arn} has not ended well. See "
                "`renditions failures`, then run the command again."
            )
            return False
        return self._remove_record(record) and not is_late()

    def _is_written_again(self, is_late: Callable[[], bool]) -> bool:
        """Wait for late events, if an original was removed. Returns whether one has come."""
        if not self.result.removed.get("originals") and not self.result.removed.get("delete_markers"):
            return False
        time.sleep(SECONDS_FOR_LATE_EVENTS)
        has_come = bool(self._record() or self.running.about(self.traces.image_uri))
        return has_come and not is_late()

    def _remove_renditions(self) -> ImageRecord | None:
        """Delete the versions that no record will name. Returns the record that was read after they were listed.

        While the record is DELETED or there is none, no newer upload has begun, so that none of them is its.
        """
        listed = self._renditions()
        record = self._record()
        found = {one.identity for one in self.traces.renditions}
        for identity, one in listed.items():
            if identity in found or _is_unneeded(one, record):
                self._remove_rendition(one)
        return record

    def _remove_rendition(self, one: Version) -> None:
        bucket = self.stack.outputs.renditions_bucket
        self._allowed(
            lambda: self.stack.s3().delete_object(Bucket=bucket, Key=one.key, VersionId=one.version_id),
            f"The version {one.version_id} of the rendition s3://{bucket}/{one.key}",
        )

    def _renditions(self) -> dict[tuple[str, str], Version]:
        """Return all versions of all renditions that are there now, and remember them."""
        _, key = bucket_and_key(self.traces.image_uri)
        listed = rendition_versions(self.stack.s3(), self.stack.outputs.renditions_bucket, key)
        there = {one.identity: one for one in listed}
        self.seen.update(there)
        return there

    def _count_renditions(self) -> None:
        """Count what has gone: ``image_deleted`` and this command remove renditions at the same time."""
        there = self._renditions()
        for identity, one in self.seen.items():
            if identity not in there:
                self.result.count("delete_markers" if one.is_marker else "renditions")

    def _remove_record(self, record: ImageRecord) -> bool:
        """Delete the record, unless it has changed. Returns False if that is refused."""
        client = self.stack.dynamodb()
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
            time.sleep(SECONDS_BETWEEN_CHECKS)
            return True  # a newer event owns it: look again
        except ClientError as error:
            self.result.left.append(f"The record: {response_error(error)}")
            return False
        self.result.count("records")
        return True

    def _remove_letters(self) -> None:
        if not self.traces.letters:
            return
        sqs, others = self.stack.sqs(), []
        queues = [*replayed_queues(self.stack), self.stack.outputs.set_aside_queue]
        try:
            for letter in receive(sqs, *queues):
                if letter.image != self.traces.image_uri:
                    others.append(letter)
                elif self._allowed(lambda: remove(sqs, letter), "A dead letter"):  # noqa: B023
                    self.result.count("dead_letters")
        finally:
            release(sqs, others)

    def _record(self) -> ImageRecord | None:
        return records.get(self.stack.dynamodb(), self.stack.outputs.images_table, self.traces.image_uri)

    def _exists(self) -> bool:
        return objects.exists(self.stack.s3(), *bucket_and_key(self.traces.image_uri))

    def _originals(self) -> list[Version]:
        return original_versions(self.stack.s3(), *bucket_and_key(self.traces.image_uri))

    def _allowed(self, request: Callable[[], object], what: str) -> bool:
        """Make a request. Returns False, and notes what is left, if AWS refuses it."""
        try:
            request()
        except ClientError as error:
            if error.response["Error"]["Code"] in objects.GONE:
                return True
            self.result.left.append(f"{what}: {response_error(error)}")
            return False
        return True


def _is_unneeded(one: Version, record: ImageRecord | None) -> bool:
    """Whether no record names a version: that of a deleted image names none, and one in work will name others."""
    if record is None or record.status in BEING_DELETED:
        return True
    return record.status in SETTLED and not (one.is_latest and one.key in record.keys)
