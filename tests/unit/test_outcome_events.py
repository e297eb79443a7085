"""Notices become events, and what a bus refuses is offered again."""

import importlib
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from renditions.outcome_events import DETAIL_TYPES
from tests.unit.digest.test_digest import Context, notice

BUS = "arn:aws:events:eu-west-1:111122223333:event-bus/media"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("EVENT_BUS_ARN", BUS)
    return importlib.reload(importlib.import_module("renditions.handlers.publish_events"))


@pytest.fixture
def bus(module: ModuleType) -> Iterator[Stubber]:
    """Answer as EventBridge would, after checking the request against its description."""
    with Stubber(module.EVENTS) as stubber:
        yield stubber


def messages(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


def entry(body: str) -> dict[str, Any]:
    document = json.loads(body)
    return {
        "EventBusName": BUS,
        "Source": "renditions",
        "DetailType": DETAIL_TYPES[document["status"]],
        "Resources": [document["image"]["uri"]],
        "Detail": body,
    }


def failures(*ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


def test_the_client_asks_the_region_of_the_bus(module: ModuleType) -> None:
    assert module.EVENTS.meta.region_name == "eu-west-1"


def test_each_notice_becomes_an_event_with_its_text_in_one_request(module: ModuleType, bus: Stubber) -> None:
    bodies = [notice(status) for status in DETAIL_TYPES]
    answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}] * len(bodies)}
    bus.add_response("put_events", answer, {"Entries": [entry(body) for body in bodies]})
    assert module.handler(messages(*bodies), Context()) == failures()
    bus.assert_no_pending_responses()


def test_the_end_of_a_backfill_is_an_event_without_an_image(module: ModuleType, bus: Stubber) -> None:
    body = json.dumps({"schema_version": "1", "status": "BACKFILL_ENDED", "plan": "20261129-145447-3f2a"})
    event = {"EventBusName": BUS, "Source": "renditions", "DetailType": "Backfill Ended", "Resources": []}
    answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    bus.add_response("put_events", answer, {"Entries": [event | {"Detail": body}]})
    assert module.handler(messages(body), Context()) == failures()
    bus.assert_no_pending_responses()


def test_only_what_the_bus_refuses_is_offered_again(
    module: ModuleType, bus: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    entries = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException", "ErrorMessage": "x"}, {"EventId": "2"}]
    bus.add_response("put_events", {"FailedEntryCount": 1, "Entries": entries})
    sent = messages(notice(), notice(key="anna.jpg"), notice())
    assert module.handler(sent, Context()) == failures("1")
    [line] = caplog.records
    assert (line.levelname, vars(line)["errors"], vars(line)["messages"]) == (
        "ERROR",
        ["ThrottlingException"],
        1,
    )
    assert "anna" not in str(vars(line))


@pytest.mark.parametrize(
    "body", ["", "hello", "[]", "1", "null", "{}", '{"status": "COMPLETED"}', '{"status": [], "image": {"uri": 1}}']
)  # fmt: skip
def test_what_is_no_notice_is_dropped_and_keeps_nothing_else_waiting(
    body: str, module: ModuleType, bus: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    good = notice()
    bus.add_response(
        "put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, {"Entries": [entry(good)]}
    )
    assert module.handler(messages(body, good), Context()) == failures()
    assert [line.getMessage() for line in caplog.records] == ["no notice"]
    assert module.handler(messages(body), Context()) == failures()  # no request without an entry


def test_a_refused_request_fails_so_that_all_is_offered_again(module: ModuleType, bus: Stubber) -> None:
    bus.add_client_error("put_events", "AccessDeniedException")
    with pytest.raises(ClientError):
        module.handler(messages(notice()), Context())
