"""Put right what was found: start the state machine that should have run, once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from renditions.reconciliation.comparison import Finding, Kind, Run
from renditions.reconciliation.events import execution_name, object_created, object_deleted
from renditions.reconciliation.reading import delete_marker, read_run
from renditions.reconciliation.walk import Position, Walk

STARTABLE: Final = frozenset(set(Kind) - {Kind.FAILED, Kind.ORPHANED})
_ATTEMPTS: Final = 9  # of the same start, each after the one before had ended without any trace in the record


class Action(StrEnum):
    """What was done about a finding."""

    STARTED = "started"
    UNDER_WAY = "already under way"
    WOULD_START = "would start"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Result:
    """A finding with what was done; ``execution_arn`` is empty where nothing was started."""

    finding: Finding
    action: Action
    execution_arn: str = ""

    def to_json(self) -> dict[str, str | None]:
        """One line of a log or of --json."""
        return {
            "finding": self.finding.kind.name.lower(),
            "uri": self.finding.uri,
            "detail": self.finding.detail or None,
            "action": self.action.name.lower(),
            "execution_arn": self.execution_arn or None,
        }


@dataclass(slots=True)
class Reconciliation:
    """One run: what it has seen and done so far, and where the next one has to go on.

    ``acts``: what is done with a finding, ``start`` or ``tell``. ``is_over``: asked before each page and each finding;
    a run that is not given the time for one page comes no further.
    ``continuation`` is None once everything has been seen.
    """

    walk: Walk
    acts: Callable[[Walk, Finding], Result | None]
    is_over: Callable[["Reconciliation"], bool]
    continuation: Position | None = None
    objects: int = 0
    records: int = 0
    counts: Counter[tuple[Kind, Action]] = field(default_factory=Counter)

    def run(self, position: Position) -> Iterator[Result]:
        """Everything that is wrong from ``position`` on, each with what was done about it."""
        self.continuation = position
        for page in self.walk.pages(position):
            for finding in page.findings:
                if self.is_over(self):
                    return  # the next run begins with this page again: what was started by then is in order
                if result := self.acts(self.walk, finding):
                    self.counts[finding.kind, result.action] += 1
                    yield result
            self.objects += page.objects
            self.records += page.records
            self.continuation = page.next
            if self.continuation and self.is_over(self):
                return

    @property
    def started(self) -> int:
        """How many executions were started, or would be."""
        starts = (Action.STARTED, Action.WOULD_START)
        return sum(count for (_, action), count in self.counts.items() if action in starts)

    def to_json(self) -> dict[str, Any]:
        """The summary: ``findings`` is finding → action → count, ``continuation`` is null once all has been seen."""
        findings: dict[str, dict[str, int]] = {}
        for (kind, action), count in self.counts.items():
            findings.setdefault(kind.name.lower(), {})[action.name.lower()] = count
        return {
            "objects": self.objects,
            "records": self.records,
            "findings": findings,
            "continuation": self.continuation.to_json() if self.continuation else None,
        }


def tell(walk: Walk, finding: Finding) -> Result:
    """Say what would be done."""
    return Result(finding, Action.WOULD_START if _machine(walk, finding) else Action.REPORTED)


def start(walk: Walk, finding: Finding) -> Result | None:
    """Start what should have run, or only report. None if it turns out that all is well by now."""
    if not _machine(walk, finding):
        return Result(finding, Action.REPORTED)
    confirmed = walk.confirm(finding)
    if confirmed is None:
        return None
    finding, head = confirmed
    if finding.kind not in STARTABLE:
        return Result(finding, Action.REPORTED)
    event = _event(walk, finding, head)
    return _start_once(walk, finding, event) if event else None


def _machine(walk: Walk, finding: Finding) -> str:
    """The state machine that puts it right; empty where only a person can."""
    if finding.kind is Kind.GONE:
        return walk.places.image_deleted_arn
    return walk.places.image_pipeline_arn if finding.kind in STARTABLE else ""


def _event(walk: Walk, finding: Finding, head: Any) -> dict[str, Any] | None:
    """The input; None for a deletion so young that its own event may still come."""
    bucket = walk.places.uploads_bucket
    if finding.kind is not Kind.GONE:
        return object_created(bucket, head, finding.key, finding.known)
    marker = delete_marker(walk.clients.s3, bucket, finding.key)
    if finding.known is None or (marker and not walk.clock.is_settled(marker["LastModified"])):
        return None
    return object_deleted(bucket, finding.key, marker, finding.known, walk.clock.now)


def _start_once(walk: Walk, finding: Finding, event: dict[str, Any]) -> Result:
    """Start it under a name that only this event has.

    An execution of that name that runs, or has just ended, is the same start: an earlier reconciliation made it. One
    that ended long ago without changing the record has come to nothing, and the next attempt gets the next name.
    """
    machine = _machine(walk, finding)
    client = walk.clients.step_functions
    for attempt in range(1, _ATTEMPTS + 1):
        name = execution_name(event, attempt)
        try:
            arn = client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(event))
        except client.exceptions.ExecutionAlreadyExists:
            arn_of_it = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
            if not _came_to_nothing(walk, read_run(walk.clients, arn_of_it)):
                return Result(finding, Action.UNDER_WAY, arn_of_it)
        else:
            return Result(finding, Action.STARTED, arn["executionArn"])
    return Result(finding, Action.REPORTED)


def _came_to_nothing(walk: Walk, run: Run | None) -> bool:
    return run is None or (not run.running and walk.clock.is_settled(run.since))
