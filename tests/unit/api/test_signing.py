"""Signed forms and links, as S3 on AWS needs them. Nothing is sent."""

import base64
import json
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from renditions import aws
from renditions.api import stated
from renditions.api.answers import RequestError
from renditions.framing import Framing
from renditions.presets import PRESET, Preset, Presets
from renditions.storage import web_originals
from renditions.storage.web_originals import UploadLimits


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2"])
def test_signed_urls_name_the_host_that_the_page_may_use(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    s3 = aws.web_s3()
    form = web_originals.sign_upload(s3, "uploads", "web/s/1/a.jpg", UploadLimits(5, "image/jpeg"))
    link, _ = web_originals.sign_download(s3, "uploads", "web/s/1/a b.jpg", "a b.jpg")
    # The value of the attribute RegionalDomainName of a bucket, which the page's security policy names.
    for url in (form.url, link):
        assert urlsplit(url).netloc == f"uploads.s3.{region}.amazonaws.com"
    assert "X-Amz-Expires=300" in link


def test_focus_and_crop_are_fields_that_the_signature_covers() -> None:
    limits = UploadLimits(5, "image/jpeg", metadata=Framing("0.4,0.3", "0,0,1,0.5").metadata())
    form = web_originals.sign_upload(aws.web_s3(), "b", "web/s/1/a.jpg", limits)
    signed = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    for name, value in (("focus", "0.4,0.3"), ("crop", "0,0,1,0.5")):
        assert form.fields[f"x-amz-meta-renditions-{name}"] == value
        assert {f"x-amz-meta-renditions-{name}": value} in signed


def test_a_preset_is_a_field_that_the_signature_covers() -> None:
    limits = UploadLimits(5, "image/jpeg", metadata={PRESET: "products"})
    form = web_originals.sign_upload(aws.web_s3(), "b", "web/s/1/a.jpg", limits)
    signed = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    assert {"x-amz-meta-renditions-preset": "products"} in signed


@pytest.mark.parametrize("named, allowed", [("products", True), ("other", False), (5, False)])
def test_a_user_may_name_a_preset_of_a_stack_that_allows_it(named: Any, *, allowed: bool) -> None:
    presets = Presets({"products": Preset("products")})
    stack: Any = SimpleNamespace(presets=presets)
    assert stated.metadata(stack, {}) == stated.metadata(stack, {"preset": None}) == {}
    if allowed:
        both = stated.metadata(stack, {"preset": named, "focus": "0.4, 0.3"})
        assert both == {PRESET: named, "renditions-focus": "0.4,0.3"}
    for one in [SimpleNamespace(presets=None), *([] if allowed else [stack])]:
        with pytest.raises(RequestError, match=r"Leave preset out|Allowed: products") as refused:
            stated.metadata(cast("Any", one), {"preset": named})
        assert (refused.value.status, refused.value.code) == (400, "UnknownPreset")


def test_a_key_with_a_variable_of_s3_is_never_signed() -> None:
    with pytest.raises(ValueError, match="filename"):
        web_originals.sign_upload(aws.web_s3(), "b", "web/s/1/${filename}", UploadLimits(5, "image/jpeg"))
