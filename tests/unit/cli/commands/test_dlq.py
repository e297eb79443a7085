"""`renditions dlq`, as a user calls it."""

import json
import uuid

import pytest

from renditions_cli.aws.queues import receive
from renditions_cli.aws.stack import Stack
from tests.unit.cli.conftest import Command
from tests.unit.conftest import ROOT

UPLOADED = (ROOT / "events/upload_good_image.json").read_text()


@pytest.fixture(autouse=True)
def one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for other servers: moto's SQS is only one."""
    monkeypatch.setattr("renditions_cli.aws.queues.WAIT_SECONDS", 0)


def test_a_message_that_cannot_start_stays_and_the_others_are_replayed(
    stack: Stack, stack_name: str, renditions_command: Command
) -> None:
    """The state machines of this stack do not exist, so no execution can start."""
    sqs, outputs = stack.sqs(), stack.outputs
    event = json.loads(UPLOADED)
    event["detail"]["bucket"]["name"] = outputs.uploads_bucket
    for body in (json.dumps(event), "poison", json.dumps({**event, "id": str(uuid.uuid4())})):
        sqs.send_message(QueueUrl=outputs.start_failures_queue, MessageBody=body)

    ended = renditions_command("dlq", "replay", "--stack-name", stack_name)
    assert ended.exit_code == 1
    assert "1 set aside, 2 kept." in ended.stdout
    assert "StartExecution failed" in ended.stdout
    assert outputs.set_aside_queue in ended.stdout
    assert len(list(receive(sqs, outputs.start_failures_queue))) == 2


def test_an_empty_queue_is_status_0(stack: Stack, stack_name: str, renditions_command: Command) -> None:
    ended = renditions_command("dlq", "list", "--stack-name", stack_name)
    assert (ended.exit_code, ended.stdout.strip()) == (0, "There are no messages to replay.")
