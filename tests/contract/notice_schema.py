"""The schema of the notice: the published one, which is open, and the closed one that our own notices must match."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "docs/notice.schema.json"
# The branch for notices with a status of a later release.
UNKNOWN = "other"


@cache
def published() -> dict[str, Any]:
    """Return docs/notice.schema.json. It allows what later releases may add."""
    document: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return document


@cache
def _validator() -> Draft202012Validator:
    """Return what checks a notice. It is made once, because checking the schema takes longer than checking a notice."""
    Draft202012Validator.check_schema(closed())
    return Draft202012Validator(closed())


def validate(notice: Mapping[str, Any]) -> None:
    """Raise ValidationError if a notice is not exactly what this release sends."""
    _validator().validate(notice)


@cache
def closed() -> dict[str, Any]:
    """Return the schema of exactly what this release sends: each field is required, and there are no others."""
    document: dict[str, Any] = _closed(published())
    document["oneOf"] = [one for one in document["oneOf"] if not one["$ref"].endswith(f"/{UNKNOWN}")]
    del document["$defs"][UNKNOWN]
    return document


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:  # a list of what is known, or any text
        known, _ = node["anyOf"]
        return {**{name: value for name, value in node.items() if name != "anyOf"}, **known}
    found = {name: _closed(value) for name, value in node.items()}
    if "properties" in node and "oneOf" not in node:
        found |= {"additionalProperties": False, "required": list(node["properties"])}
    return found
