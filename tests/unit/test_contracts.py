"""The input and output of the states: parsed from events, and written as plain JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest

from renditions.contracts import Image, RenditionRequest, Upload
from tests.unit.conftest import ROOT


def event(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / f"events/{name}.json").read_text())
    return document


def test_an_upload_has_the_values_of_the_event() -> None:
    upload = Upload.from_event(event("upload_odd_key"))
    assert upload == Upload(
        bucket="renditions-uploads",
        key="Fotos 2026/Zoë + 100%2B día 🎉.jpg",
        etag="755f85c2723bb39381c7379a604160d8",
        version_id="r1Fd3sYb9XcQpZlW0uVhTg",
        bytes=2483921,
    )


def test_the_uri_is_the_bucket_and_the_key_unchanged() -> None:
    upload = Upload.from_event(event("upload_odd_key"))
    assert upload.uri == "s3://renditions-uploads/Fotos 2026/Zoë + 100%2B día 🎉.jpg"


@pytest.mark.parametrize("missing", ["key", "etag", "size"])
def test_an_event_that_is_not_an_upload_is_refused(missing: str) -> None:
    document = event("upload_good_image")
    del document["detail"]["object"][missing]
    with pytest.raises(KeyError):
        Upload.from_event(document)


@pytest.mark.parametrize("name", ["resize_image", "watermark_image"])
def test_a_request_is_read_back_as_it_was_sent(name: str) -> None:
    document = event(name)
    del document["task"]  # for the log only
    parsed = RenditionRequest.from_event(document)
    assert {"rendition": parsed.rendition, "image": parsed.image.to_json()} == document


def test_a_request_with_an_unknown_field_is_refused() -> None:
    document = event("resize_image")
    document["image"]["colour"] = "red"
    with pytest.raises(TypeError):
        RenditionRequest.from_event(document)


def test_an_image_leads_back_to_the_upload_that_was_validated() -> None:
    upload = Upload.from_event(event("upload_good_image"))
    image = Image(**event("resize_image")["image"])
    assert image.upload() == upload


def test_without_versioning_an_image_leads_back_to_its_etag() -> None:
    image = replace(Image(**event("resize_image")["image"]), version_id="null")
    assert image.upload().version_id is None
