"""The table of docs/outcomes.md, row by row: what remains, what is told, and that one redrive repairs everything."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from renditions_cli.aws.stack import Outputs, Stack
from renditions_cli.errors import ExitCode
from renditions_cli.main import app
from tests.e2e.cloud import Cloud, wait_for
from tests.e2e.pictures import jpeg
from tests.faults import outcomes
from tests.faults.calls import Call
from tests.faults.faults import OUT_OF_ORDER, Meanwhile, Rule
from tests.faults.outcome import Events, files
from tests.faults.outcomes import FAILED, FUNCTIONS, KILLED, STOPPED, Cell
from tests.faults.stack import FaultyStack
from tests.faults.test_failing_deletions import expires
from tests.renditions import SPECS, state_name

RED, GREEN, RUBBISH = jpeg(320, 240), jpeg(240, 320), b"Buy milk."
MACHINES = {"image_pipeline": "ImagePipelineArn", "image_deleted": "ImageDeletedArn"}
# More than the longest retrier of a Lambda task, and of any other.
ATTEMPTS = {"lambda": 9, "dynamodb": 11, "sns": 11, "states": 11}
# The service, and the texts by which the call of a state is recognized. All sizes have their own name in it.
CALLS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("image_pipeline", "ClaimImage"): ("dynamodb", ("SET #status = :processing",)),
    ("image_pipeline", "ValidateImage"): ("lambda", ("validate-image",)),
    **{
        ("image_pipeline", state_name(name)): (
            "lambda",
            (FUNCTIONS[spec.watermarked], f'"rendition": "{name}"'),
        )
        for name, spec in SPECS.items()
    },
    ("image_pipeline", "SaveMetadata"): ("dynamodb", ("SET #status = :completed",)),
    ("image_pipeline", "PublishCompletion"): ("sns", ("Renditions: image ready",)),
    ("image_pipeline", "PublishReplacement"): ("sns", ("Renditions: image replaced",)),
    ("image_pipeline", "RetireSuperseded"): ("lambda", ("tidy-renditions", "superseded")),
    ("image_pipeline", "RecordRejection"): ("dynamodb", ("SET #status = :rejected",)),
    ("image_pipeline", "PublishRejection"): ("sns", ("Renditions: image rejected",)),
    ("image_pipeline", "PublishRejectionPreviousServed"): ("sns", ("Renditions: image rejected, previous",)),
    ("image_pipeline", "RetireLeftovers"): ("lambda", ("tidy-renditions", "rejected")),
    ("image_pipeline", "ConfirmGone"): ("lambda", ("confirm-deleted",)),
    ("image_pipeline", "RecordDeletion"): (
        "dynamodb",
        ("SET #status = :deleted", "deleted_at = if_not_exists"),
    ),
    ("image_pipeline", "RemoveRenditions"): ("lambda", ("tidy-renditions", "deleted")),
    ("image_pipeline", "PublishDeletion"): ("sns", ("Renditions: image deleted",)),
    ("image_pipeline", "RetireOwnRenditions"): ("lambda", ("tidy-renditions", "lost")),
    ("image_deleted", "ConfirmDeleted"): ("lambda", ("confirm-deleted",)),
    ("image_deleted", "ClaimDeletion"): ("dynamodb", ("SET #status = :deleting",)),
    ("image_deleted", "RemoveRenditions"): ("lambda", ("tidy-renditions", "deleted")),
    ("image_deleted", "RecordDeletion"): ("dynamodb", ("SET #status = :deleted", "deleted_at = :deleted_at")),
    ("image_deleted", "PublishDeletion"): ("sns", ("Renditions: image deleted",)),
    ("image_deleted", "IsRecorded"): ("dynamodb", ("SET sequencer = sequencer",)),
    ("image_deleted", "StartProcessing"): ("states", ("restored-",)),
}
QUICK = {
    "upload: SaveMetadata stopped",
    "upload: PublishCompletion " + FAILED,
    "replacement: RetireSuperseded stopped",
    "bad over good: PublishRejectionPreviousServed stopped",
    "deletion: PublishDeletion " + FAILED,
}


@dataclass
class StateRule(Rule):
    """A fault for the calls of one state for one image."""

    texts: tuple[str, ...] = ()

    def takes(self, call: Call) -> bool:
        text = call.text.replace("+", " ")
        return all(one in text for one in self.texts) and super().takes(call)


@dataclass
class Case:
    """A cell that is being carried out, with its own image."""

    cell: Cell
    key: str = field(default_factory=lambda: f"{uuid4().hex}.jpg")
    name: str = field(default_factory=lambda: uuid4().hex)
    event: dict[str, Any] = field(default_factory=dict)
    later: dict[str, Any] = field(default_factory=dict)  # an event that arrives afterwards
    arn: str = ""


def start(cloud: Cloud, machine: str, event: dict[str, Any], name: str = "") -> str:
    started = cloud.executions.start_execution(
        stateMachineArn=cloud.outputs[MACHINES[machine]], name=name or uuid4().hex, input=json.dumps(event)
    )
    return str(started["executionArn"])


def carry_out(cloud: Cloud, machine: str, event: dict[str, Any]) -> None:
    assert cloud.execution(start(cloud, machine, event), 120)["status"] == "SUCCEEDED"


def prepare(cloud: Cloud, events: Events, case: Case) -> None:
    """Do what comes before the execution that ends badly, and make its event."""
    story, key = case.cell.row.story, case.key
    if story in {outcomes.REPLACEMENT, outcomes.BAD_OVER_GOOD, outcomes.DELETION, outcomes.ROLLBACK}:
        carry_out(cloud, "image_pipeline", events.of_upload(key, RED))
    if story is outcomes.ROLLBACK:
        green = events.of_upload(key, GREEN)
        carry_out(cloud, "image_pipeline", green)
        case.event = events.of_deletion(key, version=green["detail"]["object"]["version-id"])
    elif story is outcomes.DELETION:
        case.event = events.of_deletion(key)
    else:
        bad = story in {outcomes.REJECTION, outcomes.BAD_OVER_GOOD}
        case.event = events.of_upload(key, RUBBISH if bad else GREEN)
    if story is outcomes.VANISHED:
        events.of_deletion(key)
    if story is outcomes.REPLACED:
        del case.event["detail"]["object"]["version-id"]
        case.later = events.of_upload(key, RED)
    machine = cloud.outputs[MACHINES[story.machine]].replace(":stateMachine:", ":execution:")
    case.arn = f"{machine}:{case.name}"


def fault(cloud: Cloud, case: Case) -> list[Rule]:
    """Return the fault of a cell. A function is killed at a crash point instead."""
    service, texts = CALLS[case.cell.row.story.machine, case.cell.row.state]
    if case.cell.how == KILLED:
        return []
    texts = (*texts, case.key)
    if case.cell.how == FAILED:
        return [StateRule(OUT_OF_ORDER, service, times=ATTEMPTS[service], texts=texts)]

    def stop() -> None:
        cloud.executions.stop_execution(executionArn=case.arn)

    return [StateRule(Meanwhile(stop), service, texts=texts)]


def run(cloud: Cloud, case: Case) -> str:
    """Run the execution to its bad end, and execution_failed to its good one. Returns how it ended."""
    machine = case.cell.row.story.machine
    status = str(cloud.execution(start(cloud, machine, case.event, case.name), 180)["status"])
    if status != "SUCCEEDED":
        wait_for(lambda: is_followed_up(cloud, case), f"execution_failed for {case.cell.name}", 60)
    if case.later:
        carry_out(cloud, "image_pipeline", case.later)
    return status


def is_followed_up(cloud: Cloud, case: Case) -> bool:
    """Whether the execution of execution_failed for this case has ended."""
    found = cloud.executions.list_executions(
        stateMachineArn=cloud.outputs["ExecutionFailedArn"], statusFilter="SUCCEEDED"
    )["executions"]
    return any(
        case.arn in cloud.executions.describe_execution(executionArn=one["executionArn"])["input"]
        for one in found
    )


def seen(cloud: Cloud, case: Case) -> tuple[str, set[str], str]:
    """Return the record's status, the statuses in all notices of the execution, and the files in words."""
    record = cloud.record(uri(cloud, case.key))
    return str(record["status"]), {str(one["status"]) for one in notices(cloud, case)}, described(cloud, case)


def uri(cloud: Cloud, key: str) -> str:
    return f"s3://{cloud.outputs['UploadsBucketName']}/{key}"


def notices(cloud: Cloud, case: Case) -> list[dict[str, Any]]:
    """The notices since the story was prepared: those about uploads before it are not counted."""
    ours = [json.loads(one["Body"]) for one in cloud.subscriber._receive(case.key)]
    earlier = case.cell.row.story in {outcomes.REPLACEMENT, outcomes.BAD_OVER_GOOD, outcomes.DELETION}
    skipped = 2 if case.cell.row.story is outcomes.ROLLBACK else int(earlier)
    return sorted(ours, key=lambda notice: str(notice["execution"]["started_at"]))[skipped:]


def described(cloud: Cloud, case: Case) -> str:
    """Return the files in the words of the table."""
    record = cloud.record(uri(cloud, case.key))
    named = {one["key"] for one in record["renditions"].values()}
    there = set(files(cloud, case.key))
    expiring = {key for key in there if expires(cloud, key)}
    assert named <= there - expiring, "what the record names is there"
    other = there - named - expiring
    is_served = bool(named) and record.get("served_etag") == record.get("etag")
    if record["status"] == "FAILED" and not named:
        return outcomes.BRANCHES if other else outcomes.NONE
    if other:
        return outcomes.PREVIOUS_LEFT if named else outcomes.OF_DELETED
    if expiring:
        return outcomes.BOTH if case.cell.row.story is outcomes.ROLLBACK else outcomes.PREVIOUS_EXPIRE
    return outcomes.NONE if not named else outcomes.SERVED if is_served else outcomes.PREVIOUS


def assert_as_in_the_table(cloud: Cloud, case: Case, status: str) -> None:
    cell = case.cell
    assert status == cell.execution
    told = set() if cell.told == "nothing" else {cell.told}
    if cell.row.story is outcomes.REPLACED and status != "SUCCEEDED":
        told |= {"FAILED"}  # of the upload that was replaced
    wait_for(lambda: seen(cloud, case)[1] >= told, f"the notice of {cell.name}", 15)
    record, statuses, found = seen(cloud, case)
    assert (record, statuses) == (cell.record, told), cell.name
    assert found == cell.files or {found, cell.files} == {outcomes.NONE, outcomes.BRANCHES}, cell.name


Command = Callable[..., str]


@pytest.fixture
def renditions(faulty: FaultyStack, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The ``renditions`` command for this stack. Returns what it prints."""
    found = Stack(Outputs.parse(faulty.outputs, faulty.stack_name), cloud.session)
    monkeypatch.setattr("renditions_cli.aws.stack.find_local_stack", lambda: found)

    def call(*arguments: str) -> str:
        ended = CliRunner().invoke(app, [*arguments, "--local"], prog_name="renditions")
        assert ended.exit_code in {ExitCode.OK, ExitCode.IMAGE_FAILED}, ended.output
        return ended.stdout

    return call


def assert_repaired(cloud: Cloud, cases: Sequence[Case], reported: str) -> None:
    """Check that every original has its final record and was told, and that no file is left unnoticed."""
    for case in cases:
        end = case.cell.row.story.end
        record = cloud.record(uri(cloud, case.key))
        assert record["status"] == end, case.cell.name
        assert end in {one["status"] for one in notices(cloud, case)}, case.cell.name
        if end == "DELETED":
            arns = {one["execution"]["arn"] for one in notices(cloud, case) if one["status"] == end}
            assert len(arns) == 1, f"told as deleted by one execution: {case.cell.name}"
        named = {one["key"] for one in record["renditions"].values()}
        for key in set(files(cloud, case.key)) - named:
            assert expires(cloud, key) or key in reported, f"{case.cell.name}: {key}"
        if case.cell.row.story is outcomes.ROLLBACK:
            assert record["width"] == 320, case.cell.name


def repair(cloud: Cloud, renditions: Command, cases: Sequence[Case]) -> None:
    """Redrive once and reconcile once, as an operator would, and check that everything is in order then."""
    renditions("redrive", "--all", "--json")
    for case in cases:
        settle(cloud, case)
    assert_repaired(cloud, cases, renditions("reconcile", "--older-than", "0", "--json"))
    again = {case.key: notices(cloud, case) for case in cases}
    renditions("redrive", "--all", "--json")
    time.sleep(1)
    assert {case.key: notices(cloud, case) for case in cases} == again, "a second redrive tells nothing"


def settle(cloud: Cloud, case: Case) -> None:
    """Wait until nothing works on the image any more."""
    busy = {"PROCESSING", "DELETING"}
    wait_for(lambda: cloud.record(uri(cloud, case.key))["status"] not in busy, case.cell.name, 60)
    end = time.monotonic() + 15
    while time.monotonic() < end and not any(
        one["status"] == case.cell.row.story.end for one in notices(cloud, case)
    ):
        time.sleep(0.2)


def carry_out_all(stack: FaultyStack, cloud: Cloud, events: Events, cases: Sequence[Case]) -> None:
    """Run the cases at the same time, each with its own fault, and check each against the table."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda case: prepare(cloud, events, case), cases))
        rules = [rule for case in cases for rule in fault(cloud, case)]
        with stack.proxy.disturbed(*rules):
            statuses = list(pool.map(lambda case: run(cloud, case), cases))
    for case, status in zip(cases, statuses, strict=True):
        assert_as_in_the_table(cloud, case, status)


def chosen(*hows: str) -> Iterator[Case]:
    return (Case(cell) for cell in outcomes.cells() if cell.how in hows)


def test_an_image_is_told_and_repaired_wherever_its_execution_ends(
    stack: FaultyStack, cloud: Cloud, events: Events, renditions: Command
) -> None:
    cases = [case for case in chosen(STOPPED, FAILED) if case.cell.name in QUICK]
    assert len(cases) == len(QUICK)
    carry_out_all(stack, cloud, events, cases)
    repair(cloud, renditions, cases)


@pytest.mark.long
@pytest.mark.parametrize("how", [STOPPED, FAILED])
def test_every_state_of_the_table(
    stack: FaultyStack, cloud: Cloud, events: Events, renditions: Command, how: str
) -> None:
    cases = list(chosen(how))
    carry_out_all(stack, cloud, events, cases)
    repair(cloud, renditions, cases)


@pytest.mark.long
def test_every_function_of_the_table_that_is_killed_each_time(
    stack: FaultyStack, cloud: Cloud, events: Events, renditions: Command
) -> None:
    """One after another, because the crash points do not know the image.

    Three kills for each of the three sizes, which share a function. Threads may take more than one.
    """
    cases = list(chosen(KILLED))
    for case in cases:
        row = case.cell.row
        prepare(cloud, events, case)
        stack.at(row.function, row.step, *["kill"] * 12)
        assert_as_in_the_table(cloud, case, run(cloud, case))
        stack.left_at_crash_points()
    repair(cloud, renditions, cases)
