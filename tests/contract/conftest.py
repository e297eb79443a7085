"""The template and the schema of the notice, read once."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]


@cache
def read_template() -> dict[str, Any]:
    """Return template.yaml with its short forms expanded: ``!Ref X`` is ``{"Ref": "X"}``."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template()


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "docs/notice.schema.json").read_text())
    return document


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found
