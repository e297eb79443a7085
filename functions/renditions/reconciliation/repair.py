"""Repair the findings: start each state machine that should have run, once."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, Final

from renditions.logs import pseudonym
from renditions.reconciliation.attempts import Refusal, attempt
from renditions.reconciliation.comparison import Execution, Finding, Kind
from renditions.reconciliation.events import RECONCILIATION, execution_name, object_created, object_deleted
from renditions.reconciliation.position import Position
from renditions.reconciliation.queries import read_execution
from renditions.reconciliation.walk import Walk
from renditions.storage import originals
from renditions.storage.objects import StoredObject

STARTABLE: Final = frozenset(set(Kind) - {Kind.FAILED, Kind.UNREADABLE, Kind.ORPHANED, Kind.FOREIGN})
_ATTEMPTS: Final = 9  # at the same start, each after the previous one ended without changing the record


class Action(StrEnum):
    """What was done about a finding."""

    STARTED = "started"
    UNDER_WAY = "already under way"
    WOULD_START = "would start"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Result:
    """A finding and what was done about it. ``execution_arn`` is empty if nothing was started."""

    finding: Finding
    action: Action
    execution_arn: str = ""

    def to_json(self) -> dict[str, str | None]:
        """Return one line of --json."""
        return {
            "finding": self.finding.kind.name.lower(),
            "uri": self.finding.uri,
            "detail": self.finding.detail or None,
            "action": self.action.name.lower(),
            "execution_arn": self.execution_arn or None,
        }

    def to_log(self) -> dict[str, str | None]:
        """Return one line of the log, without keys: ``--json`` shows them, and so does the execution's input."""
        line = self.to_json()
        about = {"image": pseudonym(self.finding.uri), "execution": line["execution_arn"]}
        return about | {name: line[name] for name in ("finding", "action")}


@dataclass(slots=True)
class Reconciliation:
    """One run: what it has compared and done so far, and where the next one continues.

    ``act`` handles a finding: ``start`` or ``preview``. ``should_stop`` is called before each page and each finding;
    a run that may not complete a single page makes no progress.
    ``continuation`` is None once everything has been compared.
    """

    walk: Walk
    act: Callable[[Walk, Finding], Result | None]
    should_stop: Callable[["Reconciliation"], bool]
    continuation: Position | None = None
    objects: int = 0
    records: int = 0
    counts: Counter[tuple[Kind, Action]] = field(default_factory=Counter)
    _first_foreign: str = ""

    def run(self, position: Position) -> Iterator[Result]:
        """Yield everything that is wrong from ``position`` on, with what was done about it.

        All foreign files together are one result, the last. ``counts`` has their number.
        """
        yield from self._compare(position)
        if number := self.counts[Kind.FOREIGN, Action.REPORTED]:
            uri = f"s3://{self.walk.places.renditions_bucket}/{self._first_foreign}"
            detail = f"the first of {number} files" if number > 1 else ""
            yield Result(Finding(Kind.FOREIGN, uri, detail=detail), Action.REPORTED)

    def _compare(self, position: Position) -> Iterator[Result]:
        self.continuation = position
        for page in self.walk.pages(position):
            for finding in page.findings:
                if self.should_stop(self):
                    return  # the next run starts with this page again, and finds what was started in order
                if result := self.act(self.walk, finding):
                    self.counts[result.finding.kind, result.action] += 1
                    yield result
            self.objects += page.objects
            self.records += page.records
            self._count_foreign(page.foreign)
            self.continuation = page.next
            if self.continuation and self.should_stop(self):
                return

    def _count_foreign(self, keys: Sequence[str]) -> None:
        if keys:
            self._first_foreign = self._first_foreign or keys[0]
            self.counts[Kind.FOREIGN, Action.REPORTED] += len(keys)

    @property
    def started(self) -> int:
        """How many executions were started, or would be."""
        starts = (Action.STARTED, Action.WOULD_START)
        return sum(count for (_, action), count in self.counts.items() if action in starts)

    def to_json(self) -> dict[str, Any]:
        """Return the summary. ``findings``: finding → action → count; ``continuation``: null once all is compared."""
        findings: dict[str, dict[str, int]] = {}
        for (kind, action), count in self.counts.items():
            findings.setdefault(kind.name.lower(), {})[action.name.lower()] = count
        return {
            "objects": self.objects,
            "records": self.records,
            "findings": findings,
            "continuation": self.continuation.to_json() if self.continuation else None,
        }


def preview(walk: Walk, finding: Finding) -> Result:
    """Return what ``start`` would do."""
    return Result(finding, Action.WOULD_START if _machine(walk, finding) else Action.REPORTED)


def start(walk: Walk, finding: Finding) -> Result | None:
    """Start what should have run, or only report the finding. None if nothing is wrong any more."""
    if not _machine(walk, finding):
        return Result(finding, Action.REPORTED)
    confirmed = attempt(walk.confirm)(finding)
    if isinstance(confirmed, Refusal):
        return _unreadable(finding, confirmed)
    if confirmed is None:
        return None
    finding, stored = confirmed
    if finding.kind not in STARTABLE:
        return Result(finding, Action.REPORTED)
    event = _event(walk, finding, stored)
    return _start_once(walk, finding, event) if event else None


def _unreadable(finding: Finding, refusal: Refusal) -> Result | None:
    """The result for an object that cannot be read; None if the comparison of its record reports it."""
    if finding.kind is not Kind.GONE and finding.record and finding.record.status != "DELETED":
        return None
    return Result(replace(finding, kind=Kind.UNREADABLE, detail=refusal.reason), Action.REPORTED)


def _machine(walk: Walk, finding: Finding) -> str:
    """The ARN of the state machine that repairs the finding; empty if only an operator can."""
    if finding.kind is Kind.GONE:
        return walk.places.image_deleted_arn
    if finding.kind is Kind.INCOMPLETE and finding.record and finding.record.status != "COMPLETED":
        return ""  # the renditions of an earlier upload, whose object is no longer the current one
    return walk.places.image_pipeline_arn if finding.kind in STARTABLE else ""


def _event(walk: Walk, finding: Finding, stored: StoredObject | None) -> dict[str, Any] | None:
    """The input of the execution; None for a deletion so recent that its own event may still arrive."""
    bucket, partition = walk.places.uploads_bucket, walk.clients.s3.meta.partition
    if stored is not None:
        return object_created(bucket, stored, finding.record, partition=partition, origin=RECONCILIATION)
    marker = originals.delete_marker(walk.clients.s3, bucket, finding.key)
    if finding.record is None or (marker and not walk.clock.is_settled(marker.modified)):
        return None
    return object_deleted(bucket, finding.key, marker, finding.record, walk.clock.now, partition=partition)


def _start_once(walk: Walk, finding: Finding, event: dict[str, Any]) -> Result:
    """Start the execution under a name that only this event has.

    If an execution of that name is running or has just ended, an earlier reconciliation started it. If it ended long
    ago without changing the record, it had no effect, and the next attempt gets the next name.
    """
    machine = _machine(walk, finding)
    client = walk.clients.step_functions
    for number in range(1, _ATTEMPTS + 1):
        name = execution_name(event, number)
        try:
            answer = client.start_execution(stateMachineArn=machine, name=name, input=json.dumps(event))
        except client.exceptions.ExecutionAlreadyExists:
            arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
            if not _had_no_effect(walk, attempt(partial(read_execution, walk.clients))(arn)):
                return Result(finding, Action.UNDER_WAY, arn)
        else:
            return Result(finding, Action.STARTED, answer["executionArn"])
    return Result(finding, Action.REPORTED)


def _had_no_effect(walk: Walk, execution: Execution | Refusal | None) -> bool:
    if isinstance(execution, Refusal):
        return False
    return execution is None or (not execution.running and walk.clock.is_settled(execution.since))
