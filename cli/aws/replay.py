"""Start what dead letters should have started, one by one, so that one bad message stops no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.aws.dead_letters import DeadLetter, Start, Unusable, route
from cli.aws.queues import receive, release, remove, set_aside
from cli.aws.sdk_errors import refused
from cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

NO_INPUT = ("InvalidExecutionInput", "ValidationException")


class Done(StrEnum):
    """What became of a message."""

    STARTED = "started"
    BEFORE = "started before"
    SET_ASIDE = "set aside"
    KEPT = "kept"
    WOULD_START = "would start"
    WOULD_SET_ASIDE = "would set aside"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message and what became of it; ``detail`` is the execution, or the sentence that says why there is none."""

    letter: DeadLetter
    done: Done
    detail: str

    def to_json(self) -> dict[str, Any]:
        """One line of --json."""
        return {
            "message_id": self.letter.message_id,
            "image": self.letter.image or None,
            "done": self.done.replace(" ", "_"),
            "detail": self.detail,
        }


def queues(stack: Stack) -> list[str]:
    """The queues that a replay empties."""
    return [url for url in (stack.outputs.start_failures_queue, stack.outputs.report_failures_queue) if url]


def rehearse(stack: Stack) -> Iterator[Replayed]:
    """What ``replay`` would do. The messages stay."""
    sqs = stack.sqs()
    for queue in queues(stack):
        letters: list[DeadLetter] = []
        try:
            for letter in receive(sqs, queue):
                letters.append(letter)
                match route(letter, stack.outputs):
                    case Start(machine):
                        yield Replayed(letter, Done.WOULD_START, machine.rsplit(":", 1)[-1])
                    case Unusable(reason):
                        yield Replayed(letter, Done.WOULD_SET_ASIDE, reason)
        finally:
            release(sqs, letters)


def replay(stack: Stack) -> Iterator[Replayed]:
    """Start and remove, message by message. What Step Functions refuses now is kept for another time."""
    sqs, step_functions = stack.sqs(), stack.step_functions()
    for queue in queues(stack):
        kept: list[DeadLetter] = []
        try:
            for letter in receive(sqs, queue):
                replayed = replay_one(step_functions, route(letter, stack.outputs), letter)
                if replayed.done is Done.KEPT:
                    kept.append(letter)
                elif replayed.done is Done.SET_ASIDE:
                    set_aside(sqs, letter, stack.outputs.set_aside_queue, replayed.detail)
                else:
                    remove(sqs, letter)
                yield replayed
        finally:
            release(sqs, kept)


def replay_one(client: "SFNClient", start: Start | Unusable, letter: DeadLetter) -> Replayed:
    """Start what the message should have started; the message itself is left as it is."""
    if isinstance(start, Unusable):
        return Replayed(letter, Done.SET_ASIDE, start.reason)
    try:
        answer = client.start_execution(stateMachineArn=start.machine, name=start.name, input=start.input)
    except client.exceptions.ExecutionAlreadyExists:
        arn = f"{start.machine.replace(':stateMachine:', ':execution:')}:{start.name}"
        return Replayed(letter, Done.BEFORE, arn)
    except ClientError as error:
        done = Done.SET_ASIDE if error.response["Error"]["Code"] in NO_INPUT else Done.KEPT
        return Replayed(letter, done, refused(error))
    return Replayed(letter, Done.STARTED, answer["executionArn"])
