"""Start the executions that dead letters should have started, one by one, so that a bad message blocks no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from renditions_cli.aws.dead_letters import DeadLetter, Start, Unusable, route
from renditions_cli.aws.queues import receive, release, remove, set_aside
from renditions_cli.aws.sdk_errors import concerns_every_request, response_error
from renditions_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

INVALID_INPUT = ("InvalidExecutionInput", "ValidationException")


class ReplayAction(StrEnum):
    """What a replay does with a message."""

    STARTED = "started"
    STARTED_BEFORE = "started before"
    SET_ASIDE = "set aside"
    KEPT = "kept"
    WOULD_START = "would start"
    WOULD_SET_ASIDE = "would set aside"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message and what was done with it. ``detail`` is the ARN of the execution, or the reason why there is none."""

    letter: DeadLetter
    action: ReplayAction
    detail: str

    def to_json(self) -> dict[str, Any]:
        """Return one line of --json."""
        return {
            "message_id": self.letter.message_id,
            "image": self.letter.image or None,
            "done": self.action.replace(" ", "_"),
            "detail": self.detail,
        }


def replayed_queues(stack: Stack) -> list[str]:
    """Return the URLs of the queues that a replay empties."""
    return [url for url in (stack.outputs.start_failures_queue, stack.outputs.report_failures_queue) if url]


def rehearse(stack: Stack) -> Iterator[Replayed]:
    """Yield what ``replay`` would do. The messages stay."""
    sqs = stack.sqs()
    letters: list[DeadLetter] = []
    try:
        for letter in receive(sqs, *replayed_queues(stack)):
            letters.append(letter)
            match route(letter, stack.outputs):
                case Start(machine):
                    yield Replayed(letter, ReplayAction.WOULD_START, machine.rsplit(":", 1)[-1])
                case Unusable(reason):
                    yield Replayed(letter, ReplayAction.WOULD_SET_ASIDE, reason)
    finally:
        release(sqs, letters)


def replay(stack: Stack) -> Iterator[Replayed]:
    """Start an execution for each message, then delete the message. If Step Functions refuses, the message stays."""
    sqs, step_functions = stack.sqs(), stack.step_functions()
    kept: list[DeadLetter] = []
    try:
        for letter in receive(sqs, *replayed_queues(stack)):
            replayed = start_execution(step_functions, route(letter, stack.outputs), letter)
            replayed = take_away(sqs, replayed, stack.outputs.set_aside_queue)
            if replayed.action is ReplayAction.KEPT:
                kept.append(letter)
            yield replayed
    finally:
        release(sqs, kept)


def start_execution(client: "SFNClient", start: Start | Unusable, letter: DeadLetter) -> Replayed:
    """Start the execution for a message. Does not change the message."""
    if isinstance(start, Unusable):
        return Replayed(letter, ReplayAction.SET_ASIDE, start.reason)
    try:
        answer = client.start_execution(stateMachineArn=start.machine, name=start.name, input=start.input)
    except client.exceptions.ExecutionAlreadyExists:
        arn = f"{start.machine.replace(':stateMachine:', ':execution:')}:{start.name}"
        return Replayed(letter, ReplayAction.STARTED_BEFORE, arn)
    except ClientError as error:
        is_invalid = error.response["Error"]["Code"] in INVALID_INPUT
        action = ReplayAction.SET_ASIDE if is_invalid else ReplayAction.KEPT
        return Replayed(letter, action, response_error(error))
    return Replayed(letter, ReplayAction.STARTED, answer["executionArn"])


def take_away(sqs: "SQSClient", replayed: Replayed, set_aside_queue: str) -> Replayed:
    """Remove the message from its queue, or set it aside. If SQS refuses that, the message is kept."""
    try:
        if replayed.action is ReplayAction.SET_ASIDE:
            set_aside(sqs, replayed.letter, set_aside_queue, replayed.detail)
        elif replayed.action is not ReplayAction.KEPT:
            remove(sqs, replayed.letter)
    except ClientError as error:
        if concerns_every_request(error):
            raise
        return Replayed(replayed.letter, ReplayAction.KEPT, response_error(error))
    return replayed
