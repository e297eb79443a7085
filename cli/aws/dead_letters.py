"""Messages of the dead-letter queues: what EventBridge could not deliver, and what to start instead. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from cli.aws.stack import Outputs

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

UPLOADED = ("aws.s3", "Object Created")
DELETED = ("aws.s3", "Object Deleted")
ENDED = ("aws.states", "Step Functions Execution Status Change")
FITS_A_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of an execution, behind "replay-"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message. ``attributes`` are what EventBridge says about its failure; ``event`` is None for no JSON object."""

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
        """A message as SQS hands it over, with all its attributes."""
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
        """The queue's name."""
        return self.queue_url.rsplit("/", 1)[-1]

    @property
    def error(self) -> str:
        """EventBridge's error code; for the report of a failed execution the error of that."""
        return self.attributes.get("ERROR_CODE") or str(self._detail().get("error") or "")

    @property
    def message(self) -> str:
        """EventBridge's sentence about it; for the report of a failed execution its cause."""
        return self.attributes.get("ERROR_MESSAGE") or str(self._detail().get("cause") or "")

    @property
    def rule(self) -> str:
        """The name of the rule whose target could not be reached; empty if the message does not say."""
        return self.attributes.get("RULE_ARN", "").rsplit("/", 1)[-1]

    @property
    def image(self) -> str:
        """The image that it is about, ``s3://bucket/key``; empty if that cannot be told."""
        event: Any = self.event
        while event and "input" in (event.get("detail") or {}):  # reports carry what they report on
            event = parse_event(str(event["detail"]["input"]))
        return image_of(event)

    def _detail(self) -> Mapping[str, Any]:
        detail = (self.event or {}).get("detail")
        return detail if isinstance(detail, dict) else {}

    def to_json(self) -> dict[str, Any]:
        """What --json prints: the time in ISO 8601."""
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
    """What to start for a message: a state machine, its input, and a name that only this event has."""

    machine: str
    name: str
    input: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A message for which nothing can be started, and why, as a sentence."""

    reason: str


def route(letter: DeadLetter, outputs: Outputs) -> Start | Unusable:
    """What a message should have started.

    EventBridge names the target that it could not reach; a message without that is told by its event. What reports
    the end of execution_failed starts it again with what that was to report.
    """
    if letter.event is None:
        return Unusable("It is no JSON object.")
    machines = {outputs.image_pipeline, outputs.execution_failed, outputs.image_deleted} - {""}
    target = letter.attributes.get("TARGET_ARN", "")
    if target in machines:
        return Start(target, name(letter), letter.body)
    detail = letter.event.get("detail")
    kind = (letter.event.get("source"), letter.event.get("detail-type"))
    if not isinstance(detail, dict) or kind not in {UPLOADED, DELETED, ENDED}:
        return Unusable(f"It is no event that this stack processes: {letter.event.get('detail-type')!r}.")
    if kind == ENDED:
        return route_ended(letter, detail, outputs)
    machine = outputs.image_pipeline if kind == UPLOADED else outputs.image_deleted
    if not image_of(letter.event).startswith(f"s3://{outputs.uploads_bucket}/"):
        return Unusable("It tells of another bucket than this stack's.")
    return (
        Start(machine, name(letter), letter.body) if machine else Unusable("This stack has no image_deleted.")
    )


def route_ended(letter: DeadLetter, detail: Mapping[str, Any], outputs: Outputs) -> Start | Unusable:
    """What the end of an execution should have started."""
    ended = detail.get("stateMachineArn")
    if ended == outputs.execution_failed:
        if parse_event(str(detail.get("input"))) is None:
            return Unusable("It does not carry what was to be reported.")
        return Start(outputs.execution_failed, name(letter), str(detail["input"]))
    if ended in {outputs.image_pipeline, outputs.image_deleted} - {""}:
        return Start(outputs.execution_failed, name(letter), letter.body)
    return Unusable("It tells of an execution of another stack.")


def name(letter: DeadLetter) -> str:
    """Equal for equal events, so that a replay that died in the middle does not start one twice."""
    found = str((letter.event or {}).get("id") or "")
    if not FITS_A_NAME.fullmatch(found):
        found = hashlib.sha256(letter.body.encode()).hexdigest()[:32]
    return f"replay-{found}"


def parse_event(text: str) -> dict[str, Any] | None:
    """The JSON object in ``text``, or None."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def image_of(event: Any) -> str:
    """The image that an event of S3 tells of, ``s3://bucket/key``; empty for any other document."""
    try:
        return f"s3://{event['detail']['bucket']['name']}/{event['detail']['object']['key']}"
    except (KeyError, TypeError):
        return ""
