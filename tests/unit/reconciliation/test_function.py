"""The scheduled function does as much as its time allows; another run does the rest."""

import importlib
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from renditions.errors import InvalidSettings
from renditions.reconciliation import Position, hand_over
from tests.unit.reconciliation.conftest import World

ARN = "arn:aws:lambda:us-east-1:123456789012:function:renditions-reconcile"


@dataclass(frozen=True)
class Context:
    """What Lambda passes besides the event; ``left`` is the remaining time in milliseconds."""

    left: int
    function_name: str = "renditions-reconcile"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = ARN
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@pytest.fixture
def function(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler's module as Lambda loads it."""
    places = world.places
    for name in places.__slots__:
        monkeypatch.setenv(name.upper(), getattr(places, name))
    monkeypatch.delitem(sys.modules, "renditions.handlers.reconcile", raising=False)
    return importlib.import_module("renditions.handlers.reconcile")


def test_a_run_with_enough_time_compares_everything(world: World, function: Any) -> None:
    world.complete("a.jpg")
    summary = function.handler({}, Context(left=800_000))
    assert summary == {"objects": 1, "records": 1, "findings": {}, "continuation": None}


def test_a_run_out_of_time_invokes_the_next_one_for_the_rest(
    world: World, function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions.reconciliation.queries.PAGE_SIZE", 2)
    world.complete("a.jpg", "b.jpg", "c.jpg")
    with Stubber(function.LAMBDA) as stubber:
        expected = {"FunctionName": ARN, "InvocationType": "Event", "Payload": ANY}
        stubber.add_response("invoke", {"StatusCode": 202}, expected)
        first = function.handler({}, Context(left=80_000))
        stubber.assert_no_pending_responses()
    assert first["continuation"]
    second = function.handler({"continuation": first["continuation"]}, Context(left=800_000))
    assert first["objects"] + second["objects"] == second["records"] == 3
    assert second["continuation"] is None


def test_the_next_run_can_read_the_position_that_it_is_invoked_with(function: Any) -> None:
    position = Position("objects", "b.jpg", "c")
    with Stubber(function.LAMBDA) as stubber:
        rest = json.dumps({"continuation": {"part": "objects", "after": "b.jpg", "rendition": "c"}})
        expected = {"FunctionName": ARN, "InvocationType": "Event", "Payload": rest}
        stubber.add_response("invoke", {"StatusCode": 202}, expected)
        hand_over(function.LAMBDA, ARN, position)
        stubber.assert_no_pending_responses()
    assert Position.from_json(json.loads(rest)["continuation"]) == position


def test_a_run_at_its_limit_of_starts_leaves_the_rest_to_the_schedule(
    world: World, function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "AT_MOST", 0)
    world.upload("a.jpg")
    with Stubber(function.LAMBDA):  # it expects no call: one would fail the test
        summary = function.handler({}, Context(left=800_000))
    assert summary["continuation"] == {"part": "objects", "after": "a.jpg", "rendition": ""}


def test_a_function_without_its_places_fails_at_start_and_names_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("UPLOADS_BUCKET", "IMAGES_TABLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("RENDITIONS_BUCKET", "IMAGE_PIPELINE_ARN"):
        monkeypatch.setenv(name, "made")
    monkeypatch.delitem(sys.modules, "renditions.handlers.reconcile", raising=False)
    with pytest.raises(InvalidSettings, match="UPLOADS_BUCKET, IMAGES_TABLE must be set"):
        importlib.import_module("renditions.handlers.reconcile")


def test_an_object_that_cannot_be_read_does_not_end_the_run(world: World, function: Any, caplog: Any) -> None:
    world.complete("a.jpg", "locked.jpg")
    world.refuse("s3.HeadObject", "locked.jpg", 403)
    function.CLIENTS = world.clients
    summary = function.handler({}, Context(left=800_000))
    assert summary["findings"] == {"unreadable": {"reported": 1}}
    assert (summary["records"], summary["continuation"]) == (2, None)
    assert "cannot be read" in [one.message for one in caplog.records if one.levelname == "WARNING"]
