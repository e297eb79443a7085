"""The parameters ContextKeys and RenditionTags: what they allow, what they change, and nothing without them."""

import re
from typing import Any

import pytest

from renditions.context import MOST_NAMES, Wanted
from renditions.errors import InvalidSettings
from tests.contract.conftest import read_template
from tests.contract.test_notice import OWN
from tests.contract.test_options import deployed
from tests.contract.test_permissions import statements

VARIABLES = {"ContextKeys": "CONTEXT_KEYS", "RenditionTags": "RENDITION_TAGS"}
TAGS = {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"}


def gained(role: str, **parameters: str) -> dict[str, Any]:
    """Map each action that a role gains with these parameters to its condition."""
    before, after = (deployed(MalwareScan="off", **values)[role] for values in ({}, parameters))
    known = statements(before)
    added = [one for one in statements(after) if one not in known]
    return {
        action: one.get("Condition")
        for one in added
        for action in (one["Action"] if isinstance(one["Action"], list) else [one["Action"]])
    }


@pytest.mark.parametrize(
    "parameter, changed",
    [
        ("ContextKeys", {"ValidateImageFunction", "ValidateImageRole"}),
        (
            "RenditionTags",
            {"ValidateImageFunction", "ValidateImageRole", "ResizeImageRole", "WatermarkImageRole"},
        ),
    ],
)
def test_the_parameter_changes_the_functions_that_it_is_for_and_nothing_else(
    parameter: str, changed: set[str]
) -> None:
    off, on = deployed(), deployed(**{parameter: "tenant"})
    assert {name for name in on if on[name] != off.get(name)} == changed
    assert set(off) == set(on)
    environment = [
        one["ValidateImageFunction"]["Properties"]["Environment"]["Variables"] for one in (off, on)
    ]
    assert set(environment[1]) - set(environment[0]) == {VARIABLES[parameter]}


def test_a_role_gains_only_what_the_parameter_needs() -> None:
    context = gained("ValidateImageRole", ContextKeys="tenant")
    assert set(context) == TAGS | {"dynamodb:UpdateItem"}
    [allowed] = context["dynamodb:UpdateItem"]["ForAllValues:StringEquals"].values()
    assert set(allowed) == {"image_uri", "execution_arn", "context", "context_attributes"}
    assert set(gained("ValidateImageRole", RenditionTags="tenant")) == TAGS
    for role in ("ResizeImageRole", "WatermarkImageRole"):
        assert gained(role, ContextKeys="tenant") == {}
        assert set(gained(role, RenditionTags="tenant")) == {"s3:PutObjectTagging"}


@pytest.mark.parametrize("parameter", VARIABLES)
@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "tenant",
            "tenant,project",
            "Status,bucket2",
            "a-b_c",
            "k" * 64,
            "a,b,c,d,e,f,g,h",
            "x,superseded2",
        ),
        *(
            "status",
            "bucket",
            "a,status",
            "status,a",
            "superseded",
            "a,superseded",
            "a,,b",
            ",a",
            "a,",
            "a b",
        ),
        *("__proto__", "1a", "a.b", "aws:x", "é", "k" * 65, "a,b,c,d,e,f,g,h,i", "a\n", "a;b"),
    ],
)
def test_the_template_and_the_function_accept_the_same_names(parameter: str, value: str) -> None:
    pattern = read_template()["Parameters"][parameter]["AllowedPattern"]
    try:
        Wanted.from_environment({VARIABLES[parameter]: value})
        accepted = True
    except InvalidSettings:
        accepted = False
    empty_names = value and "" in value.split(",")  # harmless, but refused where it can still be corrected
    assert bool(re.fullmatch(pattern, value)) == (accepted and not empty_names)


def test_a_message_has_at_most_ten_attributes_and_a_rendition_ten_tags() -> None:
    """SNS delivers more than ten attributes to no queue with raw delivery. S3 refuses more than ten tags."""
    assert MOST_NAMES + len(OWN) <= 10
    assert MOST_NAMES + len(["superseded"]) <= 10
