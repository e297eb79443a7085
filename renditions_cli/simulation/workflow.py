"""The way of a completed image through the definition of its state machine: which calls, and how they are retried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renditions_cli.prices.transitions import shortest_way, weight

LAMBDA, DYNAMODB, SNS = "lambda", "dynamodb", "sns"
# What an integration reports when the service refuses a call.
THROTTLED = {
    LAMBDA: "Lambda.TooManyRequestsException",
    DYNAMODB: "DynamoDB.ThrottlingException",
    SNS: "SNS.ThrottledException",
}
ANY_FAILURE = {"States.TaskFailed", "States.ALL"}


@dataclass(frozen=True, slots=True)
class Retrier:
    """How often a refused call is repeated, and how long it waits: see Retry in the Amazon States Language."""

    attempts: int = 0
    interval: float = 1
    rate: float = 2
    longest: float = float("inf")
    jitter: bool = False

    def longest_wait(self, attempt: int) -> float:
        """Return the seconds before the attempt after ``attempt``, 0 being the first; with jitter, at most those."""
        return min(self.longest, self.interval * self.rate ** min(attempt, 64))


@dataclass(frozen=True, slots=True)
class Call:
    """A Task: ``target`` is the function, as its definition names it, or the service. ``rendition``: what it makes."""

    state: str
    service: str
    target: str
    rendition: str
    retrier: Retrier


@dataclass(frozen=True, slots=True)
class Step:
    """Calls that run at the same time, and the transitions that lead to them."""

    transitions: int
    calls: tuple[Call, ...]


def steps_through(definition: Mapping[str, Any], state: str) -> tuple[Step, ...]:
    """Return the steps of an execution that ends by way of ``state``, without a detour."""
    states = definition["States"]
    steps: list[Step] = []
    waiting = 0  # transitions into states that call nothing
    for name in shortest_way(states, definition["StartAt"], {state}):
        waiting += weight(states[name])
        calls = tuple(_calls(name, states[name]))
        if calls:
            steps.append(Step(waiting, calls))
            waiting = 0
    return tuple(steps)


def _calls(name: str, state: Mapping[str, Any]) -> Iterator[Call]:
    for branch in state.get("Branches", ()):
        for inner, body in branch["States"].items():
            yield from _calls(inner, body)
    if state["Type"] == "Task":
        service = state["Resource"].split(":")[5]
        parameters = state["Parameters"]
        target = parameters["FunctionName"] if service == LAMBDA else service
        rendition = parameters.get("Payload", {}).get("rendition", "")
        yield Call(name, service, target, rendition, _retrier(state.get("Retry", ()), THROTTLED[service]))


def _retrier(retriers: Sequence[Mapping[str, Any]], error: str) -> Retrier:
    """Return the first retrier that is for this error, as Step Functions chooses."""
    for one in retriers:
        if {error, *ANY_FAILURE} & set(one["ErrorEquals"]):
            return Retrier(
                one.get("MaxAttempts", 3),
                one.get("IntervalSeconds", 1),
                one.get("BackoffRate", 2),
                one.get("MaxDelaySeconds", float("inf")),
                one.get("JitterStrategy") == "FULL",
            )
    return Retrier()
