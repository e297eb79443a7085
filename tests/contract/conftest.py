"""The template and the schema of the notice, read once."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.contract import notice_schema

ROOT = Path(__file__).parents[2]


@cache
def read_whole_template() -> dict[str, Any]:
    """Return template.yaml with its short forms expanded: ``!Ref X`` is ``{"Ref": "X"}``."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@cache
def read_template() -> dict[str, Any]:
    """Return the same as CloudFormation sees it without the options of DEFAULTS: what most stacks are."""
    return with_conditions(read_whole_template(), DEFAULTS)


# Options for the originals, for other accounts and for web ACLs. Others stay as they are in the file.
OWN_BUCKET = {"HasOwnUploadsBucket": True}
WITHOUT_WORDS = {
    "HasContextKeys": False,
    "HasRenditionTags": False,
    "KeepsCredentials": False,
    "ReadsWords": False,
    "TakesPresets": False,
    "IncludesKeys": False,
    "ExcludesKeys": False,
}
NO_OTHER_ACCOUNTS = dict.fromkeys(
    ["HasUploaders", "UploadersMayNameKey", "HasReaders", "HasSubscribers"], False
)
STANDARD = {"StartsExpress": False, "HasExpress": False}
DEFAULTS = (
    OWN_BUCKET
    | WITHOUT_WORDS
    | NO_OTHER_ACCOUNTS
    | STANDARD
    | {"IsMalwareScanned": False, "TransitionsOriginals": False, "HasWebAcl": False, "RendersAllPages": False}
)


def with_conditions(template: dict[str, Any], conditions: dict[str, bool]) -> dict[str, Any]:
    """Return the template with these conditions decided, and without the resources that they exclude."""
    decided: dict[str, Any] = evaluated(template, conditions)
    for name, resource in [*decided["Resources"].items()]:
        if not conditions.get(resource.get("Condition"), True):
            del decided["Resources"][name]
        elif resource.get("Condition") in conditions:
            del resource["Condition"]
    return decided


def evaluated(value: Any, conditions: dict[str, bool]) -> Any:
    """Return ``value`` as CloudFormation sees it with these conditions; others stay as they are."""
    if isinstance(value, list):
        listed = [evaluated(one, conditions) for one in value]
        return [one for one in listed if one is not _NOTHING]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::If"} and value["Fn::If"][0] in conditions:
        condition, yes, no = value["Fn::If"]
        chosen = yes if conditions[condition] else no
        return _NOTHING if chosen == {"Ref": "AWS::NoValue"} else evaluated(chosen, conditions)
    kept = {name: evaluated(one, conditions) for name, one in value.items()}
    match kept:
        case {"Fn::Sub": [str(text), {**names}]} if conditions.get("HasOwnUploadsBucket"):
            return _inlined(text, names)
    return {name: one for name, one in kept.items() if one is not _NOTHING}


_NOTHING = object()


def _inlined(text: str, names: dict[Any, Any]) -> dict[str, Any]:
    """Return an Fn::Sub with the uploads bucket written in place of the variable for it."""
    for name, own in (("Arn", "UploadsBucket.Arn"), ("Uploads", "UploadsBucket")):
        if name in names:
            text = text.replace(f"${{{name}}}", f"${{{own}}}")
    rest = {name: value for name, value in names.items() if name not in {"Arn", "Uploads"}}
    return {"Fn::Sub": [text, rest] if rest else text}


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template()


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """The closed schema of the notice: what this release sends."""
    return notice_schema.closed()


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


def check_names(place: str, found: Iterable[str], expected: Iterable[str], source: str) -> None:
    """Fail with the names that ``place`` lacks or has in excess, if there are any. ``source``: whose names count."""
    lacking, unknown = sorted({*expected} - {*found}), sorted({*found} - {*expected})
    lines = [f"{place}: add {', '.join(lacking)}."] if lacking else []
    lines += [f"{place}: remove {', '.join(unknown)}."] if unknown else []
    if lines:
        pytest.fail("\n".join([*lines, f"The names are those of {source}."]), pytrace=False)
