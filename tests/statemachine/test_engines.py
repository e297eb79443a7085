"""What the harness changes for an engine that differs from AWS."""

from typing import Any

import pytest
from botocore.stub import Stubber

from tests.statemachine import definitions, engines
from tests.statemachine.engines import Engine

ARN = "arn:aws:states:us-east-1:123456789012:execution:probe:probe"
DETAILS = {"resourceType": "dynamodb", "resource": "putItem", "error": "any", "cause": "any"}


def answering(failure: dict[str, Any]) -> Engine:
    """Return an engine whose probe ends with this event."""
    engine = Engine("http://127.0.0.1:1", engines.in_seconds)
    now = "2026-11-20T12:00:00Z"
    stubber = Stubber(engine._client)
    stubber.add_response("create_state_machine", {"stateMachineArn": ARN, "creationDate": now})
    stubber.add_response("start_execution", {"executionArn": ARN, "startDate": now})
    stubber.add_response(
        "describe_execution",
        {"executionArn": ARN, "stateMachineArn": ARN, "status": "FAILED", "startDate": now},
    )
    stubber.add_response("get_execution_history", {"events": [{"timestamp": now, "id": 1, **failure}]})
    stubber.activate()
    return engine.probe()


@pytest.mark.parametrize(
    "event, says_bool",
    [
        ({"type": "TaskFailed", "taskFailedEventDetails": DETAILS}, False),
        ({"type": "TaskSubmitFailed", "taskSubmitFailedEventDetails": DETAILS}, True),
    ],
    ids=["as AWS", "as aws-stepfunctions-local"],
)
def test_an_engine_that_cannot_send_bool_gets_it_under_its_own_name(
    event: dict[str, Any], *, says_bool: bool
) -> None:
    engine = answering(event)
    assert engine.says_bool is says_bool
    pipeline = definitions.read("image_pipeline")
    spelled = engines.with_bool(pipeline) if engine.says_bool else pipeline
    values = spelled["States"]["SaveMetadata"]["Parameters"]["ExpressionAttributeValues"]
    assert list(values[":has_alpha"]) == ["Bool.$" if says_bool else "BOOL.$"]


def test_the_names_that_an_engine_may_refuse_are_left_out_of_every_retrier() -> None:
    left = engines.without(definitions.read("image_pipeline"), engines.MAY_BE_UNKNOWN)
    assert {name for one in definitions.retriers(left) for name in one} == {
        "ErrorEquals",
        "IntervalSeconds",
        "BackoffRate",
        "MaxAttempts",
    }
