"""The handlers as Lambda loads them: imported with their own environment, then called with a context."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conftest import ROOT, Bucket

Handler = Callable[[dict[str, Any]], dict[str, Any]]
Load = Callable[..., Handler]


@dataclass(frozen=True)
class Context:
    """What Lambda passes to a function besides the event."""

    function_name: str = "renditions-under-test"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:renditions-under-test"
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, s3_endpoint: str, renditions: Bucket) -> Load:
    """``load("resize_image", MEDIUM_SIZE="400")`` returns that handler with these settings."""

    def loaded(name: str, **environment: str) -> Handler:
        defaults = {"AWS_ENDPOINT_URL": s3_endpoint, "RENDITIONS_BUCKET": renditions.name}
        for variable, value in (defaults | environment).items():
            monkeypatch.setenv(variable, value)
        module = f"renditions.handlers.{name}"
        monkeypatch.delitem(sys.modules, module, raising=False)
        handler = importlib.import_module(module).handler
        return lambda event: handler(event, Context())

    return loaded


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "samples"


@pytest.fixture
def validated(uploads: Bucket, load: Load) -> Callable[..., dict[str, Any]]:
    """``validated("beach.jpg", data)`` uploads the data and returns the output of ValidateImage."""

    def validate(
        key: str, data: bytes, bucket: Bucket = uploads, metadata: dict[str, str] | None = None
    ) -> dict[str, Any]:
        return load("validate_image")(bucket.upload(key, data, metadata=metadata))

    return validate
