"""The files in events/ have the structure of the events that AWS sends, and our contracts parse them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from renditions.contracts import Upload
from tests.contract.conftest import ROOT

EVENTS = sorted((ROOT / "events").glob("*.json"))
UPLOADS = [path for path in EVENTS if path.stem.startswith("upload_")]
ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
# docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
OBJECT_CREATED = {"version", "bucket", "object", "request-id", "requester", "source-ip-address", "reason"}
# docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
STATUS_CHANGE = {
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "output",
}

uploads = pytest.mark.parametrize("path", UPLOADS, ids=lambda path: path.stem)


def load(path: Path) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(path.read_text())
    return event


@pytest.mark.parametrize(
    "path", [*UPLOADS, ROOT / "events/execution_failed.json"], ids=lambda path: path.stem
)
def test_an_event_has_the_envelope_of_eventbridge(path: Path) -> None:
    event = load(path)
    assert set(event) == ENVELOPE
    assert event["version"] == "0"
    assert datetime.fromisoformat(event["time"]).tzinfo is not None


@uploads
def test_an_upload_event_has_the_fields_that_s3_sends(path: Path) -> None:
    event = load(path)
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert set(event["detail"]) == OBJECT_CREATED
    assert set(event["detail"]["object"]) == {"key", "size", "etag", "version-id", "sequencer"}
    assert event["resources"] == [f"arn:aws:s3:::{event['detail']['bucket']['name']}"]


@uploads
def test_an_upload_is_parsed_with_its_key_unchanged(path: Path) -> None:
    detail = load(path)["detail"]
    upload = Upload.from_event(load(path))
    assert upload == Upload(
        bucket=detail["bucket"]["name"],
        key=detail["object"]["key"],
        etag=detail["object"]["etag"],
        version_id=detail["object"]["version-id"],
        bytes=detail["object"]["size"],
    )
    assert upload.uri == f"s3://{detail['bucket']['name']}/{detail['object']['key']}"


def test_an_upload_to_a_bucket_without_versions_has_no_version_id() -> None:
    event = load(ROOT / "events/upload_good_image.json")
    del event["detail"]["object"]["version-id"]
    assert Upload.from_event(event).version_id is None


def test_the_odd_key_has_every_character_that_decoding_would_change() -> None:
    key = Upload.from_event(load(ROOT / "events/upload_odd_key.json")).key
    assert {" ", "+", "ë", "🎉"} <= set(key)
    assert "%2B" in key


def test_the_overwriting_upload_is_a_newer_object_with_the_same_key() -> None:
    first = load(ROOT / "events/upload_good_image.json")["detail"]["object"]
    second = load(ROOT / "events/upload_overwritten.json")["detail"]["object"]
    assert first["key"] == second["key"]
    assert first["etag"] != second["etag"]
    assert first["version-id"] != second["version-id"]
    assert first["sequencer"] < second["sequencer"]


def test_the_failure_event_has_the_fields_of_step_functions_and_the_upload_as_text() -> None:
    event = load(ROOT / "events/execution_failed.json")
    assert (event["source"], event["detail-type"]) == ("aws.states", "Step Functions Execution Status Change")
    assert set(event["detail"]) >= STATUS_CHANGE
    assert event["resources"] == [event["detail"]["executionArn"]]
    assert event["detail"]["startDate"] < event["detail"]["stopDate"]
    assert json.loads(event["detail"]["input"]) == load(ROOT / "events/upload_good_image.json")


def test_the_readme_explains_each_event() -> None:
    text = (ROOT / "events/README.md").read_text()
    assert [path.name for path in EVENTS if f"`{path.name}`" not in text] == []
