"""One emulator with the real template for all end-to-end tests, with IAM enforced."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.local.stack import LocalStack
from tests.e2e.cloud import Cloud

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Deploy template.yaml to the emulator on a free port."""
    with LocalStack(port=0, directory=tmp_path_factory.mktemp("local")) as stack:
        yield stack


@pytest.fixture(scope="session")
def cloud(local: LocalStack) -> Cloud:
    """Return the deployed stack, as its users use it."""
    return Cloud(local.session(), local.outputs)


@pytest.fixture(scope="session")
def notice_schema() -> Draft202012Validator:
    """Return the published schema of the notice."""
    return Draft202012Validator(json.loads((ROOT / "docs" / "notice.schema.json").read_text()))
