"""The files under events/ have the form that AWS sends, and the code reads from them what it needs."""

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
def test_an_event_has_eventbridges_envelope(path: Path) -> None:
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
def test_an_upload_is_read_from_the_event_with_its_key_untouched(path: Path) -> None:
    told = load(path)["detail"]
    upload = Upload.from_event(load(path))
    assert upload == Upload(
        bucket=told["bucket"]["name"],
        key=told["object"]["key"],
        etag=told["object"]["etag"],
        version_id=told["object"]["version-id"],
        bytes=told["object"]["size"],
    )
    assert upload.uri == f"s3://{told['bucket']['name']}/{told['object']['key']}"


def test_an_upload_to_a_bucket_without_versions_has_no_version_id() -> None:
    event = load(ROOT / "events/upload_good_image.json")
    del event["detail"]["object"]["version-id"]
    assert Upload.from_event(event).version_id is None


def test_the_odd_key_holds_every_character_that_decoding_would_spoil() -> None:
    key = Upload.from_event(load(ROOT / "events/upload_odd_key.json")).key
    assert {" ", "+", "ë", "🎉"} <= set(key)
    assert "%2B" in key


def test_the_overwriting_upload_is_a_newer_object_under_the_same_key() -> None:
    first = load(ROOT / "events/upload_good_image.json")["detail"]["object"]
    second = load(ROOT / "events/upload_overwritten.json")["detail"]["object"]
    assert first["key"] == second["key"]
    assert first["etag"] != second["etag"]
    assert first["version-id"] != second["version-id"]
    assert first["sequencer"] < second["sequencer"]


def test_the_failure_event_has_the_fields_that_step_functions_sends_and_the_upload_as_text() -> None:
    event = load(ROOT / "events/execution_failed.json")
    assert (event["source"], event["detail-type"]) == ("aws.states", "Step Functions Execution Status Change")
    assert set(event["detail"]) >= STATUS_CHANGE
    assert event["resources"] == [event["detail"]["executionArn"]]
    assert event["detail"]["startDate"] < event["detail"]["stopDate"]
    assert json.loads(event["detail"]["input"]) == load(ROOT / "events/upload_good_image.json")


def test_the_readme_of_the_events_explains_each_file() -> None:
    text = (ROOT / "events/README.md").read_text()
    assert [path.name for path in EVENTS if f"`{path.name}`" not in text] == []
