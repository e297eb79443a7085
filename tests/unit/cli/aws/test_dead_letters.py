"""What the messages of a dead-letter queue become."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.aws.dead_letters import DeadLetter, Start, Unusable, parse_event, route
from cli.aws.queues import receive, release, remove, set_aside
from cli.aws.stack import Outputs, Stack
from tests.unit.cli.conftest import Command
from tests.unit.conftest import ROOT

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:"
UPLOADED = (ROOT / "events/upload_good_image.json").read_text()
DELETED = (ROOT / "events/object_deleted.json").read_text()
ENDED = json.loads((ROOT / "events/execution_failed.json").read_text())
OUTPUTS = Outputs(
    "renditions-uploads",
    "made",
    "images",
    f"{MACHINE}renditions-image-pipeline",
    f"{MACHINE}renditions-execution-failed",
    "topic",
    "queue",
    "aside",
    "console",
    f"{MACHINE}renditions-image-deleted",
)


@pytest.fixture(autouse=True)
def one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto's SQS is one server, which overlooks nothing: no need to wait for the others."""
    monkeypatch.setattr("cli.aws.queues.WAIT_SECONDS", 0)


def letter(body: str, **attributes: str) -> DeadLetter:
    sent = datetime(2026, 11, 20, tzinfo=UTC)
    return DeadLetter("https://sqs/1/queue", "m1", "r1", body, attributes, sent, 1, parse_event(body))


def of_report(**detail: Any) -> str:
    """The end of execution_failed, which was to report ENDED."""
    told = {"stateMachineArn": OUTPUTS.execution_failed, "input": json.dumps(ENDED), **detail}
    return json.dumps({**ENDED, "detail": told})


@pytest.mark.parametrize(
    "body, target, machine, sent",
    [
        (UPLOADED, OUTPUTS.image_pipeline, OUTPUTS.image_pipeline, UPLOADED),
        (UPLOADED, "", OUTPUTS.image_pipeline, UPLOADED),
        (UPLOADED, f"{MACHINE}of-another-stack", OUTPUTS.image_pipeline, UPLOADED),
        (DELETED, "", OUTPUTS.image_deleted, DELETED),
        (json.dumps(ENDED), "", OUTPUTS.execution_failed, json.dumps(ENDED)),
        (of_report(), "", OUTPUTS.execution_failed, json.dumps(ENDED)),
    ],
    ids=["by target", "upload", "unknown target", "deletion", "failed execution", "failed report"],
)
def test_an_event_goes_to_its_state_machine_as_it_is(body: str, target: str, machine: str, sent: str) -> None:
    start = route(letter(body, TARGET_ARN=target), OUTPUTS)
    assert isinstance(start, Start)
    assert (start.machine, start.input) == (machine, sent)
    assert start.name.removeprefix("replay-") == json.loads(body)["id"]


@pytest.mark.parametrize(
    "body, why",
    [
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        ("{}", "no event that this stack processes"),
        ('{"source": "aws.s3", "detail-type": "Object Created", "detail": 5}', "no event that this stack"),
        ('{"source": "aws.s3", "detail-type": "Object Created", "detail": {}}', "another bucket"),
        (UPLOADED.replace("renditions-uploads", "other"), "another bucket"),
        (json.dumps(ENDED).replace("renditions-image-pipeline", "other"), "another stack"),
        (of_report(input=None), "does not carry what was to be reported"),
    ],
)
def test_what_is_no_event_of_this_stack_is_unusable_with_a_sentence(body: str, why: str) -> None:
    found = route(letter(body), OUTPUTS)
    assert isinstance(found, Unusable)
    assert why in found.reason


def test_a_deletion_is_unusable_in_a_stack_that_has_no_machine_for_it() -> None:
    assert isinstance(route(letter(DELETED), replace(OUTPUTS, image_deleted="")), Unusable)


def test_an_event_without_a_proper_id_gets_a_name_from_its_content() -> None:
    odd = json.dumps({**json.loads(UPLOADED), "id": "a b/c" * 40})
    first, second = (route(letter(body), OUTPUTS) for body in (odd, odd))
    assert isinstance(first, Start)
    assert first == second
    assert len(first.name) <= 80


@pytest.mark.parametrize("body", [UPLOADED, json.dumps(ENDED), of_report()])
def test_a_message_names_its_image_however_deep_it_is(body: str) -> None:
    assert letter(body).image == "s3://renditions-uploads/holiday/beach.jpg"


def test_reading_a_queue_meets_each_message_once_and_leaves_all_there(stack: Stack) -> None:
    sqs, queue = stack.sqs(), stack.outputs.start_failures_queue
    sent = {f"body {number}" for number in range(25)}
    for body in sent:
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    for _ in range(2):
        letters = list(receive(sqs, queue))
        assert sorted(one.body for one in letters) == sorted(sent)
        release(sqs, letters)


def test_a_message_that_is_set_aside_keeps_its_body_and_attributes_and_gets_the_reason(stack: Stack) -> None:
    sqs, outputs = stack.sqs(), stack.outputs
    told = {"ERROR_CODE": {"DataType": "String", "StringValue": "ACCESS_DENIED"}}
    sqs.send_message(QueueUrl=outputs.start_failures_queue, MessageBody="odd", MessageAttributes=told)  # type: ignore[arg-type]
    [one] = receive(sqs, outputs.start_failures_queue)
    set_aside(sqs, one, outputs.set_aside_queue, "It is odd.")
    [aside] = receive(sqs, outputs.set_aside_queue)
    assert (aside.body, aside.attributes) == (
        "odd",
        {"ERROR_CODE": "ACCESS_DENIED", "SET_ASIDE_BECAUSE": "It is odd."},
    )
    assert not list(receive(sqs, outputs.start_failures_queue))
    remove(sqs, aside)


def test_a_message_that_cannot_be_started_now_stays_and_the_rest_goes_on(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    """The state machines of this stack do not exist, so nothing can be started."""
    sqs, outputs = stack.sqs(), stack.outputs
    event = json.loads(UPLOADED)
    event["detail"]["bucket"]["name"] = outputs.uploads_bucket
    for body in (json.dumps(event), "poison", json.dumps({**event, "id": str(uuid.uuid4())})):
        sqs.send_message(QueueUrl=outputs.start_failures_queue, MessageBody=body)

    ended = renditions_command("dlq", "replay", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "1 set aside, 2 kept." in ended.stdout
    assert "AWS refused StartExecution" in ended.stdout
    assert outputs.set_aside_queue in ended.stdout
    assert len(list(receive(sqs, outputs.start_failures_queue))) == 2


def test_an_empty_queue_is_status_0(stack: Stack, stack_name: str, renditions_command: Command) -> None:
    ended = renditions_command("dlq", "list", "--stack-name", stack_name)
    assert (ended.exit_code, ended.stdout.strip()) == (0, "No event waits.")
