"""Whether anything is left to do for a failed execution: a table of what the record may say."""

from dataclasses import replace
from typing import Any

import pytest

from renditions.records import ImageRecord
from renditions_cli.aws.remaining import MOST_SUCCESSORS, last_successor, nothing_left, successor
from tests.unit.cli.aws.test_failures import ARN, MACHINE, failure

DELETIONS = "arn:aws:states:us-east-1:123456789012:stateMachine:image-deleted"
OTHER = ARN + "-other"
REPORT = "arn:aws:states:us-east-1:123456789012:execution:execution-failed:two"


class Statuses(dict[str, str]):
    """The statuses of the executions that exist, by ARN."""

    def __call__(self, arn: str) -> str:
        return self.get(arn, "")


def record(status: str, owner: str, sequencer: str = "0062", settled_by: str | None = None) -> ImageRecord:
    return ImageRecord(
        "s3://in/a.jpg", status, execution_arn=owner, sequencer=sequencer, settled_by=settled_by
    )


def left(found: ImageRecord | None, statuses: dict[str, str] | None = None, **changes: Any) -> bool:
    known: Any = Statuses(statuses or {})
    return not nothing_left(failure(record=found, **changes).facts, known)


def test_nothing_is_left_of_an_execution_that_succeeded_after_a_redrive() -> None:
    assert not left(record("PROCESSING", ARN), status="SUCCEEDED")


@pytest.mark.parametrize("status", ["PROCESSING", "FAILED", "DELETING"])
def test_work_is_left_while_the_failed_execution_owns_an_unfinished_record(status: str) -> None:
    assert left(record(status, ARN))


@pytest.mark.parametrize("status", ["COMPLETED", "REJECTED", "DELETED"])
def test_a_final_record_needs_its_notice(status: str) -> None:
    assert left(record(status, ARN))
    settled = record(status, ARN, settled_by=REPORT)
    assert left(settled, {}), "that execution does not exist"
    assert left(settled, {REPORT: "FAILED"})
    assert left(settled, {REPORT: "RUNNING"})
    assert not left(settled, {REPORT: "SUCCEEDED"})


@pytest.mark.parametrize("status", ["PROCESSING", "COMPLETED", "REJECTED", "FAILED", "DELETING", "DELETED"])
@pytest.mark.parametrize("is_deletion", [True, False], ids=["deletion", "upload"])
def test_a_newer_event_makes_a_failure_irrelevant_and_an_older_one_does_not(
    status: str,
    is_deletion: bool,  # noqa: FBT001
) -> None:
    assert not left(record(status, OTHER, "0063"), is_deletion=is_deletion)
    assert left(record(status, OTHER, "0061"), is_deletion=is_deletion)


@pytest.mark.parametrize(
    "status, expected",
    [
        ("PROCESSING", False), ("COMPLETED", False), ("REJECTED", False), ("DELETING", False), ("DELETED", False),
        ("FAILED", True),
    ],
)  # fmt: skip
def test_another_execution_of_the_same_event_must_have_an_outcome(status: str, expected: bool) -> None:  # noqa: FBT001
    assert left(record(status, OTHER)) is expected


def test_an_event_without_a_record_is_still_to_be_processed() -> None:
    assert left(None)
    assert left(None, is_deletion=True, machine=DELETIONS)


@pytest.mark.parametrize(
    "found", [None, record("COMPLETED", OTHER, "0061")], ids=["no record", "older record"]
)
def test_a_deletion_that_was_started_anew_and_found_nothing_to_delete_is_done(
    found: ImageRecord | None,
) -> None:
    """The object was there: the event was about an old version. The record does not change then."""
    first = successor(DELETIONS, ARN)
    second = successor(DELETIONS, first)
    deletion: dict[str, Any] = {"is_deletion": True, "machine": DELETIONS}
    assert left(found, {first: "FAILED"}, **deletion)
    assert left(found, {first: "RUNNING"}, **deletion)
    assert not left(found, {first: "SUCCEEDED"}, **deletion)
    assert not left(found, {first: "FAILED", second: "SUCCEEDED"}, **deletion)


def test_an_upload_that_was_started_anew_must_be_in_the_record() -> None:
    assert left(record("COMPLETED", OTHER, "0061"), {successor(MACHINE, ARN): "SUCCEEDED"})


def test_the_chain_of_successors_ends() -> None:
    class Endless(Statuses):
        def __call__(self, arn: str) -> str:
            self[arn] = "FAILED"
            return "FAILED"

    endless: Any = Endless()
    last_successor(MACHINE, ARN, endless)
    assert len(endless) == MOST_SUCCESSORS


def test_the_facts_of_a_failure_follow_its_record() -> None:
    one = failure(record=record("COMPLETED", ARN))
    assert one.facts.is_unpublished
    assert not replace(one, record=record("COMPLETED", OTHER)).facts.is_unpublished
