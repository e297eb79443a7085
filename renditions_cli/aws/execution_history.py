"""The history of an execution: what happened in each state, for every command and page that shows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from renditions_cli.aws.causes import error_message, json_object, request_ids

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

Event = Mapping[str, Any]  # of a history, as GetExecutionHistory returns it

_CONTAINERS = ("Parallel", "Map")
_ENTERED, _EXITED, _ABORTED = "StateEntered", "StateExited", "StateAborted"


class VisitStatus(StrEnum):
    """What happened in a state, in the words of the Step Functions console, which does not know SKIPPED."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    SKIPPED = "SKIPPED"  # it made no rendition, because the preset of the image leaves it out
    CAUGHT = "CAUGHT"  # it failed, and the error was caught
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"  # the execution ran out of time here
    ABORTED = "ABORTED"  # the execution was stopped here, or another branch failed


# Of a state that was not exited, by the status of the execution.
_OPEN = {
    "RUNNING": VisitStatus.RUNNING,
    "PENDING_REDRIVE": VisitStatus.RUNNING,
    "TIMED_OUT": VisitStatus.TIMED_OUT,
    "ABORTED": VisitStatus.ABORTED,
}


@dataclass(frozen=True, slots=True)
class StateVisit:
    """One visit of a state. ``exited`` is None while the execution is there, or if it ended there.

    ``retries``: attempts after the first. ``error`` and ``cause``: those of the last attempt that failed, also if a
    retry succeeded or the error was caught. ``within``: the Parallel or Map state whose branch contains this state;
    empty if none does. ``input``, ``output``, and the ``parameters`` and the ``result`` of the last attempt are JSON;
    None if they were not read, or the engine does not have them. ``service``: what a Task state calls, for example
    ``sns:publish``. ``requests``: the IDs of its invocations of a function, as far as the history has them.
    """

    name: str
    entered: datetime
    exited: datetime | None = None
    status: VisitStatus = VisitStatus.SUCCEEDED
    retries: int = 0
    error: str | None = None
    cause: str | None = None
    input: str | None = None
    output: str | None = None
    within: str = ""
    service: str = ""
    parameters: str | None = None
    result: str | None = None
    requests: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The name after the state that contains it: ``MakeRenditions / Thumbnail``."""
        return f"{self.within} / {self.name}" if self.within else self.name

    def to_json(self) -> dict[str, Any]:
        """Return the document for --json, with times in ISO 8601 and without input and output, which may be long."""
        return {
            "state": self.name,
            "within": self.within or None,
            "entered": self.entered.isoformat(),
            "left": self.exited.isoformat() if self.exited else None,
            "status": self.status,
            "retries": self.retries,
            "error": self.error,
            "cause": self.cause,
        }


def read_events(client: "SFNClient", arn: str, *, with_data: bool = False) -> list[Event]:
    """Return the events of an execution in order; ``with_data`` adds inputs and outputs. Raises ClientError."""
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=with_data
    )
    return [event for page in pages for event in page["events"]]


def state_visits(events: Iterable[Event], execution_status: str) -> list[StateVisit]:
    """Return the visits in the order of entry, those of parallel branches interleaved.

    Each event names the previous one, so the chain from any event leads back to the entry of its state. An event
    without that link counts for the state that was entered last and is still open.
    """
    history = _History()
    for event in events:
        history.add(event)
    return [history.finished(visit, execution_status) for visit in history.visits]


def current_states(visits: Iterable[StateVisit]) -> str:
    """Return the states in which an execution is, or ended: ``MakeRenditions / Watermark``.

    Of a failed execution that is the state that failed, without the branches that were stopped because of it.
    """
    opened = [one for one in visits if one.exited is None]
    failed = [one for one in opened if one.status is VisitStatus.FAILED] or opened
    containers = {one.within for one in failed}
    return ", ".join(dict.fromkeys(one.path for one in failed if one.name not in containers))


@dataclass(slots=True, eq=False)
class _Visit:
    """A visit while its history is being read. ``container``: the visit whose branch contains this one."""

    name: str
    kind: str
    entered: datetime
    input: str | None
    container: "_Visit | None"
    exited: datetime | None = None
    attempts: int = 0
    failed: bool = False
    aborted: bool = False
    error: str | None = None
    cause: str | None = None
    output: str | None = None
    service: str = ""
    parameters: str | None = None
    result: str | None = None
    requests: list[str] = field(default_factory=list)

    def note(self, kind: str, details: Mapping[str, Any]) -> None:
        """Note an event between entry and exit: an attempt, its failure or its success."""
        if kind.endswith(_ABORTED):
            self.aborted = True
        elif kind.endswith("Scheduled"):
            self.attempts += 1
            self.failed = self.aborted = False
            self.service, self.parameters = _service(details), details.get("parameters")
        elif kind.endswith(("Failed", "TimedOut")):
            self.failed = True
            self.error = details.get("error") or self.error
            self.cause = error_message(details.get("cause")) or self.cause
            self.requests += request_ids(details.get("cause"))
        elif kind.endswith("Succeeded"):
            self.failed = False
            self.result = details.get("output")
            self.requests += request_ids(self.result)


@dataclass(slots=True)
class _History:
    """The visits so far, and the visit to which each event belongs, by the event's id."""

    visits: list[_Visit] = field(default_factory=list)
    visit_of: dict[int, _Visit] = field(default_factory=dict)
    error: str | None = None
    cause: str | None = None

    def add(self, event: Event) -> None:
        """Add an event, later than those before."""
        kind = event["type"]
        details: Mapping[str, Any] = next(
            (value for name, value in event.items() if name.endswith("EventDetails")), {}
        )
        if kind.startswith("Execution"):
            self.error, self.cause = details.get("error"), error_message(details.get("cause"))
            return
        visit = self.enter(event, details) if kind.endswith(_ENTERED) else self.visit_at(event, details)
        if visit is None:
            return
        if kind.endswith(_EXITED):
            self.leave(visit, event["timestamp"], details.get("output"))
        else:
            visit.note(kind, details)
        self.visit_of[event.get("id", 0)] = visit

    def enter(self, event: Event, details: Mapping[str, Any]) -> _Visit:
        """Begin a visit."""
        kind = event["type"].removesuffix(_ENTERED)
        visit = _Visit(
            details["name"], kind, event["timestamp"], details.get("input"), self.container_of(event)
        )
        self.visits.append(visit)
        return visit

    def leave(self, visit: _Visit, moment: datetime, output: str | None) -> None:
        """End a visit. A Parallel state that is left before its branches are has caught the error of one of them."""
        visit.exited, visit.output = moment, output
        for inner in self.inside(visit):
            if inner.exited is None:
                visit.failed = True
                if inner.failed:
                    visit.error, visit.cause = inner.error, inner.cause

    def visit_at(self, event: Event, details: Mapping[str, Any]) -> _Visit | None:
        """Return the visit to which an event belongs that is not an entry."""
        kind: str = event["type"]
        if kind.endswith(_EXITED):
            return self.latest(lambda one: one.name == details["name"])
        if kind.startswith(_CONTAINERS):
            return self.latest(lambda one: kind.startswith(one.kind))
        return self.visit_of.get(event.get("previousEventId", 0)) or self.latest(lambda _: True)

    def container_of(self, event: Event) -> _Visit | None:
        """Return the open Parallel or Map state in which the state of this entry is."""
        before = self.visit_of.get(event.get("previousEventId", 0))
        if before is None:
            return self.latest(lambda one: one.kind in _CONTAINERS)
        while before is not None and (before.kind not in _CONTAINERS or before.exited):
            before = before.container
        return before

    def latest(self, fits: Any) -> _Visit | None:
        """Return the visit that was entered last of those that are open and fit."""
        return next((one for one in reversed(self.visits) if one.exited is None and fits(one)), None)

    def inside(self, visit: _Visit) -> Iterator[_Visit]:
        """Yield the visits in the branches of this one."""
        return (one for one in self.visits if one.container is visit)

    def finished(self, visit: _Visit, execution_status: str) -> StateVisit:
        """Return a visit with its status."""
        status = self.status_of(visit, execution_status)
        error, cause = visit.error, visit.cause
        if status is VisitStatus.FAILED and not error and not any(map(_failed, self.inside(visit))):
            error, cause = self.error, self.cause
        return StateVisit(
            name=visit.name,
            entered=visit.entered,
            exited=visit.exited,
            status=status,
            retries=max(visit.attempts - 1, 0),
            error=error,
            cause=cause,
            input=visit.input,
            output=visit.output,
            within=visit.container.name if visit.container else "",
            service=visit.service,
            parameters=visit.parameters,
            result=visit.result,
            requests=tuple(visit.requests),
        )

    def status_of(self, visit: _Visit, execution_status: str) -> VisitStatus:
        """Return what happened in a visit, given the status of the execution."""
        if visit.exited is not None:
            return VisitStatus.CAUGHT if visit.failed else _good_end(visit)
        if visit.aborted:
            return VisitStatus.ABORTED
        if visit.container and visit.container.exited:
            return VisitStatus.FAILED if visit.failed else VisitStatus.ABORTED
        if execution_status in _OPEN:
            return _OPEN[execution_status]
        if visit.failed or not visit.container or not any(map(_failed, self.inside(visit.container))):
            return VisitStatus.FAILED
        return VisitStatus.ABORTED


def _failed(visit: _Visit) -> bool:
    return visit.failed


def _good_end(visit: _Visit) -> VisitStatus:
    """Return SKIPPED for a branch whose output is a rendition without a file. That needs its output to be read."""
    skipped = visit.container and json_object(visit.output).get("key") == ""
    return VisitStatus.SKIPPED if skipped else VisitStatus.SUCCEEDED


def _service(details: Mapping[str, Any]) -> str:
    """Return ``sns:publish``. Some engines give the whole ARN of the resource, others its last two parts apart."""
    resource: str = details.get("resource", "")
    last = resource.removeprefix("arn:").rpartition(":::")[2]
    return last if ":" in last else f"{details.get('resourceType', '')}:{last}"
