"""Messages of the dead-letter queues: events that EventBridge could not deliver, and the executions to start. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from renditions_cli.aws.stack import Outputs

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

UPLOADED = ("aws.s3", "Object Created")
DELETED = ("aws.s3", "Object Deleted")
ENDED = ("aws.states", "Step Functions Execution Status Change")
SCHEDULED = ("aws.events", "Scheduled Event")
NOT_STARTED = "The schedule could not start the reconciliation. Run `renditions reconcile`."
NOT_OURS = "Not an event that this stack processes"
VALID_IN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of an execution, after "replay-"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message. ``attributes`` describe EventBridge's error; ``event`` is None if the body is not a JSON object."""

    queue_url: str
    message_id: str
    receipt: str
    body: str
    attributes: Mapping[str, str]
    sent: datetime
    received: int
    event: Mapping[str, Any] | None

    @classmethod
    def parse(cls, queue_url: str, message: "MessageTypeDef") -> Self:
        """Parse a message as SQS returns it, with all attributes."""
        system = message.get("Attributes", {})
        custom = message.get("MessageAttributes", {})
        return cls(
            queue_url=queue_url,
            message_id=message["MessageId"],
            receipt=message["ReceiptHandle"],
            body=message["Body"],
            attributes={name: one.get("StringValue", "") for name, one in custom.items()},
            sent=datetime.fromtimestamp(int(system["SentTimestamp"]) / 1000, UTC),
            received=int(system["ApproximateReceiveCount"]),
            event=parse_event(message["Body"]),
        )

    @property
    def queue(self) -> str:
        """The name of the queue."""
        return self.queue_url.rsplit("/", 1)[-1]

    @property
    def error(self) -> str:
        """The error code of EventBridge, or the error of the failed execution that the event reports."""
        return self.attributes.get("ERROR_CODE") or str(self._detail().get("error") or "")

    @property
    def message(self) -> str:
        """The error message of EventBridge, or the cause of the failed execution that the event reports."""
        return self.attributes.get("ERROR_MESSAGE") or str(self._detail().get("cause") or "")

    @property
    def rule(self) -> str:
        """The name of the rule that could not reach its target; empty if unknown."""
        return self.attributes.get("RULE_ARN", "").rsplit("/", 1)[-1]

    @property
    def image(self) -> str:
        """The URI of the image, ``s3://bucket/key``; empty if unknown."""
        return image_behind(self.event)

    @property
    def title(self) -> str:
        """What the message is about: its image, or its id."""
        return self.image or f"message {self.message_id}"

    def _detail(self) -> Mapping[str, Any]:
        detail = (self.event or {}).get("detail")
        return detail if isinstance(detail, dict) else {}

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with the time in ISO 8601."""
        return {
            "queue": self.queue,
            "message_id": self.message_id,
            "error_code": self.error or None,
            "error_message": self.message or None,
            "rule": self.rule or None,
            "image": self.image or None,
            "sent": self.sent.isoformat(),
            "received": self.received,
            "set_aside_because": self.attributes.get("SET_ASIDE_BECAUSE"),
        }


@dataclass(frozen=True, slots=True)
class Start:
    """The execution to start for a message: state machine, input, and a name that is unique to the event."""

    machine: str
    name: str
    input: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A message that cannot start an execution. ``reason`` is a sentence."""

    reason: str


def route(letter: DeadLetter, outputs: Outputs) -> Start | Unusable:
    """Return the execution that a message should have started.

    EventBridge names the target that it could not reach; without a target, the event decides. The report of a failed
    execution_failed starts execution_failed again, with the event that it had to report.
    """
    if letter.event is None:
        return Unusable("Not a JSON object.")
    machines = {outputs.image_pipeline, outputs.execution_failed, outputs.image_deleted} - {""}
    target = letter.attributes.get("TARGET_ARN", "")
    if target in machines:
        return Start(target, execution_name(letter), letter.body)
    detail = letter.event.get("detail")
    kind = (letter.event.get("source"), letter.event.get("detail-type"))
    if not isinstance(detail, dict) or kind not in {UPLOADED, DELETED, ENDED}:
        return Unusable(
            NOT_STARTED if kind == SCHEDULED else f"{NOT_OURS}: {letter.event.get('detail-type')!r}."
        )
    if kind == ENDED:
        return route_ended(letter, detail, outputs)
    machine = outputs.image_pipeline if kind == UPLOADED else outputs.image_deleted
    if not image_of(letter.event).startswith(f"s3://{outputs.uploads_bucket}/"):
        return Unusable("The event is for another bucket.")
    start = Start(machine, execution_name(letter), letter.body)
    return start if machine else Unusable("This stack has no state machine for deletions.")


def route_ended(letter: DeadLetter, detail: Mapping[str, Any], outputs: Outputs) -> Start | Unusable:
    """Return the execution that the end of another execution should have started."""
    ended = detail.get("stateMachineArn")
    if ended == outputs.execution_failed:
        if parse_event(str(detail.get("input"))) is None:
            return Unusable("The event does not contain the failure to report.")
        return Start(outputs.execution_failed, execution_name(letter), str(detail["input"]))
    if ended in {outputs.image_pipeline, outputs.image_deleted} - {""}:
        return Start(outputs.execution_failed, execution_name(letter), letter.body)
    return Unusable("The event is for an execution of another stack.")


def execution_name(letter: DeadLetter) -> str:
    """Return the same name for the same event, so that an interrupted replay does not start it twice."""
    found = str((letter.event or {}).get("id") or "")
    if not VALID_IN_NAME.fullmatch(found):
        found = hashlib.sha256(letter.body.encode()).hexdigest()[:32]
    return f"replay-{found}"


def parse_event(text: str) -> dict[str, Any] | None:
    """Return the JSON object in ``text``, or None."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def image_behind(event: Any) -> str:
    """Return the image of an S3 event or of the report of an execution, which contains its input; empty if unknown."""
    while event and isinstance(detail := event.get("detail"), dict) and "input" in detail:
        event = parse_event(str(detail["input"]))
    return image_of(event)


def image_of(event: Any) -> str:
    """Return the image of an S3 event, ``s3://bucket/key``; an empty string for any other document."""
    try:
        return f"s3://{event['detail']['bucket']['name']}/{event['detail']['object']['key']}"
    except (KeyError, TypeError):
        return ""
