"""Every line says which image, execution, state and attempt, and no line contains a key."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from renditions.errors import CorruptImage, SourceGone
from renditions.logs import FIELDS, error_name, identified, identity, pseudonym
from renditions.reconciliation import Action, Finding, Kind, Result
from tests.unit.conftest import ROOT
from tests.unit.handlers.conftest import Context

ARN = "arn:aws:states:us-east-1:123456789012:execution:renditions-image-pipeline:7d5b0a5e-6f64-4c3b-9b0f-9a8f6a9c1f55"
EVENTS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
BEACH = pseudonym("s3://renditions-uploads/holiday/beach.jpg")
Lines = Callable[..., list[dict[str, Any]]]


def test_a_pseudonym_is_what_a_shell_computes() -> None:
    """Printf %s s3://bucket/anna.jpg | sha256sum | cut -c1-16: docs/operations.md says so."""
    assert pseudonym("s3://bucket/anna.jpg") == "5d54399adfbd2058"
    assert len(pseudonym("s3://bucket/\ud800")) == 16


@pytest.mark.parametrize(
    "event", ["upload_good_image", "resize_image", "watermark_image", "tidy_renditions", "confirm_deleted"]
)
def test_the_image_is_found_in_the_input_of_every_function(event: str) -> None:
    assert identity(EVENTS[event], "function")["image"] == BEACH


def test_a_task_says_its_execution_state_and_attempt() -> None:
    task = {"execution": ARN, "state": "Thumbnail", "attempt": 2}
    found = identity({**EVENTS["resize_image"], "task": task}, "resize_image")
    assert found == {"image": BEACH, "execution": ARN, "state": "Thumbnail", "attempt": 3}
    by_uri = {"image_uri": "s3://renditions-uploads/holiday/beach.jpg", "because": "settled"}
    assert identity(by_uri, "tidy_renditions")["image"] == BEACH


@pytest.mark.parametrize(
    "event",
    [
        *(
            {},
            {"task": None},
            {"task": "odd"},
            {"Records": []},
            {"detail": {"bucket": "odd"}},
            [],
            None,
            "odd",
        ),
        {"task": {"execution": None, "state": None, "attempt": None}},
    ],
)
def test_a_call_without_a_task_has_the_fields_too(event: object) -> None:
    expected = {"image": "", "execution": "", "state": "reconcile", "attempt": 0}
    assert identity(event, "reconcile") == expected


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """``lines(do, level="DEBUG")`` calls a handler that does ``do``, and returns its log."""

    def called(do: Callable[[Logger], None], **environment: str) -> list[dict[str, Any]]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        stream = io.StringIO()
        logger = Logger(service=f"test-{len(environment)}-{id(stream)}", stream=stream)

        @logger.inject_lambda_context(clear_state=True)
        @identified(logger)
        def handler(event: dict[str, Any], context: Any) -> None:
            do(logger)

        try:
            handler(EVENTS["resize_image"], Context())
        except (CorruptImage, SourceGone, ValueError):
            logger.debug("raised")
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return called


def fails(_: Logger) -> None:
    raise ValueError("s3://renditions-uploads/holiday/beach.jpg cannot be read")


def rejects(_: Logger) -> None:
    raise CorruptImage("holiday/beach.jpg is damaged")


def misses(_: Logger) -> None:
    raise SourceGone("holiday/beach.jpg was replaced")


def works(logger: Logger) -> None:
    logger.info("stored")


@pytest.mark.parametrize(
    "do, told",
    [(works, "stored"), (fails, "failed"), (rejects, "rejected"), (misses, "gone")],
    ids=lambda one: str(one)[:8],
)
def test_each_line_has_the_fields_and_none_has_the_key(
    lines: Lines, do: Callable[[Logger], None], told: str
) -> None:
    written = lines(do, POWERTOOLS_LOG_LEVEL="DEBUG")
    assert told in [line["message"] for line in written]
    for line in written:
        assert {name: line[name] for name in FIELDS} == {
            "image": BEACH,
            "execution": EVENTS["resize_image"]["task"]["execution"],
            "state": "Medium",
            "attempt": 1,
        }
        assert "beach" not in json.dumps(line)


def test_an_error_is_told_by_its_name(lines: Lines) -> None:
    [failed] = [line for line in lines(fails) if line["message"] == "failed"]
    [rejected] = [line for line in lines(rejects) if line["message"] == "rejected"]
    assert (failed["level"], failed["error"]) == ("ERROR", "ValueError")
    assert (rejected["level"], rejected["reason"]) == ("INFO", "CorruptImage")


def test_an_error_of_a_service_is_told_by_its_code() -> None:
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "on beach.jpg"}}, "PutItem")
    assert error_name(refused) == "AccessDenied"
    assert error_name(ClientError({}, "PutItem")) == "ClientError"


def test_a_finding_of_the_reconciliation_is_logged_without_its_key() -> None:
    finding = Finding(Kind.INCOMPLETE, "s3://uploads/beach.jpg", detail="beach.jpg/0123/large.webp")
    assert Result(finding, Action.STARTED, ARN).to_log() == {
        "image": pseudonym("s3://uploads/beach.jpg"),
        "execution": ARN,
        "finding": "incomplete",
        "action": "started",
    }


def test_debug_lines_come_only_for_the_share_that_was_asked_for(lines: Lines) -> None:
    assert [line["message"] for line in lines(works)] == ["stored"]
    sampled = lines(works, POWERTOOLS_LOGGER_SAMPLE_RATE="1")
    assert {"started", "stored", "ended"} <= {line["message"] for line in sampled}
