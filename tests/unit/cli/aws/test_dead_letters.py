"""The executions to start for the messages of a dead-letter queue."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from renditions_cli.aws.dead_letters import DeadLetter, Start, Unusable, parse_event, route
from renditions_cli.aws.stack import Outputs
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


def letter(body: str, **attributes: str) -> DeadLetter:
    sent = datetime(2026, 11, 20, tzinfo=UTC)
    return DeadLetter("https://sqs/1/queue", "m1", "r1", body, attributes, sent, 1, parse_event(body))


def failed_report(**detail: Any) -> str:
    """Return the event that execution_failed itself failed, when it had to report ENDED."""
    detail = {"stateMachineArn": OUTPUTS.execution_failed, "input": json.dumps(ENDED), **detail}
    return json.dumps({**ENDED, "detail": detail})


@pytest.mark.parametrize(
    "body, target, machine, sent",
    [
        (UPLOADED, OUTPUTS.image_pipeline, OUTPUTS.image_pipeline, UPLOADED),
        (UPLOADED, "", OUTPUTS.image_pipeline, UPLOADED),
        (UPLOADED, f"{MACHINE}of-another-stack", OUTPUTS.image_pipeline, UPLOADED),
        (DELETED, "", OUTPUTS.image_deleted, DELETED),
        (json.dumps(ENDED), "", OUTPUTS.execution_failed, json.dumps(ENDED)),
        (failed_report(), "", OUTPUTS.execution_failed, json.dumps(ENDED)),
    ],
    ids=["by target", "upload", "unknown target", "deletion", "failed execution", "failed report"],
)
def test_an_event_starts_its_state_machine_unchanged(body: str, target: str, machine: str, sent: str) -> None:
    start = route(letter(body, TARGET_ARN=target), OUTPUTS)
    assert isinstance(start, Start)
    assert (start.machine, start.input) == (machine, sent)
    assert start.name.removeprefix("replay-") == json.loads(body)["id"]


@pytest.mark.parametrize(
    "body, why",
    [
        ("", "Not a JSON object"),
        ("[1]", "Not a JSON object"),
        ("{}", "Not an event that this stack processes"),
        (
            '{"source": "aws.s3", "detail-type": "Object Created", "detail": 5}',
            "Not an event that this stack",
        ),
        ('{"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}', "renditions reconcile"),
        ('{"source": "aws.s3", "detail-type": "Object Created", "detail": {}}', "another bucket"),
        (UPLOADED.replace("renditions-uploads", "other"), "another bucket"),
        (json.dumps(ENDED).replace("renditions-image-pipeline", "other"), "another stack"),
        (failed_report(input=None), "does not contain the failure to report"),
    ],
)
def test_a_message_that_is_not_an_event_of_this_stack_is_unusable(body: str, why: str) -> None:
    found = route(letter(body), OUTPUTS)
    assert isinstance(found, Unusable)
    assert why in found.reason


def test_a_deletion_is_unusable_in_a_stack_without_a_machine_for_it() -> None:
    assert isinstance(route(letter(DELETED), replace(OUTPUTS, image_deleted="")), Unusable)


def test_an_event_without_a_valid_id_gets_a_name_from_its_content() -> None:
    odd = json.dumps({**json.loads(UPLOADED), "id": "a b/c" * 40})
    first, second = (route(letter(body), OUTPUTS) for body in (odd, odd))
    assert isinstance(first, Start)
    assert first == second
    assert len(first.name) <= 80


@pytest.mark.parametrize("body", [UPLOADED, json.dumps(ENDED), failed_report()])
def test_a_message_names_its_image_at_any_depth(body: str) -> None:
    assert letter(body).image == "s3://renditions-uploads/holiday/beach.jpg"
