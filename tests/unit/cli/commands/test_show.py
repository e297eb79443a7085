"""`renditions show`, `explain` and `logs`, as a user calls them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from renditions.freshness import Recipes
from renditions.presets import Presets
from renditions.settings import PILLOW, Settings
from renditions_cli.aws.stack import Stack
from tests.unit.cli.aws.test_images import COMPLETED
from tests.unit.cli.conftest import Command
from tests.unit.cli.stand_ins import write_record

KEY = "holiday\u202e.jpg"
REQUEST = "650b1d1e-f3c3-4f95-a369-8aac43ac4969"


@pytest.fixture
def functions_of(stack: Stack, state_machines: None) -> None:
    """A definition with one function and one notice."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:validate-image"
    states = {
        "ValidateImage": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": arn},
            "End": True,
        }
    }
    definition = json.dumps({"StartAt": "ValidateImage", "States": states})
    stack.step_functions().update_state_machine(
        stateMachineArn=stack.outputs.image_pipeline, definition=definition
    )


@pytest.fixture
def completed(stack: Stack, functions_of: None) -> Iterator[str]:
    """A completed image with an evil key, its original, its renditions, its execution, and two lines of a log."""
    s3, outputs = stack.s3(), stack.outputs
    event = {"detail": {"bucket": {"name": outputs.uploads_bucket}, "object": {"key": KEY, "sequencer": "1"}}}
    started = stack.step_functions().start_execution(
        stateMachineArn=outputs.image_pipeline, input=json.dumps(event)
    )
    etag = s3.put_object(Bucket=outputs.uploads_bucket, Key=KEY, Body=b"x")["ETag"].strip('"')
    attributes: dict[str, Any] = {
        name: one for name, one in COMPLETED.items() if name not in {"image_uri", "status"}
    }
    attributes |= {"execution_arn": {"S": started["executionArn"]}, "etag": {"S": etag}}
    attributes |= {
        "recipe": {"S": "0" * 16},
        "origin": {"S": "backfill"},
        "has_alpha": {"BOOL": False},
        "frames": {"N": "1"},
    }
    write_record(stack, KEY, "COMPLETED", **attributes)
    logs, moment = stack.logs(), round(1000 * datetime.now(UTC).timestamp())
    group: Any = {"logGroupName": "/aws/lambda/validate-image"}
    logs.create_log_group(**group)
    logs.create_log_stream(**group, logStreamName="s")
    line = {
        "level": "INFO",
        "message": "accepted",
        "execution": started["executionArn"],
        "function_request_id": REQUEST,
    }
    other = {"message": "of another image", "execution": "arn:other", "function_request_id": "0" * 36}
    texts = (f"START RequestId: {REQUEST} Version: 1", json.dumps(line), "\x1b[2Jcleared", json.dumps(other))
    entries: Any = [{"timestamp": moment + number, "message": text} for number, text in enumerate(texts)]
    logs.put_log_events(**group, logStreamName="s", logEvents=entries)
    yield started["executionArn"]
    logs.delete_log_group(**group)


def test_show_has_the_whole_story_and_no_control_characters(
    renditions_command: Command, completed: str, stack_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = Recipes(Settings(), Presets(), PILLOW)
    monkeypatch.setattr("renditions_cli.aws.image_story.read_recipes", lambda _: recipes)
    ended = renditions_command("show", KEY, "--stack-name", stack_name)
    for text in (
        "Origin      backfill",
        "Stale       The settings of the stack would make other renditions now.",
        r"holiday\u202e.jpg",
        "COMPLETED",
        "1 B, ETag",
        "image-pipeline  RUNNING",
        "INFO accepted",
        "about $0.0000",
    ):
        assert text in ended.stdout
    assert "To do" in ended.stdout
    assert "image-pipeline" in ended.stdout
    assert not {"\x1b", "\u202e"} & set(ended.stdout)


def test_the_json_of_show_is_one_document(
    renditions_command: Command, completed: str, stack_name: str
) -> None:
    document = json.loads(renditions_command("show", KEY, "--json", "--stack-name", stack_name).stdout)
    assert document["image_uri"].endswith(KEY)
    assert document["freshness"] is None, "the stack has no function that could be asked"
    assert [one["arn"] for one in document["executions"]] == [completed]
    assert [one["is_latest"] for one in document["versions"]] == [True]
    assert set(document["explanation"]) == {"what", "why", "remedy", "is_well"}


def test_logs_prints_all_lines_of_its_requests_in_order(
    renditions_command: Command, completed: str, stack_name: str
) -> None:
    lines = renditions_command("logs", KEY, "--stack-name", stack_name).stdout.splitlines()
    assert [line.split("validate-image  ")[1] for line in lines] == [
        f"START RequestId: {REQUEST} Version: 1", "INFO accepted", r"\x1b[2Jcleared"]  # fmt: skip
    found = renditions_command("logs", KEY, "--json", "--stack-name", stack_name).stdout.splitlines()
    assert {json.loads(one)["request_id"] for one in found} == {REQUEST}


def test_an_upload_without_a_record_is_explained_by_what_is_there(
    renditions_command: Command, stack: Stack, functions_of: None, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="a.jpg", Body=b"x")
    ended = renditions_command("explain", "a.jpg", "--stack-name", stack_name)
    assert (ended.exit_code, len(ended.stdout.splitlines())) == (1, 3)
    assert "but has no record.\nIts event may still arrive." in ended.stdout


def test_an_unknown_image_gets_a_similar_key(
    renditions_command: Command, stack: Stack, functions_of: None, stack_name: str
) -> None:
    stack.s3().put_object(Bucket=stack.outputs.uploads_bucket, Key="2026/holiday.jpg", Body=b"x")
    ended = renditions_command("explain", "2026/hoilday.jpg", "--json", "--stack-name", stack_name)
    assert json.loads(ended.stdout)["remedy"] == "Did you mean 2026/holiday.jpg?"


def test_what_cannot_be_read_is_named_and_ends_nothing(
    renditions_command: Command, stack: Stack, stack_name: str
) -> None:
    write_record(stack, "a.jpg", "REJECTED", reason={"S": "Empty."}, reason_code={"S": "EmptyFile"})
    ended = renditions_command("show", "a.jpg", "--stack-name", stack_name)
    assert (ended.exit_code, "a.jpg is REJECTED: EmptyFile.\n              Empty.\n" in ended.stdout) == (
        0,
        True,
    )
    assert "Not read" in ended.stdout
