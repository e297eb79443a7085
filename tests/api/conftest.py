"""The web API on the local stack, with IAM enforced. Each answer is compared with docs/openapi.yaml."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from renditions_cli.local.stack import LocalStack
from tests.api.client import Client, OpenApi, sign_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def openapi() -> OpenApi:
    """The published description of the API."""
    return OpenApi(yaml.safe_load((ROOT / "docs/openapi.yaml").read_text()))


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """template.yaml with its web page, for users who may have twelve images each."""
    parameters = {"Web": "on", "WebImagesPerUser": "12", "WebUploadsPerHour": "150", "MaxBytes": "6000000"}
    with LocalStack(0, parameters, directory=tmp_path_factory.mktemp("local")) as stack:
        yield stack


@pytest.fixture(scope="session")
def anna(web: LocalStack, openapi: OpenApi) -> Client:
    return Client(web.outputs["WebUrl"], openapi, sign_in(web, "anna@example.org").access)


@pytest.fixture(scope="session")
def ben(web: LocalStack, openapi: OpenApi) -> Client:
    return Client(web.outputs["WebUrl"], openapi, sign_in(web, "ben@example.org").access)


@pytest.fixture
def fresh(web: LocalStack, openapi: OpenApi, request: pytest.FixtureRequest) -> Client:
    """A user of this test alone, who has no images."""
    name = str(abs(hash(request.node.nodeid)))
    return Client(web.outputs["WebUrl"], openapi, sign_in(web, f"{name}@example.org").access)


@pytest.fixture(scope="session")
def nobody(web: LocalStack, openapi: OpenApi) -> Client:
    return Client(web.outputs["WebUrl"], openapi, "")


def claims(token: str) -> dict[str, Any]:
    import base64

    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found
