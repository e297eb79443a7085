"""Reading a queue and moving its messages."""

import pytest

from renditions_cli.aws.queues import receive, release, remove, set_aside
from renditions_cli.aws.stack import Stack


@pytest.fixture(autouse=True)
def one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for other servers: moto's SQS is only one."""
    monkeypatch.setattr("renditions_cli.aws.queues.WAIT_SECONDS", 0)


def test_reading_a_queue_returns_each_message_once_and_keeps_all(stack: Stack) -> None:
    sqs, queue = stack.sqs(), stack.outputs.start_failures_queue
    sent = {f"body {number}" for number in range(25)}
    for body in sent:
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    for _ in range(2):
        letters = list(receive(sqs, queue))
        assert sorted(one.body for one in letters) == sorted(sent)
        release(sqs, letters)


def test_a_message_that_is_set_aside_keeps_everything_and_gets_the_reason(stack: Stack) -> None:
    sqs, outputs = stack.sqs(), stack.outputs
    error = {"ERROR_CODE": {"DataType": "String", "StringValue": "ACCESS_DENIED"}}
    sqs.send_message(QueueUrl=outputs.start_failures_queue, MessageBody="odd", MessageAttributes=error)  # type: ignore[arg-type]
    [one] = receive(sqs, outputs.start_failures_queue)
    set_aside(sqs, one, outputs.set_aside_queue, "It is odd.")
    [aside] = receive(sqs, outputs.set_aside_queue)
    assert (aside.body, aside.attributes) == (
        "odd",
        {"ERROR_CODE": "ACCESS_DENIED", "SET_ASIDE_BECAUSE": "It is odd."},
    )
    assert not list(receive(sqs, outputs.start_failures_queue))
    remove(sqs, aside)
